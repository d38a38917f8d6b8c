"""Fills a street with traffic that does not overlap."""

import numpy as np

from models.datasets.drawn.garage import MODELS
from models.datasets.drawn.pavement import walkers
from models.datasets.drawn.room import Room
from models.datasets.drawn.scene import Participant, SceneDescription, Street
from models.datasets.drawn.view import spot
from vision.vehicles import VehicleKind

K = VehicleKind
FARTHEST_M = 150.0
OTHERS = (K.CAR, K.BUS, K.TRUCK, K.BICYCLE)
PARKED: tuple[tuple[VehicleKind, float], ...] = ((K.CAR, 0.66), (K.TRUCK, 0.14), (K.BUS, 0.08), (K.MOTORBIKE, 0.12))
TRIES = 8
LOW_CAMERA_M = 4.5


def populate(scene: SceneDescription) -> tuple[Participant, ...]:
    """Traffic on the road and people at its sides; places that overlap are tried again elsewhere."""
    rng = np.random.default_rng([*scene.seed, 1])
    placed: list[Participant] = []
    x, y, high = scene.camera.at_m
    # Nothing stands in the very face of a low camera.
    room = Room(np.array([(x, y, 2.0 if high < LOW_CAMERA_M else 0.0)]))
    placed += [one for one in (_parked(rng, scene) for _ in range(scene.crowd.parked)) if room.take(one)]
    for _ in range(scene.crowd.vehicles):
        for _ in range(TRIES):
            one = _vehicle(rng, scene)
            if room.take(one):
                placed.append(one)
                break
    placed += [one for one in walkers(rng, scene) if room.take(one)]
    return tuple(placed)


def _vehicle(rng: np.random.Generator, scene: SceneDescription) -> Participant:
    street = scene.street
    kind = OTHERS[int(rng.choice(4, p=scene.crowd.others))]
    if rng.random() < scene.crowd.motorbikes:
        kind = K.MOTORBIKE
    number = int(rng.integers(MODELS[kind]))
    if street.crossing_at_m is not None and rng.random() < 0.22:
        return _crossing_vehicle(rng, street, kind, number)
    agile = kind in (K.MOTORBIKE, K.BICYCLE)
    x, y, ahead = _place(rng, scene, kind)
    heading = (0.0 if ahead else np.pi) + float(rng.normal(0, 0.10 if agile else 0.03))
    if street.crossing_at_m is not None and abs(y - street.crossing_at_m) < street.crossing_half_m:
        heading += float(rng.normal(0, 0.5 if agile else 0.3))
    elif kind is K.MOTORBIKE and rng.random() < 0.02:
        heading += np.pi  # against the traffic
    return Participant(kind, number, x, y, float(heading))


def _place(rng: np.random.Generator, scene: SceneDescription, kind: VehicleKind) -> tuple[float, float, bool]:
    """x, y on the road and whether that half of it goes ahead; half of all where the camera looks."""
    street = scene.street
    ahead = bool(rng.random() < street.ahead_m / (street.ahead_m + street.oncoming_m))
    seen = spot(rng, scene.camera) if rng.random() < 0.55 else None
    if seen is None:
        return _across(rng, street, kind, ahead), _distance(rng, scene, ahead), ahead
    x, y = seen
    if street.left_m < x < street.right_m:
        ahead = x > 0 if street.ahead_m and street.oncoming_m else ahead
        if kind is K.MOTORBIKE:
            return x, y, ahead
        lane = (abs(x) - street.median_m / 2) // street.lane_m
        middle = (max(lane, 0.0) + 0.5) * street.lane_m + street.median_m / 2
        if kind is not K.BICYCLE and abs(x) < middle + street.lane_m:
            return (middle + float(rng.normal(0, 0.25))) * (1 if ahead else -1), y, ahead
    return _across(rng, street, kind, ahead), y, ahead


def _distance(rng: np.random.Generator, scene: SceneDescription, ahead: bool) -> float:
    street, queue = scene.street, scene.crowd.queue
    if street.crossing_at_m is not None and rng.random() < queue * 0.85:
        # Waiting at the stop line: packed behind it.
        edge = street.crossing_half_m + 6.5
        back = float(rng.exponential(14))
        return street.crossing_at_m - edge - back if ahead else street.crossing_at_m + edge + back
    return float(2 + (FARTHEST_M - 2) * rng.random() ** 1.7)


def _across(rng: np.random.Generator, street: Street, kind: VehicleKind, ahead: bool) -> float:
    width = street.ahead_m if ahead else street.oncoming_m
    lanes = max(1, round(width / street.lane_m))
    if kind is K.MOTORBIKE:
        # Right of the middle of the road more often than left of it.
        out = 0.4 + (width - 0.8) * float(rng.beta(1.5, 1.1))
    elif kind is K.BICYCLE:
        out = width - float(rng.uniform(0.4, 1.4))
    else:
        low = 0 if kind is K.CAR else max(0, lanes - 2)
        out = (int(rng.integers(low, lanes)) + 0.5) * street.lane_m + float(rng.normal(0, 0.25))
    return (out + street.median_m / 2) * (1 if ahead else -1)


def _crossing_vehicle(rng: np.random.Generator, street: Street, kind: VehicleKind, number: int) -> Participant:
    assert street.crossing_at_m is not None
    rightwards = rng.random() < 0.5
    out = float(rng.uniform(0.6, max(0.8, street.crossing_half_m - (0.6 if kind is K.MOTORBIKE else 1.6))))
    y = street.crossing_at_m + (-out if rightwards else out)
    middle = (street.left_m + street.right_m) / 2
    x = middle + float(rng.normal(0, 14))
    heading = (-np.pi / 2 if rightwards else np.pi / 2) + float(rng.normal(0, 0.18))
    return Participant(kind, number, x, y, float(heading))


def _parked(rng: np.random.Generator, scene: SceneDescription) -> Participant:
    """At the kerb, along it, as the traffic of that side goes."""
    street = scene.street
    kinds, shares = zip(*PARKED, strict=True)
    kind = kinds[int(rng.choice(len(kinds), p=shares))]
    right = bool(rng.random() < 0.5) if street.oncoming_m and street.ahead_m else street.ahead_m > 0
    seen = spot(rng, scene.camera)
    y = seen[1] if seen is not None else float(rng.uniform(4, 60))
    inwards = 0.5 if kind is K.MOTORBIKE else 1.25
    x = street.right_m - inwards if right else street.left_m + inwards
    heading = (0.0 if right else np.pi) + float(rng.normal(0, 0.04 if kind is not K.MOTORBIKE else 0.5))
    return Participant(kind, int(rng.integers(MODELS[kind])), x, y, heading)

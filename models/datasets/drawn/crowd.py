"""Fills a street with traffic that does not overlap."""

from collections.abc import Sequence

import numpy as np

from models.datasets.drawn.garage import MODELS, footprint_m
from models.datasets.drawn.scene import Participant, SceneDescription, Street
from vision.arrays import F64
from vision.vehicles import VehicleKind

K = VehicleKind
FARTHEST_M = 150.0
# The rest of the vehicles, once the motorbikes are taken out; rare kinds more often than on the road, to be learnt.
OTHERS: tuple[tuple[VehicleKind, float], ...] = ((K.CAR, 0.60), (K.BUS, 0.12), (K.TRUCK, 0.15), (K.BICYCLE, 0.13))
GAP_M = 0.18


def populate(scene: SceneDescription) -> tuple[Participant, ...]:
    """Traffic on the road and people at its sides; places that overlap are tried again elsewhere."""
    rng = np.random.default_rng([*scene.seed, 1])
    placed: list[Participant] = []
    room = _Room()
    wanted = [*[None] * scene.crowd.vehicles, *[K.PEDESTRIAN] * scene.crowd.walkers]
    for kind in wanted:
        for _ in range(8):
            one = _walker(rng, scene.street) if kind is K.PEDESTRIAN else _vehicle(rng, scene)
            if one is not None and room.take(one):
                placed.append(one)
                break
    return tuple(placed)


class _Room:
    """Who stands where, each one as a row of discs along its length."""

    def __init__(self) -> None:
        self._discs: F64 = np.empty((0, 3))

    def take(self, one: Participant) -> bool:
        """Reserve the place of `one`; False, and nothing reserved, where another stands."""
        mine = discs(one)
        apart = np.hypot(*(mine[:, None, :2] - self._discs[None, :, :2]).transpose(2, 0, 1))
        if np.any(apart < mine[:, None, 2] + self._discs[None, :, 2] + GAP_M):
            return False
        self._discs = np.concatenate([self._discs, mine])
        return True


def discs(one: Participant) -> F64:
    """(n, 3) x, y, radius of discs that cover a participant's place on the road."""
    length, width = footprint_m(one.kind, one.model)
    # Mirrors of motorbikes pass over each other's handlebars in a swarm.
    width *= 0.85 if one.kind is K.MOTORBIKE else 1.0
    radius = width / 2 * 1.05
    count = max(1, int(np.ceil(length / width)))
    along = np.linspace(-1, 1, count) * max(length / 2 - radius, 0.0) if count > 1 else np.zeros(1)
    x = one.x_m - np.sin(one.heading_rad) * along
    y = one.y_m + np.cos(one.heading_rad) * along
    return np.stack([x, y, np.full(count, radius)], axis=1)


def _vehicle(rng: np.random.Generator, scene: SceneDescription) -> Participant | None:
    street = scene.street
    names, shares = zip(*OTHERS, strict=True)
    kind = K.MOTORBIKE if rng.random() < scene.crowd.motorbikes else names[int(rng.choice(len(names), p=shares))]
    number = int(rng.integers(MODELS[kind]))
    if street.crossing_at_m is not None and rng.random() < 0.22:
        return _crossing_vehicle(rng, street, kind, number)
    ahead = rng.random() < street.ahead_m / (street.ahead_m + street.oncoming_m)
    y = _distance(rng, scene, ahead)
    x = _across(rng, street, kind, ahead)
    swing = 0.10 if kind in (K.MOTORBIKE, K.BICYCLE) else 0.03
    heading = (0.0 if ahead else np.pi) + float(rng.normal(0, swing))
    if street.crossing_at_m is not None and abs(y - street.crossing_at_m) < street.crossing_half_m:
        heading += float(rng.normal(0, 0.5 if kind in (K.MOTORBIKE, K.BICYCLE) else 0.2))
    elif kind is K.MOTORBIKE and rng.random() < 0.02:
        heading += np.pi  # against the traffic
    return Participant(kind, number, x, y, float(heading))


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


def _walker(rng: np.random.Generator, street: Street) -> Participant:
    number = int(rng.integers(MODELS[K.PEDESTRIAN]))
    chance = rng.random()
    if street.crossing_at_m is not None and chance < 0.4:  # on a zebra crossing
        side = 1 if rng.random() < 0.5 else -1
        y = street.crossing_at_m + side * (street.crossing_half_m + float(rng.uniform(1.3, 4.3)))
        x = float(rng.uniform(street.left_m, street.right_m))
        heading = float(rng.choice([-1, 1])) * np.pi / 2 + float(rng.normal(0, 0.2))
    elif chance < 0.9:
        side = 1 if rng.random() < 0.5 else -1
        edge = street.right_m if side > 0 else -street.left_m
        x = side * (edge + float(rng.uniform(0.4, max(0.6, street.pavement_m - 0.3))))
        y, heading = float(3 + 60 * rng.random() ** 1.3), float(rng.uniform(-np.pi, np.pi))
    else:  # across the road anywhere
        x, y = float(rng.uniform(street.left_m, street.right_m)), float(rng.uniform(5, 60))
        heading = float(rng.choice([-1, 1])) * np.pi / 2 + float(rng.normal(0, 0.3))
    return Participant(K.PEDESTRIAN, number, x, y, heading)


def boxes_apart(everyone: Sequence[Participant]) -> bool:
    """Whether nobody stands in another's place (without the gap that `populate` keeps)."""
    each = [discs(one) for one in everyone]
    for place, mine in enumerate(each):
        for other in each[place + 1 :]:
            apart = np.hypot(*(mine[:, None, :2] - other[None, :, :2]).transpose(2, 0, 1))
            if np.any(apart < mine[:, None, 2] + other[None, :, 2]):
                return False
    return True

"""People on foot: on pavements, on zebra crossings, across the road; alone and in groups."""

from collections.abc import Iterator

import numpy as np

from models.datasets.drawn.garage import MODELS
from models.datasets.drawn.scene import Participant, SceneDescription
from models.datasets.drawn.view import spot
from vision.vehicles import VehicleKind

WALKER = VehicleKind.PEDESTRIAN


def walkers(rng: np.random.Generator, scene: SceneDescription) -> Iterator[Participant]:
    """As many as the scene wants, one to six together."""
    left = scene.crowd.walkers
    while left > 0:
        together = min(left, int(rng.choice([1, 2, 3, 4, 6], p=[0.48, 0.25, 0.13, 0.08, 0.06])))
        x, y, heading = _start(rng, scene)
        for _ in range(together):
            turn = heading + float(rng.normal(0, 0.25 if rng.random() < 0.8 else 1.5))
            number = int(rng.integers(MODELS[WALKER]))
            spread = 0.45 if together == 1 else 0.9
            yield Participant(
                WALKER, number, x + float(rng.normal(0, spread)), y + float(rng.normal(0, spread)), float(turn)
            )
        left -= together


def _start(rng: np.random.Generator, scene: SceneDescription) -> tuple[float, float, float]:
    """Middle of a group and the way it goes."""
    street, chance = scene.street, rng.random()
    sideways = float(rng.choice([-1, 1])) * np.pi / 2
    seen = spot(rng, scene.camera)
    y = seen[1] if seen is not None else float(3 + 60 * rng.random() ** 1.3)
    if street.crossing_at_m is not None and chance < 0.35:  # on a zebra crossing
        side = 1 if rng.random() < 0.5 else -1
        y = street.crossing_at_m + side * (street.crossing_half_m + float(rng.uniform(1.3, 4.3)))
        return float(rng.uniform(street.left_m, street.right_m)), y, sideways
    if chance < 0.82:
        right = rng.random() < 0.5 if seen is None else seen[0] > (street.left_m + street.right_m) / 2
        out = float(rng.uniform(0.4, max(0.6, street.pavement_m - 0.3)))
        x = street.right_m + out if right else street.left_m - out
        along = float(rng.choice([0.0, np.pi])) if rng.random() < 0.7 else float(rng.uniform(-np.pi, np.pi))
        return x, y, along
    # Across the road, anywhere.
    x = seen[0] if seen is not None else float(rng.uniform(street.left_m, street.right_m))
    return float(np.clip(x, street.left_m - 1, street.right_m + 1)), y, sideways

"""Trees along the kerbs, bushes on the median."""

import numpy as np

from models.datasets.drawn.mesh import Colour, Mesh, Place
from models.datasets.drawn.scene import Street
from models.datasets.drawn.sculptor import Sculptor
from vision.arrays import F64

NEAREST_TREE_M = 13.0
"""Nearer ones would fill the picture with leaves."""
LEAVES: tuple[Colour, ...] = ((0.16, 0.30, 0.12), (0.22, 0.38, 0.14), (0.12, 0.24, 0.12), (0.28, 0.38, 0.18))


def trees(rng: np.random.Generator, street: Street, spans: list[tuple[float, float]], camera_x_m: float) -> list[Mesh]:
    """Along the stretches `spans` of the road, none close before a camera at `camera_x_m`."""
    grown: list[Mesh] = []
    step = float(rng.uniform(7, 40))
    for side in (-1, 1):
        if rng.random() < 0.25:
            continue
        edge = (street.right_m if side > 0 else street.left_m) + side * min(1.0, street.pavement_m / 2)
        for low, high in spans:
            for y in np.arange(max(low, 6), min(high, 180), step):
                if np.hypot(edge - camera_x_m, y) > NEAREST_TREE_M:
                    grown.append(_tree(rng, (edge, float(y + rng.normal(0, 1)), 0)))
    if street.median_m > 1.5 and rng.random() < 0.6:
        for low, high in spans:
            grown += [_bush(rng, (0, float(y), 0)) for y in np.arange(max(low, 3), min(high, 150), 4)]
    return grown


def _tree(rng: np.random.Generator, foot: Place) -> Mesh:
    shape = Sculptor()
    x, y, _ = foot
    tall = float(rng.uniform(4.5, 10))
    shape.tube((x, y, 0), (x, y, tall * 0.75), 0.15, (0.28, 0.22, 0.17), 0.08, sides=7)
    clumps = rng.normal(0, 1, (int(rng.integers(8, 16)), 3)) * [tall * 0.16, tall * 0.16, tall * 0.10]
    middle = np.array([x, y, tall * 0.85])
    _leaves(shape, rng, middle + clumps, tall * 0.10, 70)
    return shape.mesh(0)


def _bush(rng: np.random.Generator, foot: Place) -> Mesh:
    shape = Sculptor()
    clumps = np.array(foot) + rng.normal(0, 1, (4, 3)) * [0.25, 0.9, 0.1] + [0, 0, 0.4]
    _leaves(shape, rng, clumps, 0.32, 45)
    return shape.mesh(0)


def _leaves(shape: Sculptor, rng: np.random.Generator, clumps: F64, wide_m: float, each: int) -> None:
    """Loose leaves about the middle of each clump: flat scraps any way round, lighter on top."""
    tone = np.array(LEAVES[int(rng.integers(len(LEAVES)))]) * float(rng.uniform(0.8, 1.2))
    count = len(clumps) * each
    lift = rng.normal(0, 1, (count, 3)) * [wide_m, wide_m, wide_m * 0.7]
    middle = np.repeat(clumps, each, axis=0) + lift
    reach = 0.12 * wide_m + 0.07
    corners = middle[:, None] + rng.normal(0, reach, (count, 4, 3))
    normal = np.tile(lift / wide_m * 0.6 + [0, 0, 0.7], (1, 4)).reshape(-1, 3)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    i = 4 * np.arange(count)
    faces = [np.stack([i, i + a, i + b], 1) for a, b in ((1, 2), (2, 3))]
    shape.add(corners.reshape(-1, 3), normal, np.concatenate(faces).astype(np.int32), (1, 1, 1))
    shape.tint_last(
        np.repeat(tone * rng.uniform(0.55, 1.35, (count, 1)) * (1 + 0.25 * lift[:, 2:] / wide_m), 4, axis=0)
    )

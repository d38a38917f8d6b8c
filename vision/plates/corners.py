"""From about where a plate's corners are to where the picture shows them."""

import numpy as np

from vision.arrays import F32

REACH = 0.4
"""How far a corner may move, as a share of the plate's size: the root of its area."""
LEAST_SCORE = 0.15
"""A corner that scores less is not seen."""


def snapped(quad_px: F32, maps: F32, stride_px: int) -> F32:
    """The quad with each corner moved to the best place near it in its own map, (4, rows, columns) of scores 0..1.

    A corner that is not seen stays, or completes the parallelogram where it is the only one.
    """
    size_px = np.sqrt(max(_area(quad_px), 1.0))
    found = [_nearest(point, one, REACH * size_px, stride_px) for point, one in zip(quad_px, maps, strict=True)]
    unseen = [number for number, point in enumerate(found) if point is None]
    quad = np.stack([old if new is None else new for old, new in zip(quad_px, found, strict=True)])
    if len(unseen) == 1:
        number = unseen[0]
        quad[number] = quad[number - 1] + quad[(number + 1) % 4] - quad[(number + 2) % 4]
    return np.asarray(quad, np.float32)


def _nearest(point_px: F32, scores: F32, reach_px: float, stride_px: int) -> F32 | None:
    """The place within reach where score and nearness together are best, finer than a cell; None: nothing is seen."""
    cell = point_px / stride_px - 0.5
    reach = reach_px / stride_px
    limit = np.array(scores.shape[::-1])
    low = np.clip(np.floor(cell - reach), 0, limit).astype(int)
    high = np.clip(np.ceil(cell + reach) + 1, 0, limit).astype(int)
    if (high <= low).any():
        return None
    part = scores[low[1] : high[1], low[0] : high[0]]
    rows, columns = np.mgrid[low[1] : high[1], low[0] : high[0]]
    away = np.hypot(columns - cell[0], rows - cell[1]) / max(reach, 1e-6)
    worth = np.where(away <= 1, part * (1 - away**2 / 2), 0)
    best = int(worth.argmax())
    row, column = int(rows.flat[best]), int(columns.flat[best])
    if scores[row, column] < LEAST_SCORE:
        return None
    top, left = max(row - 1, 0), max(column - 1, 0)
    around = scores[top : row + 2, left : column + 2] ** 2
    y, x = np.mgrid[top : top + around.shape[0], left : left + around.shape[1]]
    middle = np.array([(around * x).sum(), (around * y).sum()]) / around.sum()
    return np.asarray((middle + 0.5) * stride_px, np.float32)


def _area(quad_px: F32) -> float:
    x, y = quad_px.T.astype(np.float64)
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)

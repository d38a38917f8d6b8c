"""Of boxes that cover the same thing, keep the best."""

import numpy as np

from vision.arrays import F32, I64, Bool

BLOCK_ROWS = 64
MOST_CANDIDATES = 3000
"""More boxes than this above the score are noise: a full frame of a motorbike jam gives about 1500."""


def overlap_iou(first_xyxy_px: F32, second_xyxy_px: F32) -> F32:
    """(n, 4) and (m, 4) to (n, m) intersection over union; 0 for boxes without area."""
    first, second = first_xyxy_px.T[:, :, None], second_xyxy_px.T[:, None, :]
    width = np.minimum(first[2], second[2]) - np.maximum(first[0], second[0])
    height = np.minimum(first[3], second[3]) - np.maximum(first[1], second[1])
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    union = _area(first) + _area(second) - shared
    iou: F32 = shared / np.maximum(union, np.float32(1e-9))
    return iou


def _area(sides: F32) -> F32:
    area: F32 = (sides[2] - sides[0]) * (sides[3] - sides[1])
    return area


def suppress(xyxy_px: F32, score: F32, group: I64, iou: float) -> I64:
    """Rows that stay, best score first; of equal scores the earlier row is the better.

    Greedy: a box is dropped if it overlaps a better one of its own group, itself kept, by more than `iou`. Exact for
    the `MOST_CANDIDATES` best boxes; the others are dropped unseen. The work goes in blocks: what a block keeps
    clears the whole rest in one matrix, so the cost follows the number of objects, not the square of the boxes.
    """
    order = np.argsort(-score, kind="stable")[:MOST_CANDIDATES]
    kept: list[I64] = []
    while len(order):
        block, order = order[:BLOCK_ROWS], order[BLOCK_ROWS:]
        block = block[_greedy(_hits(xyxy_px, group, block, block, iou))]
        kept.append(block)
        if len(order):
            order = order[~_hits(xyxy_px, group, block, order, iou).any(axis=0)]
    return np.concatenate(kept) if kept else np.zeros(0, np.int64)


def _hits(xyxy_px: F32, group: I64, first: I64, second: I64, iou: float) -> Bool:
    """(n, m) whether row `first[i]` would drop row `second[j]`."""
    same: Bool = group[first][:, None] == group[second][None, :]
    return same & (overlap_iou(xyxy_px[first], xyxy_px[second]) > iou)


def _greedy(hits: Bool) -> Bool:
    """(n,) which boxes of one block stay, rows in score order. At most `BLOCK_ROWS` steps."""
    stays = np.ones(len(hits), np.bool_)
    for row in range(len(hits) - 1):
        if stays[row]:
            stays[row + 1 :] &= ~hits[row, row + 1 :]
    return stays

"""Of boxes that cover the same thing, keep the best."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vision.arrays import F32, I64, Bool

BLOCK_ROWS = 96
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
    boxes = _Boxes.of(xyxy_px[order], group[order])
    left, kept = np.arange(len(order)), [np.zeros(0, np.int64)]
    while len(left):
        block, left = left[:BLOCK_ROWS], left[BLOCK_ROWS:]
        best = boxes.take(block)
        stays = np.flatnonzero(_greedy(_hits(best, best, iou)))
        kept.append(block[stays])
        if len(left):
            left = left[~_hits(best.take(stays), boxes.take(left), iou).any(axis=0)]
    return order[np.concatenate(kept)]


@dataclass(frozen=True, slots=True, eq=False)
class _Boxes:
    """corners (4, n) float32 as x1, y1, x2, y2; area (n,) float32; group (n,) int64."""

    corners: F32
    area: F32
    group: I64

    @classmethod
    def of(cls, xyxy_px: F32, group: I64) -> Self:
        corners = np.ascontiguousarray(xyxy_px.T)
        return cls(corners, _area(corners), group)

    def take(self, rows: I64) -> Self:
        return type(self)(self.corners.take(rows, axis=1), self.area[rows], self.group[rows])


def _hits(first: _Boxes, second: _Boxes, iou: float) -> Bool:
    """(n, m) whether row `first[i]` would drop row `second[j]`: shared / (area + area - shared) > iou, without the
    division."""
    sides = np.minimum(first.corners[2:, :, None], second.corners[2:, None, :])
    sides -= np.maximum(first.corners[:2, :, None], second.corners[:2, None, :])
    np.maximum(sides, 0, out=sides)
    shared = np.multiply(sides[0], sides[1], out=sides[0])
    shared *= np.float32(1 + iou)
    hits: Bool = shared > np.float32(iou) * first.area[:, None] + np.float32(iou) * second.area[None, :]
    hits &= first.group[:, None] == second.group[None, :]
    return hits


def _greedy(hits: Bool) -> Bool:
    """(n,) which boxes of one block stay, rows in score order. A row of hits is one whole number, a bit per box."""
    packed = np.packbits(hits, axis=1, bitorder="little")
    dropped = 0
    for row in np.flatnonzero(hits.sum(axis=1) > 1).tolist():  # every box with an area hits itself
        if not dropped >> row & 1:
            dropped |= int.from_bytes(packed[row].tobytes(), "little") >> (row + 1) << (row + 1)
    bits = np.frombuffer(dropped.to_bytes(packed.shape[1], "little"), np.uint8)
    return np.logical_not(np.unpackbits(bits, count=len(hits), bitorder="little"))

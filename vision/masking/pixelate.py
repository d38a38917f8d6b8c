"""Makes parts of pictures unrecognisable: each becomes a handful of flat cells, which no tool can turn back."""

from collections.abc import Sequence

import cv2
import numpy as np

from vision.arrays import U8
from vision.frame import Rect

CELLS = 5
"""Along the longer side of a masked part: a head in a rider's box is about one cell."""
SMALLEST_CELL_PX = 12
CELLS_OF_A_PICTURE = 16


def pixelate(image: U8, boxes: Sequence[Rect] | None, clear: Sequence[Rect] = ()) -> U8:
    """A copy of (height, width, 3) `image`, masked in `boxes` (None: everywhere) but not in `clear`.

    Boxes may reach over the edge, and may be empty.
    """
    out = image.copy()
    height, width = image.shape[:2]
    parts = [(0, 0, width, height)] if boxes is None else [_inside(box, width, height) for box in boxes]
    cells = CELLS_OF_A_PICTURE if boxes is None else CELLS
    for x1, y1, x2, y2 in parts:
        if x2 > x1 and y2 > y1:
            # Of what is coarse already: a small part inside a large one must not bring its finer cells back.
            out[y1:y2, x1:x2] = _coarse(out[y1:y2, x1:x2], cells)
    for x1, y1, x2, y2 in (_inside(box, width, height) for box in clear):
        out[y1:y2, x1:x2] = image[y1:y2, x1:x2]
    return out


def _coarse(part: U8, cells: int) -> U8:
    height, width = part.shape[:2]
    cell_px = max(SMALLEST_CELL_PX, max(height, width) / cells)
    small = (max(1, round(width / cell_px)), max(1, round(height / cell_px)))
    means = cv2.resize(part, small, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(means, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _inside(box: Rect, width: int, height: int) -> Rect:
    x1, y1, x2, y2 = box
    return max(0, x1), max(0, y1), max(0, min(width, x2)), max(0, min(height, y2))

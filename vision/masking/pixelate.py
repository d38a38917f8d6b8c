"""Makes pictures coarse: cells of one colour each, so few that nobody can be made out in them.

The number of cells bounds what can be told, whoever was detected: people recognise a face they know from about 16 cells
across (Harmon & Julesz, Science 180, 1973), and a plate's characters need three or four cells each. With CELLS along
the longer side of the picture, only a face or plate that fills a third of the picture could have so many.
"""

from math import ceil

import cv2
import numpy as np

from vision.arrays import U8
from vision.frame import Rect

CELLS = 40
"""At most so many along the longer side of a picture."""
SMALLEST_CELL_PX = 12
LAMP_CELLS = 6
"""Along the shorter side of a signal head: a third of what a face needs."""
LEAST_CELL_PX = 3
"""Within the accused's region."""
# Colours in steps: many coarse pictures of somebody who moves could otherwise be put together to a finer one.
COLOUR_STEP = 8


def coarse(image: U8, cell_px: int = 1) -> U8:
    """Of cells at least `cell_px` wide and few enough for (height, width, 3), the steps between them smoothed."""
    height, width = image.shape[:2]
    return _of_cells(image, max(cell_px, SMALLEST_CELL_PX, ceil(max(height, width) / CELLS)))


def in_cells(part: U8, cells: int) -> U8:
    """So many cells along the longer side of (height, width, 3)."""
    return _of_cells(part, max(LEAST_CELL_PX, ceil(max(part.shape[:2]) / cells)))


def lamp(part: U8) -> U8:
    """A signal head's own picture in LAMP_CELLS: which light burns in which colour, and nobody behind it."""
    height, width = part.shape[:2]
    cell_px = max(1, ceil(min(height, width) / LAMP_CELLS))
    small = (max(1, width // cell_px), max(1, height // cell_px))
    means = cv2.resize(part, small, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(means, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _of_cells(image: U8, cell_px: int) -> U8:
    height, width = image.shape[:2]
    small = (max(1, width // cell_px), max(1, height // cell_px))
    means = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    stepped = (means // COLOUR_STEP) * COLOUR_STEP + COLOUR_STEP // 2
    return np.asarray(cv2.resize(stepped, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def inside(box: Rect, image: U8) -> Rect:
    """The part of the box that lies in the picture; empty where none does."""
    height, width = image.shape[:2]
    x1, y1, x2, y2 = box
    return max(0, x1), max(0, y1), max(0, min(width, x2)), max(0, min(height, y2))

"""The part of the picture somebody looks at."""

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
import shapely

from edge.loop.settings import Corner
from vision.arrays import Bool
from vision.detections import Detections
from vision.frame import Rect

ROUNDED_PX = 2.0
"""How far the part reaches beyond the polygon at most."""


class Region:
    """A polygon in a frame of (width, height); the corners are fractions of it."""

    def __init__(self, corners: Sequence[Corner], frame_size_px: tuple[int, int]) -> None:
        self._corners = np.array(corners, np.float64)
        self._polygon = shapely.Polygon(self._corners * frame_size_px)
        shapely.prepare(self._polygon)
        self.part_px = _around(self._polygon.bounds, frame_size_px)
        self._mask = lru_cache(maxsize=2)(self._drawn)

    def keep(self, found: Detections) -> Detections:
        """Those whose feet stand in the polygon. A box that `part_px` cut off stands on the polygon's edge there."""
        corners = np.array(self._polygon.bounds)
        feet_px = np.stack([(found.xyxy_px[:, 0] + found.xyxy_px[:, 2]) / 2, found.xyxy_px[:, 3]], axis=1)
        moved_px = np.clip(feet_px, corners[:2], corners[2:])
        near = (np.abs(moved_px - feet_px) <= ROUNDED_PX).all(axis=1)
        inside = near & shapely.intersects_xy(self._polygon, moved_px[:, 0], moved_px[:, 1])
        return Detections(found.xyxy_px[inside], found.score[inside], found.kind[inside])

    def mask(self, size_px: tuple[int, int]) -> Bool:
        """(height, width): where a picture of this size shows the polygon."""
        return self._mask(size_px)

    def _drawn(self, size_px: tuple[int, int]) -> Bool:
        mask = np.zeros((size_px[1], size_px[0]), np.uint8)
        cv2.fillPoly(mask, [np.round(self._corners * size_px).astype(np.int32)], (1,))
        return mask.astype(np.bool_)


def _around(bounds: tuple[float, float, float, float], frame_size_px: tuple[int, int]) -> Rect:
    """The smallest rectangle around, on even pixels: a colour of the usual videos covers two by two."""
    left, top, right, bottom = bounds
    x1, y1 = 2 * int(left // 2), 2 * int(top // 2)
    x2, y2 = 2 * int(-(-right // 2)), 2 * int(-(-bottom // 2))
    return x1, y1, min(max(x2, x1 + 2), frame_size_px[0]), min(max(y2, y1 + 2), frame_size_px[1])

"""Whether a plain plate-shaped thing hangs where others of the scene bear their plates: the sign of a covered plate.

No character being read proves nothing: readers fail on sound plates too. What every plate has, read or not, is many
strokes side by side; what hides one has none of them, and an edge all around. Both are measured here, at the place
where vehicles of the same kind, seen by the same camera, bear plates that were read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from vision.arrays import F32, F64, I64, U8

WIDE_PX = 32
"""Of a plate in the flattened picture. Seen larger it is shrunk to this, so that all are measured alike."""
LEAST_REACH, MOST_REACH, SPARE = 0.5, 1.5, 0.25
"""Of a plate's sides: so far from the usual place it may hang on this vehicle, at least and at most; and what is added
to how far it hangs from there on the others."""
STEP_PX = 2
RIM_PX = 3
SHRINK_BEYOND = 1.2
STROKE = 12.0
"""Grey levels over two pixels: less is grain."""
# Of 777 real plates (garage crops, coarsely coded) each has more when seen 24 pixels wide or wider, and all but three
# long ones when seen 20 pixels wide.
MANY_STROKES = 4.5
FEW_STROKES = 1.0
FLAT_RANGE = 24.0
"""Grey levels between the darkest and the brightest tenth of what is plain."""
RIM_STEP, RIMS, MOST_OF_A_SIDE = 14.0, 2, 0.7
"""Grey levels by which the plain thing differs from what lies just beyond its sides, and on how many of the four."""


class Shows(Enum):
    """What one view shows where the plate should be."""

    STROKES = "strokes"
    PLAIN = "plain"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """Where a plate hangs on a vehicle: its corners (4, 2) in shares of the vehicle's box, and how far beside and how
    far above and below it may hang as well, in its own sides."""

    corners: F32
    reach: tuple[float, float] = (LEAST_REACH, LEAST_REACH)

    @classmethod
    def of(cls, quad_px: F32, box_px: F32) -> "Seat":
        return cls(((quad_px - box_px[:2]) / np.maximum(box_px[2:] - box_px[:2], 1e-3)).astype(np.float32))

    def quad_px(self, box_px: F32) -> F32:
        return np.asarray(box_px[:2] + self.corners * (box_px[2:] - box_px[:2]), np.float32)

    def away(self, middle: F32) -> float:
        """How far a place (2,) on the vehicle, in shares of its box, lies from the plate's middle, in its own sides."""
        return float((np.abs(middle - self.corners.mean(axis=0)) / self._sides()).max())

    def _sides(self) -> F32:
        return np.asarray(np.maximum(np.ptp(self.corners, axis=0), 1e-3), np.float32)


def usual(seats: Sequence[Seat]) -> Seat:
    """The middle one of several, corner by corner, with a reach that takes in all of them as far as MOST_REACH."""
    middle = Seat(np.median([seat.corners for seat in seats], axis=0).astype(np.float32))
    away = np.abs([seat.corners.mean(axis=0) - middle.corners.mean(axis=0) for seat in seats]).max(axis=0)
    x, y = np.clip(SPARE + away / np.ptp(middle.corners, axis=0), LEAST_REACH, MOST_REACH).tolist()
    return Seat(middle.corners, (x, y))


def shown(crop: U8, box_px: F32, seat: Seat) -> Shows:
    """What the crop shows within reach of the seat: strokes anywhere mean a plate; else a plain thing with a rim.

    box_px: of the vehicle, in pixels of the crop.
    """
    grey, size = flattened(crop, seat.quad_px(box_px), seat.reach)
    strokes = _strokes(grey, size)
    if (strokes >= MANY_STROKES).any():
        return Shows.STROKES
    return Shows.PLAIN if _any_plain(grey, size, np.argwhere(strokes <= FEW_STROKES)) else Shows.UNSURE


def flattened(crop: U8, quad_px: F32, reach: tuple[float, float] = (0.0, 0.0)) -> tuple[F32, tuple[int, int]]:
    """The plate's place and what lies within reach and a rim of it, from the front, grey; width and height of a plate.

    What lies beyond the crop is its edge drawn out.
    """
    top, right, bottom, left = np.linalg.norm(np.roll(quad_px, -1, axis=0) - quad_px, axis=1).tolist()
    wide, high = WIDE_PX, int(np.clip(round(WIDE_PX * (right + left) / max(top + bottom, 1e-3)), 8, WIDE_PX))
    edge_x, edge_y = round(wide * reach[0]) + RIM_PX + 1, round(high * reach[1]) + RIM_PX + 1
    x, y = edge_x - 0.5, edge_y - 0.5
    target = np.array([[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]], np.float32)
    shrink = max((top + bottom) / 2 / wide, 1.0)
    if shrink > SHRINK_BEYOND:
        crop = np.asarray(cv2.resize(crop, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA), np.uint8)
        quad_px = (quad_px / shrink).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(quad_px - np.float32(0.5), target)
    size = (wide + 2 * edge_x, high + 2 * edge_y)
    flat = cv2.warpPerspective(crop, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY), np.float32), (wide, high)


def strokes_on(crop: U8, quad_px: F32) -> float:
    """How often a row of what lies in the quad goes from brighter to darker or back; seven in ten do so less often."""
    grey, (wide, high) = flattened(crop, quad_px)
    top, left = (grey.shape[0] - high) // 2, (grey.shape[1] - wide) // 2
    return float(np.percentile(_turns(grey)[top : top + high, left : left + wide].sum(axis=1), 70))


def _turns(grey: F32) -> I64:
    """(rows, columns) 1 where the sign of what is no grain changes, from left to right."""
    step = np.zeros_like(grey)
    step[:, 1:-1] = grey[:, 2:] - grey[:, :-2]
    sign = np.where(step >= STROKE, 1, np.where(step <= -STROKE, -1, 0))
    columns = np.arange(grey.shape[1])
    last = np.maximum.accumulate(np.where(sign != 0, columns, -1), axis=1)
    before = np.concatenate([np.full((len(grey), 1), -1), last[:, :-1]], axis=1)
    was = np.where(before >= 0, np.take_along_axis(sign, np.maximum(before, 0), axis=1), 0)
    return np.asarray((sign != 0) & (was != 0) & (sign != was), np.int64)


def _strokes(grey: F32, size: tuple[int, int]) -> F64:
    """(m, n) strokes of a row, reached by three rows in ten, for every place of a plate within reach, STEP_PX apart."""
    wide, high = size
    turns = np.concatenate([np.zeros((len(grey), 1), np.int64), np.cumsum(_turns(grey), axis=1)], axis=1)
    # Its own rim is a stroke to each side: what lies just within is looked at.
    counts = turns[:, wide - 1 : -1] - turns[:, 1 : turns.shape[1] - wide + 1]
    counts = counts[RIM_PX + 1 : len(grey) - RIM_PX - 1, RIM_PX : counts.shape[1] - RIM_PX : STEP_PX]
    windows = sliding_window_view(counts, high - 2, axis=0)[::STEP_PX]
    return np.asarray(np.percentile(windows, 70, axis=2), np.float64)


def _any_plain(grey: F32, size: tuple[int, int], places: I64) -> bool:
    """Whether any of the places (k, 2) of a plate, in steps, is of one grey that ends at its sides."""
    wide, high = size
    corners = places * STEP_PX + RIM_PX
    inner = sliding_window_view(grey, (high - 2, wide - 2))[corners[:, 0] + 1, corners[:, 1] + 1]
    low, middle, top = np.percentile(inner.reshape(len(corners), -1), (10, 50, 90), axis=1)
    return any(
        _rims(grey, (int(x), int(y), int(x) + wide, int(y) + high), float(grey_level)) >= RIMS
        for (y, x), grey_level in zip(
            corners[top - low <= FLAT_RANGE].tolist(), middle[top - low <= FLAT_RANGE].tolist(), strict=True
        )
    )


def _rims(grey: F32, box: tuple[int, int, int, int], middle: float) -> int:
    """On how many sides most of what lies just beyond differs from the middle's grey."""
    x1, y1, x2, y2 = box
    above, below = grey[y1 - RIM_PX, x1:x2], grey[y2 + RIM_PX - 1, x1:x2]
    beyond = (above, below, grey[y1:y2, x1 - RIM_PX], grey[y1:y2, x2 + RIM_PX - 1])
    return sum(float(np.mean(np.abs(side - middle) >= RIM_STEP)) >= MOST_OF_A_SIDE for side in beyond)

"""The picture along a line, straightened: what covers it, and how fast that moves across it.

No object is told apart. Occupancy is the share of the line that differs from the empty road; speed is the shift
across the line that makes a strip of two neighbouring pictures agree best (block matching by the sum of absolute
differences).
"""

from typing import NamedTuple

import cv2
import numpy as np

from vision.arrays import F32, F64, U8, Bool
from vision.geometry.lines import Line

# Rows to each side of the line that are matched, and the farthest shift from picture to picture, small-picture pixels.
HALF_ROWS = 7
FARTHEST_ROWS = 7
# Rows to each side that say whether the line is covered.
HALF_COVER = 2
LONGEST_COLUMNS = 160
BINS = 8
# Grey levels from the empty road.
DIFFERENT = 16.0
# The empty road is first the median of so many looks so far apart; then it follows by so many levels a second,
# and where something covers it by a tenth of that.
LOOKS, APART_S = 15, 0.4
FOLLOWS_PER_S = 4.0
COVERED_FOLLOWS = 0.1
# A shift is believed where its disagreement is at most this share of that of no shift at all or of the worst.
CLEAR_SHARE = 0.8
BARE_SAY = 0.02


class Motion(NamedTuple):
    """covered (BINS,) share of each piece of the line; rows_per_s (BINS,) its speed to the line's left hand."""

    covered: F64
    rows_per_s: F64


class Strip:
    """One line in a small luma picture of (height, width); its right hand is at row 0, its left hand at the last."""

    def __init__(self, line: Line, frame_size_px: tuple[int, int], small_size_px: tuple[int, int]) -> None:
        scale = np.array(small_size_px, np.float64) / np.array(frame_size_px, np.float64)
        first, second = np.array(line.ends_px, np.float64) * scale
        along = second - first
        self.length_px = float(np.hypot(*along))
        columns = int(np.clip(round(self.length_px), BINS, LONGEST_COLUMNS))
        left = np.array([along[1], -along[0]]) / max(self.length_px, 1e-9)
        rows = np.arange(-HALF_ROWS - FARTHEST_ROWS, HALF_ROWS + FARTHEST_ROWS + 1)
        at = first + (np.arange(columns)[:, None] + 0.5) / columns * along
        places = at[None] + rows[:, None, None] * left
        self._x, self._y = places[..., 0].astype(np.float32), places[..., 1].astype(np.float32)
        self._bin_of = np.arange(columns) * BINS // columns
        self._bin_columns = np.bincount(self._bin_of, minlength=BINS)
        self._empty: F32 | None = None
        self._first_looks: list[F32] = []
        self._last: tuple[float, F32] | None = None
        self._looked_s = -np.inf

    @property
    def ready(self) -> bool:
        """Whether the empty road is known."""
        return self._empty is not None

    def look(self, luma: U8, media_s: float) -> Motion | None:
        """What moves over the line since the look before; None at first, after a pause, and until the road is known."""
        now: F32 = cv2.remap(luma, self._x, self._y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(
            np.float32
        )
        last, self._last = self._last, (media_s, now)
        step_s = media_s - last[0] if last else 0.0
        covered = self._covered(now, media_s, step_s)
        if covered is None or last is None or not 0 < step_s <= 1.0:
            return None
        share = np.bincount(self._bin_of, covered, BINS) / self._bin_columns
        return Motion(share, self._shifts(last[1], now, covered) / step_s)

    def _covered(self, now: F32, media_s: float, step_s: float) -> Bool | None:
        """Which columns are not the empty road; None until that is known."""
        middle = now[len(now) // 2 - HALF_COVER : len(now) // 2 + HALF_COVER + 1]
        if self._empty is None:
            if media_s - self._looked_s >= APART_S:
                self._looked_s = media_s
                self._first_looks.append(middle)
            if len(self._first_looks) == LOOKS:
                self._empty = np.median(self._first_looks, axis=0).astype(np.float32)
                self._first_looks = []
            return None
        change = middle - self._empty
        # A cloud changes all of the strip alike: that is no traffic. In a swarm the median itself is traffic.
        cloud = float(np.clip(np.median(change), -DIFFERENT / 2, DIFFERENT / 2))
        different = np.abs(change - cloud) > DIFFERENT
        pace = np.where(different, COVERED_FOLLOWS, 1.0) * FOLLOWS_PER_S * min(step_s, 1.0)
        self._empty = (self._empty + np.clip(change, -pace, pace)).astype(np.float32)
        return np.asarray(different.mean(axis=0) >= 0.5, np.bool_)

    def _shifts(self, last: F32, now: F32, covered: Bool) -> F64:
        """(BINS,) rows what covers each piece of the line has moved; 0 where no shift stands out."""
        here = now[FARTHEST_ROWS : len(now) - FARTHEST_ROWS]
        reach = range(-FARTHEST_ROWS, FARTHEST_ROWS + 1)
        windows = [last[FARTHEST_ROWS - by : FARTHEST_ROWS - by + len(here)] for by in reach]
        apart = np.abs(np.stack(windows) - here).mean(axis=1)
        # The bare road beside a rider agrees best with not moving at all: it has next to no say.
        say = np.where(covered, 1.0, BARE_SAY)
        sums = np.stack([np.bincount(self._bin_of, row * say, BINS) for row in apart], axis=1)
        cost = sums / np.bincount(self._bin_of, say, BINS)[:, None]
        best = cost.argmin(axis=1)
        rows = np.arange(BINS)
        clear = cost[rows, best] <= CLEAR_SHARE * cost.max(axis=1)
        inner = np.clip(best, 1, cost.shape[1] - 2)
        before, at, after = (cost[rows, inner + by] for by in (-1, 0, 1))
        bend = before - 2 * at + after
        # The bottom of the parabola through three costs: parts of a row.
        part = np.where((bend > 1e-6) & (best == inner), (before - after) / (2 * np.maximum(bend, 1e-6)), 0.0)
        return np.where(clear, best - FARTHEST_ROWS + np.clip(part, -0.5, 0.5), 0.0)

"""The way a driver takes over the ground, as a curve that is walked by its length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from vision.arrays import F64

STEP_M = 0.2
Corner = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """
    length_m     (n,)    metres walked from the first point
    points_m     (n, 2)  x to the right, y ahead
    heading_rad  (n,)    0 looks along +y, growing to the left; without jumps
    """

    length_m: F64
    points_m: F64
    heading_rad: F64

    @classmethod
    def through(cls, corners: Sequence[Corner], rounded_m: float = 6.0) -> Self:
        """Straight from corner to corner, its bends spread over about `rounded_m`."""
        given = np.asarray(corners, np.float64)
        walked = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(given, axis=0).T))])
        fine = np.arange(0.0, walked[-1] + STEP_M / 2, STEP_M)
        points = np.stack([np.interp(fine, walked, given[:, axis]) for axis in (0, 1)], axis=1)
        window = max(1, round(rounded_m / STEP_M) // 2 * 2 + 1)
        points = _smooth(_smooth(points, window), window // 2 * 2 + 1)
        step = np.diff(points, axis=0)
        heading = np.unwrap(np.arctan2(-step[:, 0], step[:, 1]))
        length = np.concatenate([[0.0], np.cumsum(np.hypot(*step.T))])
        return cls(length, points, np.concatenate([heading, heading[-1:]]))

    @property
    def end_m(self) -> float:
        return float(self.length_m[-1])

    def at(self, walked_m: F64) -> tuple[F64, F64, F64]:
        """x, y and heading at lengths of the way; held at both ends."""
        x, y, heading = (
            np.interp(walked_m, self.length_m, column)
            for column in (self.points_m[:, 0], self.points_m[:, 1], self.heading_rad)
        )
        return x, y, heading

    def nearest_m(self, x_m: float, y_m: float) -> float:
        """The length of the way at which it comes nearest to a place."""
        return float(self.length_m[self.nearest_row(x_m, y_m)])

    def nearest_row(self, x_m: float, y_m: float, after_m: float = 0.0) -> int:
        """Which point is nearest to a place, of those so far along the way."""
        away = np.hypot(self.points_m[:, 0] - x_m, self.points_m[:, 1] - y_m)
        return int(np.argmin(np.where(self.length_m >= after_m, away, np.inf)))


def _smooth(points: F64, window: int) -> F64:
    """A moving mean; both ends go straight on before it, so that they stay where they are."""
    if window < 3 or len(points) < 3:
        return points
    half = window // 2
    ahead = np.arange(1, half + 1)[:, None]
    padded = np.concatenate(
        [points[0] + ahead[::-1] * (points[0] - points[1]), points, points[-1] + ahead * (points[-1] - points[-2])]
    )
    kernel = np.full(window, 1 / window)
    return np.stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)

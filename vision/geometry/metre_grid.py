"""Lines a round number of metres apart on the road, as a camera sees them: whoever knows the place sees at a glance
whether the calibration fits."""

from dataclasses import dataclass

import numpy as np

from vision.arrays import F64
from vision.geometry.calibration import GroundPlane

STEPS_M = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
MOST_LINES = 14
PIECES = 49


@dataclass(frozen=True, slots=True, eq=False)
class MetreGrid:
    """low_m, high_m: (2,) the corners of the gridded part of the road. lines: each (n, 2) float64, in the unit that the
    plane was fitted in; n ≥ 2."""

    step_m: float
    low_m: F64
    high_m: F64
    lines: tuple[F64, ...]


def metre_grid(plane: GroundPlane, metres: F64) -> MetreGrid:
    """The grid around the calibration points' (n, 2) metres. A line ends where it would pass behind the camera."""
    longest_m = float(np.ptp(metres, axis=0).max())
    step = next((step for step in STEPS_M if longest_m / step <= MOST_LINES), STEPS_M[-1])
    low, high = np.floor(metres.min(axis=0) / step) * step, np.ceil(metres.max(axis=0) / step) * step
    share = np.linspace(0, 1, PIECES + 1)[:, None]
    lines: list[F64] = []
    for axis in (0, 1):
        # Points kilometres apart are a slip of the pen, not a reason to draw for minutes.
        count = min(round((high[axis] - low[axis]) / step) + 1, 4 * MOST_LINES)
        for at in low[axis] + step * np.arange(count):
            start, end = low.copy(), high.copy()
            start[axis] = end[axis] = at
            lines += _seen(plane.to_pixels(start + share * (end - start)))
    return MetreGrid(float(step), low, high, tuple(lines))


def _seen(path: F64) -> list[F64]:
    """The unbroken parts of a path with NaN in it."""
    good = np.isfinite(path).all(axis=1)
    cuts = np.flatnonzero(np.diff(good)) + 1
    return [
        part for part, use in zip(np.split(path, cuts), np.split(good, cuts), strict=True) if use[0] and len(use) > 1
    ]

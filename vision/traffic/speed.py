"""How fast a track went, from where its feet stood on the road in the last second."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vision.arrays import F64
from vision.geometry.calibration import GroundPlane

FEWEST_SIGHTINGS = 4
SHORTEST_S = 0.4
LONGEST_S = 1.0
# The error is quoted at two deviations: nineteen times in twenty the truth lies inside.
DEVIATIONS = 2.0


class Speed(NamedTuple):
    mps: float
    error_mps: float


def measure_speed(plane: GroundPlane, times_s: Sequence[float], feet_px: F64, foot_error_px: float) -> Speed | None:
    """The slope of the straight line fitted to (n, 2) feet over n times, with its error.

    The error joins the tremble of the feet (the greater of what `foot_error_px` predicts and what the fit leaves
    over) with the calibration's own, as if the two ends of the way were wrong in opposite senses. None where the way
    was seen for too short a time or reaches the horizon.
    """
    times = np.asarray(times_s, np.float64)
    if len(times) < FEWEST_SIGHTINGS or times[-1] - times[0] < SHORTEST_S:
        return None
    road_m = plane.to_metres(feet_px)
    since = times - times.mean()
    spread = float((since**2).sum())
    slope = since @ road_m / spread
    left_over = road_m - road_m.mean(axis=0) - since[:, None] * slope
    scatter_m = float(np.sqrt((left_over**2).sum() / (len(times) - 2)))
    foreseen_m = float(plane.metre_error_at(feet_px, foot_error_px).mean())
    tremble_mps = max(scatter_m, foreseen_m) / np.sqrt(spread)
    # Four points fit exactly; yet nobody clicks a calibration point more exactly than a foot is seen.
    plane_mps = max(plane.position_error_m, foreseen_m) * np.sqrt(2) / (times[-1] - times[0])
    speed = Speed(float(np.hypot(*slope)), float(DEVIATIONS * np.hypot(tremble_mps, plane_mps)))
    return speed if np.isfinite(speed).all() else None

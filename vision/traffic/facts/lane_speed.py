"""How long a lane is and how fast it is driven, with what the calibration leaves open."""

from math import hypot, sqrt

from vision.events.facts import Figure
from vision.traffic.crossings import BAND_LEAST_PX, BAND_SHARE
from vision.traffic.facts.cells import Cell
from vision.traffic.facts.doubt import DEVIATIONS, figure, unknown
from vision.traffic.facts.lanes import Lanes
from vision.traffic.passage import FOOT_ERROR_SHARE

NO_METRES = "the scene has no calibration whose points agree, so nothing is known in metres"
M_PER_KM = 1000.0
# A mean speed is not taken from less than this time spent in a lane.
LEAST_TRAVEL_S = 0.5


def no_length(lanes: Lanes) -> str:
    return NO_METRES if lanes.plane is None else "the lane is drawn up to the horizon, so its length is not known"


def lane_length(lanes: Lanes, lane: int) -> tuple[float | None, float]:
    """Kilometres, and the half-width of their error as a share of them."""
    if not lanes.measured(lane):
        return None, 0.0
    length_m = lanes.length_m(lane)
    return length_m / M_PER_KM, DEVIATIONS * sqrt(2) * _plane_error_m(lanes, lane) / length_m


def _plane_error_m(lanes: Lanes, lane: int) -> float:
    """Four points fit exactly, yet nobody clicks a point more exactly than a foot is seen."""
    assert lanes.plane is not None
    least_m = FOOT_ERROR_SHARE * BAND_LEAST_PX * float(lanes.metre_per_px[lane])
    return max(lanes.plane.position_error_m, least_m)


def space_mean_speed(cell: Cell, lane: int, lanes: Lanes) -> Figure:
    """Edie's speed. The plane errs for all alike; the feet tremble at both ends of each vehicle's way."""
    _, moved_m, spent_s, vehicles, height_px_s = cell.lanes[lane].tolist()
    if not lanes.measured(lane):
        return unknown(no_length(lanes))
    if spent_s < LEAST_TRAVEL_S:
        return unknown("too little was driven in the lane", 0)
    speed = moved_m / spent_s
    foot_px = FOOT_ERROR_SHARE * max(BAND_SHARE * height_px_s / spent_s, BAND_LEAST_PX)
    foot_mps = foot_px * float(lanes.metre_per_px[lane]) * sqrt(2 * max(vehicles, 1)) / spent_s
    plane_mps = abs(speed) * sqrt(2) * _plane_error_m(lanes, lane) / lanes.length_m(lane)
    return figure(speed, DEVIATIONS * hypot(foot_mps, plane_mps))

"""What a stop line costs those who wait before it."""

from math import hypot

import numpy as np

from vision.arrays import F64
from vision.events.facts import Figure
from vision.traffic.facts.cells import Cell
from vision.traffic.facts.doubt import NOT_PEDESTRIAN, Doubt, figure, unknown
from vision.traffic.facts.lane_speed import no_length, space_mean_speed
from vision.traffic.facts.lanes import Lanes
from vision.traffic.facts.layout import Layout


def time_in_queue(cell: Cell, lanes: tuple[int, ...], doubt: Doubt) -> Figure:
    """Vehicle-seconds in the queues of these lanes."""
    total_s = float((cell.queued[list(lanes)] * NOT_PEDESTRIAN).sum())
    return figure(total_s, total_s * doubt.share)


def control_delay(cell: Cell, lanes: tuple[int, ...], layout: Layout, doubt: Doubt) -> Figure:
    """Seconds per vehicle over the stop line: all time spent in these lanes less what free driving would have taken.

    What a vehicle loses before it comes into view, or after it left the lane, is not in it.
    """
    why = _no_delay(lanes, layout)
    if why:
        return unknown(why)
    left = float((_over_stop_line(cell, lanes, layout) * NOT_PEDESTRIAN).sum())
    if not left:
        return unknown("no vehicle passed the stop line", 0)
    parts = [_lost_s(cell, lane, layout.lanes) for lane in lanes]
    lost_s, error_s = sum(part[0] for part in parts), hypot(*(part[1] for part in parts))
    mean_s = max(lost_s, 0.0) / left
    return figure(mean_s, hypot(mean_s * doubt.share_of(left), error_s / left), int(left))


def _no_delay(lanes: tuple[int, ...], layout: Layout) -> str | None:
    if not lanes:
        return "the stop line names no lanes"
    if not all(layout.lanes.measured(lane) for lane in lanes):
        return no_length(layout.lanes)
    if not all(np.isfinite(layout.lanes.stop_m[lane]) for lane in lanes):
        return "no stop line ends the lane"
    slow = [layout.lanes.names[lane] for lane in lanes if not np.isfinite(layout.lanes.free_mps[lane])]
    return f"the scene does not say the free_speed_mps of {', '.join(slow)}" if slow else None


def _lost_s(cell: Cell, lane: int, lanes: Lanes) -> tuple[float, float]:
    """Vehicle-seconds beyond those of free driving, with the error of the speed they come from."""
    speed, (_, _, spent_s, _, _) = space_mean_speed(cell, lane, lanes), cell.lanes[lane].tolist()
    if speed.value is None or speed.error is None:
        return 0.0, 0.0
    free_mps = float(lanes.free_mps[lane])
    return spent_s * (1 - speed.value / free_mps), spent_s * speed.error / free_mps


def _over_stop_line(cell: Cell, lanes: tuple[int, ...], layout: Layout) -> F64:
    """(6,) vehicles that entered the junction from these lanes."""
    rows = [
        place
        for place, station in enumerate(layout.stations)
        for approach in layout.approaches
        if station.line == approach.line and station.direction is approach.entering and station.lane in lanes
    ]
    return np.asarray(cell.passed[rows].sum(axis=0), np.float64)

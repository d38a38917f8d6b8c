"""The queue of each lane in one frame: who stands in an unbroken row, how long it is and where it ends."""

from collections.abc import Iterator
from math import hypot

import numpy as np

from vision.arrays import F64, I64
from vision.traffic.facts.cells import KINDS, Peak
from vision.traffic.facts.doubt import DEVIATIONS
from vision.traffic.facts.lanes import Lanes
from vision.traffic.facts.sizes import SIZE_DEVIATION, Sizes
from vision.traffic.facts.trails import Trails

# A wider hole between two who stand ends the queue.
LONGEST_HOLE_M = 20.0
# A queue whose end lies nearer than this to the upstream end of its lane may go on beyond it.
EDGE_M = 3.0
FOOT_ERROR_PX = 2.0


def queues(standing: Trails, lanes: Lanes, sizes: Sizes, frame_size_px: tuple[int, int]) -> Iterator[tuple[int, Peak]]:
    """(lane, queue) for every lane in which somebody of `standing` stands in a queue."""
    for lane in np.unique(standing.lane[standing.lane >= 0]).tolist():
        inside = standing.take(np.flatnonzero(standing.lane == lane))
        row = _measured(inside, lane, lanes, sizes) if lanes.measured(lane) else _counted(inside, lane, lanes)
        if row is None:
            continue
        rows, length_m, error_m = row
        back = rows[-1]
        x, y = np.clip(inside.feet_px[back] / np.array(frame_size_px, np.float64), 0, 1).tolist()
        beyond = _beyond(inside.place[back], lane, lanes)
        yield lane, Peak(len(rows), _by_kind(inside, rows), length_m, error_m, x, y, beyond)


def _counted(inside: Trails, lane: int, lanes: Lanes) -> tuple[I64, float, float]:
    """Without metres everybody who stands is in the queue: rows from its front to its back, and no length."""
    return np.argsort(-(inside.feet_px @ lanes.axis_px[lane])), float("nan"), float("nan")


def _measured(inside: Trails, lane: int, lanes: Lanes, sizes: Sizes) -> tuple[I64, float, float] | None:
    """Rows from front to back, and the length from the stop line (or the first front) to the last rear end."""
    near = (inside.place - lanes.origin_m[lane]) @ lanes.axis_m[lane]
    length = sizes.along_m(inside.kind)
    # A box's lower edge is the end nearer to the camera: the front of those who come, the rear of those who go.
    coming = lanes.axis_px[lane][1] > 0
    front, rear = (near, near - length) if coming else (near + length, near)
    stop = lanes.stop_m[lane]
    rows = np.argsort(-front, kind="stable")
    begins = stop if np.isfinite(stop) else front[rows[0]]
    rows = rows[rear[rows] <= begins]
    ahead = np.concatenate([[begins], np.minimum.accumulate(rear[rows])])[:-1] if len(rows) else np.zeros(0)
    broken = np.flatnonzero(ahead - front[rows] > LONGEST_HOLE_M)
    rows = rows[: broken[0]] if len(broken) else rows
    if not len(rows):
        return None
    last = rows[int(rear[rows].argmin())]
    rows = np.append(rows[rows != last], last)
    return rows, float(begins - rear[last]), _length_error_m(lane, lanes, float(length[last]))


def _length_error_m(lane: int, lanes: Lanes, vehicle_m: float) -> float:
    """Two deviations: the foot, the plane itself, and the vehicle's unseen end."""
    assert lanes.plane is not None
    foot_m = FOOT_ERROR_PX * float(lanes.metre_per_px[lane])
    plane_m = max(lanes.plane.position_error_m, foot_m)
    return DEVIATIONS * hypot(foot_m, plane_m, SIZE_DEVIATION * vehicle_m)


def _by_kind(inside: Trails, rows: I64) -> F64:
    return np.bincount(inside.kind[rows], minlength=KINDS).astype(np.float64)


def _beyond(back: F64, lane: int, lanes: Lanes) -> bool:
    if not lanes.measured(lane):
        return False
    place = float((back - lanes.origin_m[lane]) @ lanes.axis_m[lane])
    return place - float(lanes.span_m[lane, 0]) < EDGE_M

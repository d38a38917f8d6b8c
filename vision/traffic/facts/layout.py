"""What a scene's lanes and lines mean for the facts: where lanes run, where points are watched, what belongs where."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from shapely import LineString, Polygon

from vision.arrays import F64, I64
from vision.events.bodies import Direction
from vision.geometry.calibration import GroundPlane
from vision.geometry.lines import Line, left_normals, stack_ends
from vision.geometry.scene import Scene
from vision.traffic.facts.lanes import Lanes

DETECTOR_POINTS = 7
# A stop-line detector reaches this far back from the line, as loops at stop bars do: who waits stands behind the line.
STOP_DETECTOR_M = (0.0, 2.0, 4.0)
SHORTEST_SHARE = 0.02
# A detector takes the middle of its lane, as loops do, so that who drives beside it is not felt.
LANE_MIDDLE = 0.55
LINE_MIDDLE = 0.9
# So near to the end of its lane, as a share of the picture's height, a stop line lies in it.
END_SHARE = 0.02


class Station(NamedTuple):
    """One line, one way, within one lane. `lawful`: that way is the lane's own; always true without a lane.

    low, high: where along the line the lane begins and ends, 0..1.
    """

    line: int
    lane: int | None
    direction: Direction
    detector: int
    lawful: bool
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Approach:
    """A stop line with the lanes that end at it. line: its place among the lines."""

    line: int
    name: str
    group: str | None
    entering: Direction
    lanes: tuple[int, ...]
    detectors: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """stations come in order of line, lane and direction.

    detector_px    (d, 2) float64  the points of all detectors
    detector_of    (d,)   int64    which detector each belongs to
    entering       per line: the direction that enters the junction; None where the scene does not say
    """

    lines: tuple[Line, ...]
    lanes: Lanes
    stations: tuple[Station, ...]
    approaches: tuple[Approach, ...]
    entering: tuple[Direction | None, ...]
    detectors: int
    detector_px: F64
    detector_of: I64


def lay_out(scene: Scene, frame_size_px: tuple[int, int], plane: GroundPlane | None) -> Layout:
    """The layout of `scene` in a frame of (width, height)."""
    lines = scene.lines(frame_size_px)
    lanes = Lanes.of(scene, frame_size_px, plane)
    spots = [spot for place in range(len(lines)) for spot in _spots(place, lines[place], lanes, scene)]
    points = [_detector_px(lines[spot.line], spot.points, lanes) for spot in spots]
    stations = [
        Station(
            spot.line, spot.lane, way, detector, _lawful(lines[spot.line], spot.lane, way, lanes), spot.low, spot.high
        )
        for detector, spot in enumerate(spots)
        for way in Direction
    ]
    return Layout(
        lines=lines,
        lanes=lanes,
        stations=tuple(stations),
        approaches=tuple(_approaches(scene, lines, lanes, spots)),
        entering=tuple(_entering(scene, line) for line in lines),
        detectors=len(spots),
        detector_px=np.concatenate([np.zeros((0, 2)), *points]),
        detector_of=np.repeat(np.arange(len(spots), dtype=np.int64), [len(each) for each in points]),
    )


class _Spot(NamedTuple):
    """Where one line runs through one lane (None: through none), low..high along it; points (n, 2) px there."""

    line: int
    lane: int | None
    low: float
    high: float
    points: F64


def _spots(place: int, line: Line, lanes: Lanes, scene: Scene) -> list[_Spot]:
    """One per lane that the line passes through, and one for what passes beside every lane."""
    whole = LineString(line.ends_px)
    own = set(scene.stop_lines[line.name].lanes) if line.role == "stop" else set()
    inside = []
    for lane, polygon in enumerate(lanes.polygons_px):
        if own and lanes.names[lane] not in own:
            continue
        # Lanes are often drawn up to their stop line and not beyond.
        reach_px = END_SHARE * lanes.frame_size_px[1] if own else 0.0
        part = whole.intersection(Polygon(polygon).buffer(reach_px))
        if part.length > SHORTEST_SHARE * whole.length:
            inside.append(_spot(place, lane, part.bounds, line))
    return [*inside, _spot(place, None, whole.bounds, line)]


def _spot(place: int, lane: int | None, bounds: tuple[float, float, float, float], line: Line) -> _Spot:
    """The part of the line within these bounds."""
    ends = np.array(line.ends_px, np.float64)
    way = ends[1] - ends[0]
    axis = int(np.abs(way).argmax())
    low, high = sorted(((bounds[axis] - ends[0, axis]) / way[axis], (bounds[axis + 2] - ends[0, axis]) / way[axis]))
    middle = LINE_MIDDLE if lane is None else LANE_MIDDLE
    shares = low + (high - low) * np.linspace((1 - middle) / 2, (1 + middle) / 2, DETECTOR_POINTS)
    return _Spot(place, lane, float(low), float(high), ends[0] + shares[:, None] * way)


def _detector_px(line: Line, points: F64, lanes: Lanes) -> F64:
    """The points, and for a stop line of a calibrated scene also those a little before it."""
    if line.role != "stop" or lanes.plane is None:
        return points
    lane = lanes.at(points.mean(axis=0))
    if lane is None or not lanes.measured(lane):
        return points
    road = lanes.plane.to_metres(points)
    rows = [lanes.plane.to_pixels(road - back_m * lanes.axis_m[lane]) for back_m in STOP_DETECTOR_M]
    both = np.concatenate(rows)
    seen = both[np.isfinite(both).all(axis=1)]
    return np.asarray(seen if len(seen) else points, np.float64)


def _lawful(line: Line, lane: int | None, way: Direction, lanes: Lanes) -> bool:
    if lane is None:
        return True
    to_left = float(left_normals(stack_ends((line,)))[0] @ lanes.axis_px[lane]) > 0
    return to_left == (way is Direction.RIGHT_TO_LEFT)


def _entering(scene: Scene, line: Line) -> Direction | None:
    if line.role == "stop":
        return Direction(scene.stop_lines[line.name].entering)
    entering = scene.counting_lines[line.name].entering
    return None if entering is None else Direction(entering)


def _approaches(scene: Scene, lines: Sequence[Line], lanes: Lanes, spots: Sequence[_Spot]) -> list[Approach]:
    found = []
    for place, line in enumerate(lines):
        if line.role != "stop":
            continue
        stop = scene.stop_lines[line.name]
        own = tuple(lanes.names.index(name) for name in stop.lanes)
        at_line = [number for number, spot in enumerate(spots) if spot.line == place]
        detectors = tuple(number for number, lane in product(at_line, own) if spots[number].lane == lane)
        beside = () if detectors else tuple(number for number in at_line if spots[number].lane is None)
        entering = Direction(stop.entering)
        found.append(Approach(place, line.name, stop.signal_group, entering, own, detectors or beside))
    return found

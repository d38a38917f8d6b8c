"""What truly happened in a drawn clip: boxes, crossings of its lines, and who ran the red light."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.garage import corners_m
from models.datasets.drawn.mesh import turned
from models.datasets.drawn.scene import Participant
from twin.junction import LIGHT_A, Moment
from vision.arrays import F32, F64, I8, I64
from vision.events.bodies import Direction
from vision.events.lamps import Lamp
from vision.vehicles import VehicleKind

INWARDS = Direction.RIGHT_TO_LEFT
"""Both lines run from left to right in the picture; who enters the junction comes from the right hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Everyone in every frame, row for row; the box is of the whole outline, hidden or not, and may leave the picture.

    frame, number  (n,)   int64    frame index; number of the vehicle in the clip
    kind           (n,)   int8     VehicleKind
    xyxy_px        (n, 4) float32
    """

    frame: I64
    number: I64
    kind: I8
    xyxy_px: F32


@dataclass(frozen=True, slots=True)
class TrueCrossing:
    """`at_s`: when the middle of the lower edge of the box passes the line."""

    line: str
    direction: Direction
    kind: VehicleKind
    number: int
    at_s: float


@dataclass(frozen=True, slots=True)
class Offence:
    """Someone whose front passed the stop line `into_red_s` after red began, at this speed."""

    kind: VehicleKind
    number: int
    front_at_s: float
    into_red_s: float
    speed_mps: float


def boxes_of(camera: Camera, moments: Sequence[Moment]) -> Boxes:
    frame, number, kind, boxes = [], [], [], []
    for index, moment in enumerate(moments):
        for one in moment.everyone:
            box = whole_box(camera, one.at)
            if box is not None:
                frame.append(index)
                number.append(one.number)
                kind.append(int(one.at.kind))
                boxes.append(box)
    return Boxes(
        np.array(frame, np.int64), np.array(number, np.int64), np.array(kind, np.int8),
        np.array(boxes, np.float32).reshape(-1, 4),
    )  # fmt: skip


def crossings_of(boxes: Boxes, lines: Mapping[str, F64], moments: Sequence[Moment]) -> list[TrueCrossing]:
    """Who passes which line and when. lines: name to (2, 2) pixels of its ends, walked from first to second."""
    found: list[TrueCrossing] = []
    for number in np.unique(boxes.number).tolist():
        rows = np.flatnonzero(boxes.number == number)
        x1, _, x2, y2 = boxes.xyxy_px[rows].T.astype(np.float64)
        feet = np.stack([(x1 + x2) / 2, y2], 1)
        times = np.array([moments[index].media_s for index in boxes.frame[rows]])
        kind = VehicleKind(int(boxes.kind[rows[0]]))
        for name, ends in lines.items():
            found += [TrueCrossing(name, way, kind, number, at) for way, at in _passes(feet, times, ends)]
    return sorted(found, key=lambda one: (one.at_s, one.line, one.number))


def offences_of(moments: Sequence[Moment]) -> list[Offence]:
    """Everyone on the watched approach any part of whom was on the stop line at red, having come over it at red or
    still standing on it: nobody but the offenders may be."""
    found: dict[int, Offence] = {}
    before: dict[int, tuple[float, float]] = {}
    for moment in moments:
        for one in moment.everyone:
            if one.road != "A":
                continue
            last = before.get(one.number)
            before[one.number] = (one.front_m, moment.media_s)
            on_line = one.front_m > 0 >= one.rear_m
            if not (on_line and moment.lamp is Lamp.RED) or one.number in found:
                continue
            at_s = moment.media_s if last is None else moment.media_s - max(one.front_m, 0) / max(one.speed_mps, 0.1)
            into_s = at_s - _red_since(moment.media_s)
            found[one.number] = Offence(
                one.at.kind, one.number, round(at_s, 3), round(into_s, 3), round(one.speed_mps, 2)
            )
    return list(found.values())


def as_json(crossings: Sequence[TrueCrossing], offences: Sequence[Offence], about: Mapping[str, Any]) -> dict[str, Any]:
    """The content of truth.json."""
    counts: dict[str, dict[str, Counter[str]]] = {}
    for one in crossings:
        counts.setdefault(one.line, {}).setdefault(one.direction, Counter())[one.kind.label] += 1
    stop = {one.number: one for one in crossings if one.line == about["stop_line"]}
    return {
        **about,
        "counts": {line: {way: dict(kinds) for way, kinds in ways.items()} for line, ways in counts.items()},
        "crossings": [
            {"line": one.line, "direction": one.direction, "kind": one.kind.label, "number": one.number,
             "at_s": one.at_s}
            for one in crossings
        ],
        "red_light": [
            {
                "kind": one.kind.label, "number": one.number, "front_at_s": one.front_at_s,
                "into_red_s": one.into_red_s,
                "speed_mps": one.speed_mps, "at_s": stop[one.number].at_s if one.number in stop else None,
            }
            for one in offences
        ],
    }  # fmt: skip


def _red_since(now_s: float) -> float:
    red_s = next(seconds for state, seconds in LIGHT_A.cycle if state is Lamp.RED)
    return LIGHT_A.next_change_s(now_s) - red_s


def _passes(feet: F64, times: F64, ends: F64) -> list[tuple[Direction, float]]:
    """Sign changes of the side of the line, where the step meets the segment itself."""
    (ax, ay), (bx, by) = ends
    side = (bx - ax) * (feet[:, 1] - ay) - (by - ay) * (feet[:, 0] - ax)
    along = ((feet[:, 0] - ax) * (bx - ax) + (feet[:, 1] - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    found = []
    for i in np.flatnonzero((side[:-1] > 0) != (side[1:] > 0)).tolist():
        share = side[i] / (side[i] - side[i + 1])
        where = along[i] + share * (along[i + 1] - along[i])
        if 0 <= where <= 1:
            # y points down: a positive side lies on the right hand of the walker.
            way = Direction.RIGHT_TO_LEFT if side[i] > 0 else Direction.LEFT_TO_RIGHT
            found.append((way, round(float(times[i] + share * (times[i + 1] - times[i])), 3)))
    return found


def whole_box(camera: Camera, at: Participant) -> F64 | None:
    """x1, y1, x2, y2 of the whole outline; None where nothing of it is in the picture, or part of it is behind us."""
    motion = turned(at.x_m, at.y_m, at.heading_rad)
    points = camera.project(corners_m(at.kind, at.model) @ motion[:3, :3].T + motion[:3, 3])[:, :2]
    if np.isnan(points).any():
        return None
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = camera.size_px
    if high[0] <= 0 or high[1] <= 0 or low[0] >= width or low[1] >= height:
        return None
    return np.concatenate([low, high])

"""The things a scene is made of. Every place is a fraction of the frame: x right, y down, 0..1."""

from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator
from shapely import Polygon as Ring
from shapely.validation import explain_validity

from vision.geometry.calibration import FEWEST_POINTS, GroundPlane
from vision.vehicles import KIND_NAMES, KindName

# The same words and rule as in vision.events, which this room may not import; a test holds them together.
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\w.-]+$")]
EnteringName = Literal["left_to_right", "right_to_left"]

Fraction = Annotated[float, Field(strict=True, ge=0, le=1)]
Metres = Annotated[float, Field(strict=True, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Point = tuple[Fraction, Fraction]
# A line shorter than this share of the frame (two pixels of 4K) has no direction anyone meant.
SHORTEST_LINE = 0.0005


def _two_places(ends: tuple[Point, Point]) -> tuple[Point, Point]:
    (x1, y1), (x2, y2) = ends
    if max(abs(x2 - x1), abs(y2 - y1)) < SHORTEST_LINE:
        raise ValueError(f"wanted two different points, found [{x1}, {y1}] and [{x2}, {y2}]: a line of zero length")
    return ends


def _simple(points: tuple[Point, ...]) -> tuple[Point, ...]:
    if len(points) < 3:
        raise ValueError(f"wanted a polygon of at least 3 points, found {len(points)}")
    ring = Ring(points)
    if ring.convex_hull.area < SHORTEST_LINE**2:
        raise ValueError("the polygon has no area: its points lie on one line or in one place")
    reason = explain_validity(ring)
    if reason != "Valid Geometry":
        where = reason.partition("[")[2].rstrip("]").replace(" ", ", ")
        raise ValueError(f"the polygon crosses itself at [{where}]: give its corners in order around the edge")
    if any(before == after for before, after in pairwise(points)):
        raise ValueError("the polygon names the same corner twice in a row")
    return points


def some_kinds(kinds: tuple[KindName, ...]) -> tuple[KindName, ...]:
    if not kinds:
        raise ValueError(f"wanted at least one kind of {', '.join(KIND_NAMES)}, found an empty list")
    return kinds


Segment = Annotated[tuple[Point, Point], AfterValidator(_two_places)]
Polygon = Annotated[tuple[Point, ...], AfterValidator(_simple)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lane(Part):
    """A strip of road. `direction` is an arrow along the lawful way; `kinds` are those allowed in it.

    `free_speed_mps`: how fast one drives here alone; None: not said, and so no delay is measured.
    """

    polygon: Polygon
    direction: Segment
    free_speed_mps: Annotated[float, Field(strict=True, gt=0, le=70, allow_inf_nan=False)] | None = None
    kinds: Annotated[tuple[KindName, ...], AfterValidator(some_kinds)] = KIND_NAMES


class StopLine(Part):
    """`entering` is the direction in which traffic that must stop passes the line.

    `signal_group` None: no lamp is known for it. `lanes`: the lanes that end at it; empty means not said.
    """

    line: Segment
    entering: EnteringName
    signal_group: Name | None = None
    lanes: tuple[Name, ...] = ()


class SignalHead(Part):
    """A signal head that the camera sees: two opposite corners of a close box around all of its lights."""

    box: Segment
    signal_group: Name

    @field_validator("box")
    @classmethod
    def _some_area(cls, box: Segment) -> Segment:
        (x1, y1), (x2, y2) = box
        if min(abs(x2 - x1), abs(y2 - y1)) < SHORTEST_LINE:
            raise ValueError(f"wanted two opposite corners of a box, found [{x1}, {y1}] and [{x2}, {y2}]")
        return box


class CountingLine(Part):
    """`entering`: the direction in which one enters the junction over it, leaving it the other way; None: not said."""

    line: Segment
    entering: EnteringName | None = None


class Movement(Part):
    """Traffic that enters the junction over the line `entry` and leaves it over the line `exit`."""

    entry: Name
    exit: Name


class Zone(Part):
    polygon: Polygon
    purpose: Annotated[str, Field(min_length=1, max_length=200)]


class CalibrationPoint(Part):
    """The same place in the picture (`at`) and on the road (`metres`, right and forward of any fixed corner)."""

    at: Point
    metres: tuple[Metres, Metres]


def _plane(points: tuple[CalibrationPoint, ...]) -> GroundPlane:
    return GroundPlane.fit(np.array([point.at for point in points]), np.array([point.metres for point in points]))


def _one_plane(points: tuple[CalibrationPoint, ...]) -> tuple[CalibrationPoint, ...]:
    if len(points) < FEWEST_POINTS:
        raise ValueError(f"wanted at least {FEWEST_POINTS} calibration points, found {len(points)}")
    _plane(points)
    return points


class Calibration(Part):
    """`source` says who measured the points and how: a speed is only as good as that."""

    points: Annotated[tuple[CalibrationPoint, ...], AfterValidator(_one_plane)]
    source: Annotated[str, Field(min_length=1, max_length=500)]

    def plane(self) -> GroundPlane:
        """The plane for points in fractions of the frame."""
        return _plane(self.points)


class RedLightLimits(Part):
    """None leaves a limit at the rule's own value."""

    grace_s: NotNegative | None = None
    slowest_mps: NotNegative | None = None


class Limits(Part):
    red_light: RedLightLimits = RedLightLimits()

"""Traffic facts as one long table: a row for each number, so that a new measure needs no new column."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel

from vision.events.facts import FactsBody, Figure, GreenSlice, LevelOfService, Place

UNITS = {
    "_veh_h": "veh/h", "_pcu_h": "{pcu}/h", "_veh_km": "veh/km", "_pcu_km": "{pcu}/km", "_mps": "m/s",
    "_pcu": "{pcu}", "_veh": "veh", "_m": "m", "_s": "s",
}  # fmt: skip
COUNTED = {
    "volume",
    "vehicles",
    "stops",
    "entered",
    "left",
    "vanished",
    "appeared",
    "trembled",
    "stored_change",
    "imbalance",
}
HEAD = set(FactsBody.model_fields)
SHARES = {
    "occupancy",
    "area_occupancy",
    "arrivals_on_green",
    "green_occupancy",
    "red_occupancy",
    "queue_back_x",
    "queue_back_y",
}
YES_OR_NO = {"balanced", "queue_beyond_view", "split_failure", "whole"}
PLACES = ("line", "stop_line", "lane", "direction", "movement", "entry", "exit", "signal_group")


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of a body. places: what it is about, by the names of `PLACES`. slice_s: seconds after green began."""

    measure: str
    vehicle: str | None
    unit: str
    figure: Figure
    places: dict[str, str] = field(default_factory=dict)
    slice_s: tuple[float, float] | None = None
    grade: str | None = None


def about(body: FactsBody) -> str:
    """line, lane, turning, green or approach: the body's own name without `Facts`."""
    return type(body).__name__.removesuffix("Facts").lower()


def facts(body: FactsBody) -> Iterator[Fact]:
    """Every number of the body and of the parts inside it. Yes and no are 1 and 0."""
    yield from _walk(body, _At({}, None, str(body.pcu_unit)))


@dataclass(frozen=True, slots=True)
class _At:
    """Where in the body we are."""

    places: dict[str, str]
    slice_s: tuple[float, float] | None
    pcu: str

    def inside(self, part: BaseModel) -> "_At":
        named = {name: str(value) for name in PLACES if (value := getattr(part, name, None)) is not None}
        span = (part.since_s, part.until_s) if isinstance(part, GreenSlice) else self.slice_s
        return _At({**self.places, **named}, span, self.pcu)

    def fact(self, measure: str, figure: Figure, vehicle: str | None = None, grade: str | None = None) -> Fact:
        return Fact(measure, vehicle, unit_of(measure, self.pcu), figure, self.places, self.slice_s, grade)


def _walk(part: BaseModel, outside: _At) -> Iterator[Fact]:
    at = outside.inside(part)
    for name in type(part).model_fields:
        match getattr(part, name):
            case Figure() as figure:
                yield at.fact(name, figure)
            case LevelOfService() as level:
                for end, grade in (("", level.grade), ("_best", level.best), ("_worst", level.worst)):
                    yield at.fact(f"{name}{end}", Figure(why="a grade"), grade=grade)
            case Place() as place:
                for axis, share in (("x", place.x), ("y", place.y)):
                    yield at.fact(f"{name}_{axis}", Figure(value=share, error=0.0))
            case bool() as truth if name not in HEAD:
                yield at.fact(name, Figure(value=float(truth), error=0.0))
            case dict() as kinds:
                for kind, figure in kinds.items():
                    yield at.fact(name, figure, vehicle=str(kind))
            case tuple() as parts:
                for inner in parts:
                    yield from _walk(inner, at)


def unit_of(measure: str, pcu: str) -> str:
    """From the measure's name, which ends in it; shares and mere numbers of vehicles by list."""
    if measure in SHARES:
        return "share, 0 to 1"
    if measure in YES_OR_NO:
        return "1 yes, 0 no"
    if measure == "split_failures":
        return "greens"
    if measure in COUNTED:
        return "veh"
    return next((unit.format(pcu=pcu) for suffix, unit in UNITS.items() if measure.endswith(suffix)), "")

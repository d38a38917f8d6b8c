"""Incidents and swarm flow: who stands or drives the wrong way, and how the road as a whole moves."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vision.events.bodies import Body, Direction, Fraction, Measure, Name, NotNegative
from vision.vehicles import KindName

IncidentKind = Literal["stopped_vehicle", "wrong_way", "spill_back", "jam"]
Severity = Literal["notice", "warning", "alarm"]


class Incident(Body):
    """One end of an incident; its start and its end carry the same number.

    incident         counted from 1 by one camera and one boot
    place            the lane it lies in; for a spill-back the zone that the queue has reached
    since_s          media second of the first evidence; the limit (so long standing, so far driven) was reached at at_s
    at_s             media second at which this event became certain
    until_s          last evidence; None while it lasts
    x, y             where; None where it is the whole place
    tracks           who; of a jam or a spill-back those in view when it began
    vehicle          None where it is no single vehicle
    """

    incident: Annotated[int, Field(ge=1)]
    phase: Literal["start", "end"]
    kind: IncidentKind
    severity: Severity
    place: Name
    since_s: float
    at_s: float
    until_s: float | None = None
    x: Fraction | None = None
    y: Fraction | None = None
    tracks: tuple[Annotated[int, Field(ge=1)], ...] = ()
    vehicle: KindName | None = None
    measures: tuple[Measure, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.phase == "end") != (self.until_s is not None):
            raise ValueError(
                f"incident {self.incident}: wanted until_s at its end and only there, found {self.until_s}"
            )
        if self.at_s < self.since_s or (self.until_s is not None and self.until_s < self.since_s):
            raise ValueError(f"incident {self.incident}: wanted times after since_s {self.since_s}, found one before")
        return self


class SwarmFlow(Body):
    """Vehicles over one line in one direction in [since_s, until_s), by tracks or, where boxes merge, by moving area.

    mode          how the estimate was made; `swarm` as soon as any of it was
    swarm_share   share of the watched time in swarm mode
    estimate      vehicles; low, high: its interval at `level`
    tracked       crossings that tracking alone found in the same time
    """

    line: Name
    direction: Direction
    since_s: float
    until_s: float
    coverage: Fraction
    mode: Literal["tracked", "swarm"]
    swarm_share: Fraction
    estimate: NotNegative
    low: NotNegative
    high: NotNegative
    level: Annotated[float, Field(gt=0, lt=1)] = 0.9
    tracked: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _within(self) -> Self:
        if not self.low <= self.estimate <= self.high:
            raise ValueError(f"wanted low <= estimate <= high, found {self.low}, {self.estimate}, {self.high}")
        if not self.until_s > self.since_s:
            raise ValueError(f"until_s must lie after since_s {self.since_s}, found {self.until_s}")
        return self

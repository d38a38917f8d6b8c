"""What the routes of running junctions take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field

from centre.junctions.asked import Asked, Reason
from centre.junctions.control_answers import ControlOut, control_out
from signals.library.described import PerHour
from signals.live.follower import Position
from signals.live.junction import JunctionState
from signals.live.shelf import MOST_BYTES, Entry, Version
from signals.live.wishes import LONGEST_HOLD_S, LONGEST_REQUEST_S, Kind
from violations.api.values import Answer
from violations.audit.entry import Entry as AuditEntry
from vision.events.bodies import Name

USUAL_SEEDS, MOST_SEEDS = 5, 20

JunctionPath = Annotated[str, Path(pattern=r"^[\w.-]+$", max_length=80, description="Short name of the junction.")]
VersionPath = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of the version.")]
RequestPath = Annotated[str, Path(pattern=r"^[\w.-]+$", max_length=80, description="Name of the priority request.")]


class ProposeIn(Asked):
    library: Annotated[str, Field(min_length=1, max_length=MOST_BYTES, description="YAML: junction, plans, calendar.")]
    reason: Reason
    base: Annotated[int, Field(ge=0, le=2**31 - 2, description="Newest version when it was read; 0 for none.")]


class DecideIn(Asked):
    approve: bool
    reason: Reason


class ReasonIn(Asked):
    reason: Reason


class HoldIn(Asked):
    stage: Name
    seconds: Annotated[float, Field(gt=0, le=LONGEST_HOLD_S, allow_inf_nan=False)]
    reason: Reason


class PriorityIn(Asked):
    name: Annotated[str, Field(pattern=r"^[\w.-]+$", max_length=80)]
    kind: Kind
    movement: Name
    comes_in_s: Annotated[float, Field(ge=0, le=LONGEST_REQUEST_S, allow_inf_nan=False)]
    lapses_in_s: Annotated[float, Field(gt=0, le=LONGEST_REQUEST_S, allow_inf_nan=False)]


class LampOut(Answer):
    movement: str
    aspect: Literal["red", "yellow", "green", "dark"]
    since_s: float = Field(description="For how long it has shown this.")
    least_s: float | None = Field(description="Until it changes at the earliest; null: nobody can say.")
    most_s: float | None = Field(description="Until it changes by the plan.")


class PositionOut(Answer):
    plan: str
    cycle_s: float
    into_s: float
    stage: str
    following: str
    ends_in_s: float = Field(description="Planned end of the stage's green.")
    in_step: bool = Field(description="False while cycles of another length bring the plan to its offset.")


class HoldOut(Answer):
    stage: str
    person: str
    reason: str
    left_s: float


class PriorityOut(Answer):
    name: str
    kind: Kind
    movement: str
    comes_in_s: float
    lapses_in_s: float


class StateOut(Answer):
    junction: str
    title: str
    at: datetime
    version: int | None = Field(description="Of the library that runs.")
    mode: str = Field(description="commanded, stored_plan, flashing, starting or off.")
    stage: str | None = Field(description="Null between two stages.")
    lamps: list[LampOut]
    position: PositionOut | None = Field(description="Of the plan that runs; null while traffic chooses the stages.")
    hold: HoldOut | None
    priorities: list[PriorityOut]
    notes: list[str]
    control: ControlOut


class JunctionsOut(Answer):
    junctions: list[StateOut]
    waiting: list[str] = Field(description="Junctions whose plans nobody has approved yet.")


class PlanVersionOut(Answer):
    number: int
    author: str
    reason: str
    at: str
    state: Literal["proposed", "running", "approved", "rejected"]
    decided_by: str | None


class PlanVersionsOut(Answer):
    versions: list[PlanVersionOut] = Field(description="Newest first.")


class LibraryOut(PlanVersionOut):
    library: str = Field(description="The YAML as proposed.")


class JournalOut(Answer):
    entries: list[dict[str, str | int]] = Field(description="Oldest first; `before` is the SHA-256 of the line before.")


class TraceOut(Answer):
    number: int = Field(description="Of the entry in the audit log.")
    at: datetime
    who: str
    action: str
    details: dict[str, str | int | list[str] | None]


class TracesOut(Answer):
    entries: list[TraceOut] = Field(description="Newest first.")


class CalendarOut(Answer):
    """What runs when: day → local time of day → plan."""

    days: dict[date, dict[str, str]]


class CompareIn(Asked):
    """Plans are named as in their versions; left out: the first that the proposed version changes, in both."""

    present_plan: Name | None = None
    proposed_plan: Name | None = None
    flows: Annotated[dict[Name, PerHour], Field(max_length=64)] = Field(
        {}, description="Units per hour by movement; for the others what the cameras measured in the last two hours."
    )
    seeds: Annotated[int, Field(ge=1, le=MOST_SEEDS)] = Field(
        USUAL_SEEDS, description="Both plans are driven once with each seed from 1 on."
    )


class FlowOut(Answer):
    movement: str
    units_h: float
    origin: str


class RanOut(Answer):
    """What one plan did. Delays are of a vehicle, its wait before the net counted in."""

    median_delay_s: float = Field(description="Over the seeds, of the mean delay.")
    delay_s: list[float] = Field(description="Mean delay, in the order of the seeds.")
    by_approach_s: dict[str, float]
    worst: str = Field(description="The movement with the longest delay; empty without vehicles.")
    vehicles: int
    never_entered: int


class ComparedOut(Answer):
    present_version: int
    present_plan: str
    proposed_plan: str
    seeds: list[int]
    flows: list[FlowOut]
    present: RanOut
    proposed: RanOut
    saved_s: float = Field(description="Mean delay of the present plan less that of the proposed one.")
    error_s: float | None = Field(description="One standard error of it; null with one seed.")
    saved_share: float
    better: int = Field(description="Seeds with which the proposed plan has less delay.")


class ComparisonOut(Answer):
    junction: str
    number: int
    state: Literal["running", "done", "failed", "given_up"]
    done: int = Field(description="Runs that are over.")
    of: int
    person: str
    at: str
    problem: str | None
    result: ComparedOut | None


def state_out(name: str, version: int | None, state: JunctionState, at: datetime, now_s: float) -> StateOut:
    return StateOut(
        junction=name,
        title=state.name,
        at=at,
        version=version,
        mode=state.mode,
        stage=state.stage,
        lamps=[
            LampOut(
                movement=one.movement, aspect=one.aspect, since_s=one.since_s, least_s=one.least_s, most_s=one.most_s
            )
            for one in state.lamps
        ],
        position=None if state.position is None else _position_out(state.position),
        hold=None
        if state.hold is None
        else HoldOut(
            stage=state.hold.stage,
            person=state.hold.person,
            reason=state.hold.reason,
            left_s=max(state.hold.until_s - now_s, 0.0),
        ),
        priorities=[
            PriorityOut(
                name=one.name,
                kind=one.kind,
                movement=one.movement,
                comes_in_s=max(one.comes_s - now_s, 0.0),
                lapses_in_s=max(one.until_s - now_s, 0.0),
            )
            for one in state.priorities
        ],
        notes=list(state.notes),
        control=control_out(state.control),
    )


def _position_out(position: Position) -> PositionOut:
    return PositionOut(
        plan=position.plan,
        cycle_s=position.cycle.cycle_s,
        into_s=position.into_s,
        stage=position.stage,
        following=position.following,
        ends_in_s=position.ends_in_s,
        in_step=position.in_step,
    )


def version_out(version: Version) -> PlanVersionOut:
    return PlanVersionOut(
        number=version.number,
        author=version.author,
        reason=version.reason,
        at=version.utc,
        state=version.state,
        decided_by=version.decided_by,
    )


def trace_out(entry: AuditEntry) -> TraceOut:
    return TraceOut(number=entry.number, at=entry.at, who=entry.who, action=entry.action, details=dict(entry.details))


def entry_out(entry: Entry) -> dict[str, str | int]:
    return {
        "what": entry.what,
        "version": entry.version,
        "person": entry.person,
        "reason": entry.reason,
        "at": entry.utc,
        "before": entry.before,
    }

"""What the routes of running junctions take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from signals.live.follower import Position
from signals.live.junction import JunctionState
from signals.live.shelf import MOST_BYTES, Entry, Version
from signals.live.wishes import LONGEST_HOLD_S, LONGEST_REQUEST_S, Kind
from violations.api.values import Answer
from vision.events.bodies import Name

JunctionPath = Annotated[str, Path(pattern=r"^[\w.-]+$", max_length=80, description="Short name of the junction.")]
VersionPath = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of the version.")]
RequestPath = Annotated[str, Path(pattern=r"^[\w.-]+$", max_length=80, description="Name of the priority request.")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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
    position: PositionOut | None
    hold: HoldOut | None
    priorities: list[PriorityOut]
    notes: list[str]


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


class CalendarOut(Answer):
    """What runs when: day → local time of day → plan."""

    days: dict[date, dict[str, str]]


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


def entry_out(entry: Entry) -> dict[str, str | int]:
    return {
        "what": entry.what,
        "version": entry.version,
        "person": entry.person,
        "reason": entry.reason,
        "at": entry.utc,
        "before": entry.before,
    }

"""What is taken and given about who chooses the stages of a junction: its plans, or its traffic."""

from typing import Annotated, Literal

from pydantic import Field

from centre.junctions.asked import Asked, Reason
from signals.live.control import Chosen, Control, ControlState, FellBack, Happening
from signals.live.control import Reason as WhyStage
from signals.live.traffic import MOST_COMING, WORD_S, Word
from violations.api.values import Answer
from vision.events.bodies import Name

Vehicles = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
Ahead = Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]


class ControlIn(Asked):
    control: Control
    reason: Reason


class SeenIn(Asked):
    """What a detector sees of one movement now."""

    queued: Vehicles = Field(description="Vehicles that stand or crawl.")
    coming_s: Annotated[tuple[Ahead, ...], Field(max_length=MOST_COMING)] = Field(
        (), description="Seconds until each of those that come would be at the stop line."
    )
    passed: Vehicles = Field(0.0, description="Over the stop line since the word before.")
    outflow: Share = Field(1.0, description="Share of its saturation flow that the road beyond can take.")
    units: Annotated[float, Field(gt=0, le=50, allow_inf_nan=False)] | None = Field(
        None, description="Passenger-car units of a mean vehicle; null: as the camera's facts say, else those of a car."
    )


class TrafficIn(Asked):
    """By movement, all of them or some. Say it every second: after three without a word nobody believes the last."""

    approaches: Annotated[dict[Name, SeenIn], Field(min_length=1, max_length=64)]
    age_s: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = Field(
        0.0, description=f"How old the picture is; one older than {WORD_S:g} s is listened to no more."
    )


class ApproachOut(Answer):
    movement: str
    source: Literal["none", "detector", "facts"]
    fault: str = Field(description="none, dropped, stuck_on, missed or false.")
    queued: float | None = Field(description="Vehicles that stand; null: not known.")
    coming: float | None = Field(description="Vehicles that come within the next forty seconds.")
    age_s: float | None = Field(description="Of the last word.")
    stands_in: bool = Field(description="Its share of the stored plan stands in for its detector.")


class ChosenOut(Answer):
    """The last choice of the traffic, also while a plan runs."""

    stage: str
    reason: WhyStage
    cost_s: dict[str, float | None] = Field(description="Vehicle-seconds of waiting foreseen, by stage.")


class ControlOut(Answer):
    asked: Control
    runs: Control = Field(description="What chooses the stages now.")
    why: FellBack | None = Field(description="Why the stored plan runs though another mode is asked for.")
    since_s: float = Field(description="For how long it has chosen them.")
    possible: bool = Field(description="Whether traffic can choose here at all.")
    chosen: ChosenOut | None
    approaches: list[ApproachOut]


class HappeningOut(Answer):
    at: str = Field(description="Local time.")
    runs: Control
    why: FellBack | None


class ControlHistoryOut(ControlOut):
    happened: list[HappeningOut] = Field(description="Changes by people and by itself, newest first.")


def control_out(state: ControlState) -> ControlOut:
    return ControlOut(
        asked=state.asked,
        runs=state.runs,
        why=state.why,
        since_s=state.since_s,
        possible=state.possible,
        chosen=None if state.chosen is None else _chosen_out(state.chosen),
        approaches=[
            ApproachOut(
                movement=one.movement,
                source=one.source.value,
                fault=one.fault,
                queued=one.queued,
                coming=one.coming,
                age_s=one.age_s,
                stands_in=one.stands_in,
            )
            for one in state.approaches
        ],
    )


def happening_out(one: Happening) -> HappeningOut:
    return HappeningOut(at=one.at.isoformat(timespec="seconds"), runs=one.runs, why=one.why)


def words_of(asked: TrafficIn) -> list[Word]:
    return [
        Word(name, one.queued, one.coming_s, one.passed, one.outflow, one.units)
        for name, one in asked.approaches.items()
    ]


def _chosen_out(chosen: Chosen) -> ChosenOut:
    return ChosenOut(stage=chosen.stage, reason=chosen.reason, cost_s=chosen.cost_s)

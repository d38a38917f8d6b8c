"""Who chooses the stages of a junction: its plans, or its traffic; and what is told of the choice."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signals.live.errors import LiveError
from signals.sentences import said


class Control(StrEnum):
    """The mode of control. A person may change it at any time."""

    PLAN = "plan"
    ACTUATED = "actuated"
    ADAPTIVE = "adaptive"


def chosen_control(word: str) -> Control:
    """Raises LiveError for a word that is none of them."""
    if word not in set(Control):
        known = ", ".join(Control)
        raise LiveError("control", said("A mode of control is {known}, found {found!r}.", known=known, found=word[:80]))
    return Control(word)


class FellBack(StrEnum):
    """Why the stored plan runs though another mode is asked for. The values are translation keys."""

    STARTING = "starting"  # the lamps themselves are not ready
    NO_DATA = "no_data"  # no approach is seen by anything that can be believed
    RETURNING = "returning"  # data are good again, but not for long enough
    BROKEN = "broken"  # whatever chooses stages failed


class Reason(StrEnum):
    """Why a stage was chosen. The values are translation keys."""

    CHEAPEST = "cheapest"  # least waiting foreseen
    OVERDUE = "overdue"  # somebody has waited so long that he must come next
    LEAST_GREEN = "least_green"  # the stage has only begun
    MOST_GREEN = "most_green"  # its longest green is over, and others wait
    EXTENDED = "extended"  # actuated: vehicles keep coming, or nobody else wants anything
    CALLED = "called"  # actuated: the next stage that somebody waits for


class Source(StrEnum):
    """From where a movement's traffic is known."""

    NONE = "none"
    DETECTOR = "detector"  # words sent every second
    FACTS = "facts"  # events and facts that its camera delivers


@dataclass(frozen=True, slots=True)
class Chosen:
    """cost_s: vehicle-seconds foreseen, by stage; None where it may not be chosen now, or nothing was foreseen."""

    stage: str
    reason: Reason
    cost_s: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class ApproachState:
    """One movement that drives. fault: name of a `DetectorFault`, "none" where it is believed.

    queued, coming: vehicles that stand, and that come within the horizon; age_s: of the last word. None: not known.
    stands_in: its share of the stored plan stands in for what is not known of it.
    """

    movement: str
    source: Source
    fault: str
    queued: float | None
    coming: float | None
    age_s: float | None
    stands_in: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """From then on this chose the stages, for that reason; at: local time of the junction."""

    at: datetime
    runs: Control
    why: FellBack | None


@dataclass(frozen=True, slots=True)
class ControlState:
    """asked: by people; runs: what chooses the stages now; why: where the two differ. since_s: for how long so.

    possible: whether traffic can choose here at all. chosen: what it would choose where a plan runs.
    """

    asked: Control
    runs: Control
    why: FellBack | None
    since_s: float
    possible: bool
    chosen: Chosen | None
    approaches: tuple[ApproachState, ...]

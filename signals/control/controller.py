"""The port through which a junction's controller is read and asked, whatever it speaks: SUMO, RSMP or NTCIP.

Nothing here waits: a controller behind a network tells what it last heard, and answers an order later. What an order
leads to is decided at the lamps: by the guard in front of a controller that shows whatever it is told (SUMO), or by the
guard inside one that has its own (RSMP and NTCIP sites).
"""

from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import Protocol

from vision.arrays import I8


class Ability(Flag):
    """What a controller can be asked for; a real one rarely takes lamps, a simulated one rarely keeps plans."""

    NONE = 0
    LAMPS = auto()
    STAGE = auto()
    PLAN = auto()
    CYCLE = auto()
    OFFSET = auto()


@dataclass(frozen=True, slots=True, eq=False)
class ShowLamps:
    """Show these, now. aspects: (m,) int8 `Aspect` in the order of the SafetyTable, fresh from `Guard.step`."""

    aspects: I8


@dataclass(frozen=True, slots=True)
class GoToStage:
    """Make `stage` green next, or keep it. sequence: grows by every such order."""

    stage: str
    sequence: int


@dataclass(frozen=True, slots=True)
class RunPlan:
    """Run the stored plan of that number (1–255)."""

    plan: int


@dataclass(frozen=True, slots=True)
class SetCycle:
    """Give a stored plan another cycle; its greens are changed by the controller in its own way."""

    plan: int
    cycle_s: int


@dataclass(frozen=True, slots=True)
class SetOffset:
    """Give a stored plan another offset."""

    plan: int
    offset_s: int


@dataclass(frozen=True, slots=True)
class FallBack:
    """Listen no more to orders and run the stored plan for this time of day. Never refused."""


Order = ShowLamps | GoToStage | RunPlan | SetCycle | SetOffset | FallBack


class State(StrEnum):
    """What became of an order."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """number: of the order, as `send` counted it; why: one sentence where it was refused, else empty."""

    number: int
    state: State
    why: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Presented:
    """What a controller last told of itself.

    aspects   (m,) int8  `Aspect` in the table's order; UNKNOWN where it did not tell
    told_s    float      when it told, on the caller's steady clock; -inf before the first word
    stage, plan          None: not told, or between two
    obeys     bool       it follows orders; False while it runs its stored plan, flashes, or cannot be reached
    """

    aspects: I8
    told_s: float
    stage: str | None
    plan: int | None
    obeys: bool


class Controller(Protocol):
    """One junction. Times are seconds of the caller's steady clock (simulation time in a simulation)."""

    @property
    def abilities(self) -> Ability: ...

    def present(self, now_s: float) -> Presented:
        """What the lamps show, as far as it is known."""
        ...

    def send(self, order: Order, now_s: float) -> Answer:
        """Hand an order over. REFUSED at once where it asks for what the controller has not or cannot."""
        ...

    def answer(self, number: int) -> Answer | None:
        """What became of an order handed over before; None for one too old to be remembered."""
        ...

"""Why a step is not taken: a closed set of reasons, each with its sentence, and the error the rim makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from violations.cases.errors import (
    CaseError,
    ClockError,
    LackingError,
    LockedError,
    OwnWorkError,
    ReasonError,
    WrongRoleError,
    WrongStateError,
)


class Why(StrEnum):
    """The values are translation keys under `refusal`."""

    WRONG_STATE = "wrong_state"
    WRONG_ROLE = "wrong_role"
    LOCKED = "locked"
    NOT_HELD = "not_held"
    OWN_WORK = "own_work"
    NEEDS_SUPERVISOR = "needs_supervisor"
    LIMITATION_OVER = "limitation_over"
    LIMITATION_UNKNOWN = "limitation_unknown"
    NOT_YET_OVER = "not_yet_over"
    TOO_LATE_TO_UNDO = "too_late_to_undo"
    REASON = "reason"
    NO_PLATE = "no_plate"
    SECOND_PERSON = "second_person"
    NO_AMOUNT = "no_amount"
    INFORMATION_ONLY = "information_only"
    FINE_POWER = "fine_power"
    DECIDED_ALREADY = "decided_already"
    NOT_DECIDED = "not_decided"
    NO_TARGET = "no_target"
    BLIND = "blind"


ERROR_OF: Mapping[Why, type[CaseError]] = MappingProxyType(
    {
        Why.WRONG_STATE: WrongStateError,
        Why.WRONG_ROLE: WrongRoleError,
        Why.LOCKED: LockedError,
        Why.NOT_HELD: LockedError,
        Why.OWN_WORK: OwnWorkError,
        Why.NEEDS_SUPERVISOR: WrongRoleError,
        Why.LIMITATION_OVER: ClockError,
        Why.LIMITATION_UNKNOWN: ClockError,
        Why.NOT_YET_OVER: ClockError,
        Why.TOO_LATE_TO_UNDO: ClockError,
        Why.REASON: ReasonError,
        Why.NO_PLATE: LackingError,
        Why.SECOND_PERSON: LackingError,
        Why.NO_AMOUNT: LackingError,
        Why.INFORMATION_ONLY: LackingError,
        Why.FINE_POWER: WrongRoleError,
        Why.DECIDED_ALREADY: WrongStateError,
        Why.NOT_DECIDED: WrongStateError,
        Why.NO_TARGET: ReasonError,
        Why.BLIND: WrongStateError,
    }
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing moved: why, and a sentence with the wanted and the found. It is false, like NoFine."""

    why: Why
    sentence: str

    def __bool__(self) -> Literal[False]:
        return False

    def error(self) -> CaseError:
        error = ERROR_OF[self.why](self.sentence)
        error.why = self.why.value
        return error

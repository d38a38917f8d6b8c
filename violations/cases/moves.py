"""The table of moves: which step leads from which state, and whose roles may take it. Nobody else knows the order.

Where a move names no state, the case itself decides where it leads (`verdicts`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from violations.cases.states import CaseState, Role, Verdict


class Step(StrEnum):
    """What can happen to a case. DOUBT: a reason not to fine came up after its acceptance; somebody else looks again.
    WITHDRAW lets it go, after an appeal or by the office's own insight."""

    TAKE = "take"
    RELEASE = "release"
    EDIT_PLATE = "edit_plate"
    ACCEPT = "accept"
    REJECT = "reject"
    ANOTHER_LOOK = "another_look"
    UNDO = "undo"
    MERGE = "merge"
    DOUBT = "doubt"
    IDENTIFY = "identify"
    NOTIFY = "notify"
    MINUTES = "minutes"
    PAY = "pay"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Event:
    """One step with what is said beside it. reason: a code of `reasons`; into: for MERGE.

    plate: for EDIT_PLATE, and the one a blind look is given for (None: as the machine read it).
    """

    step: Step
    reason: str | None = None
    note: str = ""
    plate: str | None = None
    into: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    to: CaseState | None
    roles: frozenset[Role]


S = CaseState
JUDGES = frozenset({Role.REVIEWER, Role.SUPERVISOR})
HEADS = frozenset({Role.SUPERVISOR})
OFFICE = JUDGES | {Role.SYSTEM}

_ROWS: tuple[tuple[Step, Iterable[CaseState], CaseState | None, frozenset[Role]], ...] = (
    (Step.TAKE, (S.DETECTED, S.IN_REVIEW, S.NEEDS_ANOTHER_LOOK), S.IN_REVIEW, JUDGES),
    (Step.RELEASE, (S.IN_REVIEW,), None, OFFICE),
    (Step.EDIT_PLATE, (S.IN_REVIEW,), S.IN_REVIEW, JUDGES),
    (Step.ACCEPT, (S.IN_REVIEW,), None, JUDGES),
    (Step.REJECT, (S.IN_REVIEW,), None, JUDGES),
    (Step.ANOTHER_LOOK, (S.IN_REVIEW,), S.NEEDS_ANOTHER_LOOK, JUDGES),
    (Step.UNDO, (S.ACCEPTED, S.REJECTED, S.NEEDS_ANOTHER_LOOK), S.IN_REVIEW, JUDGES),
    (Step.MERGE, (S.DETECTED,), S.CLOSED, OFFICE),
    (Step.DOUBT, (S.ACCEPTED, S.IDENTIFIED), S.NEEDS_ANOTHER_LOOK, OFFICE),
    (Step.IDENTIFY, (S.ACCEPTED,), S.IDENTIFIED, JUDGES),
    (Step.NOTIFY, (S.IDENTIFIED,), S.NOTIFIED, HEADS),
    (Step.MINUTES, (S.NOTIFIED, S.UPHELD), S.MINUTES, HEADS),
    (Step.PAY, (S.MINUTES, S.UPHELD), S.PAID, OFFICE),
    (Step.APPEAL, (S.NOTIFIED, S.MINUTES, S.PAID), S.APPEALED, JUDGES | {Role.CITIZEN}),
    (Step.UPHOLD, (S.APPEALED,), S.UPHELD, HEADS),
    (
        Step.WITHDRAW,
        (S.ACCEPTED, S.IDENTIFIED, S.NOTIFIED, S.MINUTES, S.PAID, S.APPEALED, S.UPHELD),
        S.WITHDRAWN,
        HEADS,
    ),
    (Step.CLOSE, (S.REJECTED, S.PAID, S.WITHDRAWN), S.CLOSED, HEADS | {Role.SYSTEM}),
    (
        Step.EXPIRE,
        (
            *(S.DETECTED, S.IN_REVIEW, S.NEEDS_ANOTHER_LOOK, S.ACCEPTED),
            *(S.IDENTIFIED, S.NOTIFIED, S.APPEALED, S.UPHELD),
        ),
        S.EXPIRED,
        frozenset({Role.SYSTEM}),
    ),
)


def _table() -> Iterator[tuple[tuple[CaseState, Step], Move]]:
    for step, states, to, roles in _ROWS:
        for state in states:
            yield (state, step), Move(to, roles)


MOVES: Mapping[tuple[CaseState, Step], Move] = MappingProxyType(dict(_table()))


def open_steps(state: CaseState, role: Role) -> tuple[Step, ...]:
    """What the table lets this role do in this state; the case itself may still refuse it."""
    return tuple(step for step in Step if (move := MOVES.get((state, step))) is not None and role in move.roles)


def open_verdicts(state: CaseState, role: Role) -> tuple[Verdict, ...]:
    """The verdicts this role may give, taking the case first where it lies free; empty where it waits for none."""
    if (state, Step.TAKE) not in MOVES or role not in MOVES[state, Step.TAKE].roles:
        return ()
    return tuple(Verdict)

"""The life of a case as one table: which verdict leads from which state to which, and who may give it.

Pure. A new state is a new member and new rows of MOVES; nobody else knows the order of states.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from violations.cases.errors import WrongRoleError, WrongStateError


class CaseState(StrEnum):
    """DETECTED is what a camera claims; nothing is an offence before a person said so."""

    DETECTED = "detected"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Verdict(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"


class Role(StrEnum):
    VIEWER = "viewer"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step. `name` is what the person calls themselves until accounts prove it."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Move:
    to: CaseState
    roles: frozenset[Role]


FIRST_STATE = CaseState.DETECTED

MOVES: Mapping[tuple[CaseState, Verdict], Move] = MappingProxyType(
    {
        (CaseState.DETECTED, Verdict.ACCEPT): Move(CaseState.ACCEPTED, frozenset({Role.REVIEWER})),
        (CaseState.DETECTED, Verdict.REJECT): Move(CaseState.REJECTED, frozenset({Role.REVIEWER})),
    }
)


def decide(state: CaseState, verdict: Verdict, role: Role) -> CaseState:
    """The state after the verdict. Raises WrongStateError or WrongRoleError; in doubt nothing moves."""
    move = MOVES.get((state, verdict))
    if move is None:
        open_states = ", ".join(sorted(before.value for before, word in MOVES if word is verdict))
        raise WrongStateError(f"verdict {verdict}: wanted a case in state {open_states}, found {state}")
    if role not in move.roles:
        wanted = ", ".join(sorted(allowed.value for allowed in move.roles))
        raise WrongRoleError(f"verdict {verdict} on a case in state {state}: wanted role {wanted}, found {role}")
    return move.to


def open_verdicts(state: CaseState, role: Role) -> tuple[Verdict, ...]:
    """The verdicts this role may give now, in the order of Verdict; empty when the case is closed for it."""
    return tuple(
        verdict for verdict in Verdict if (move := MOVES.get((state, verdict))) is not None and role in move.roles
    )

"""The life of a case as one function: case, event, who and when go in; a new case or a refusal that says why comes out.

Pure. In doubt nothing moves.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from violations.cases.case import Case, Lock, Look
from violations.cases.checks import first_refusal
from violations.cases.desk_rules import DeskRules
from violations.cases.moves import MOVES, Event, Step
from violations.cases.refusals import Refusal, Why
from violations.cases.states import FIRST_STATE, Actor, CaseState, Verdict
from violations.cases.verdicts import after_verdict, agreed_plate, blind_plate, looks_blind

Act = Callable[[Case, Event, Actor, datetime, DeskRules], Case]
VERDICT_OF = MappingProxyType(
    {Step.ACCEPT: Verdict.ACCEPT, Step.REJECT: Verdict.REJECT, Step.ANOTHER_LOOK: Verdict.ANOTHER_LOOK}
)


def advance(case: Case, event: Event, actor: Actor, now: datetime, rules: DeskRules) -> Case | Refusal:
    """The case after the event. `now` is aware."""
    move = MOVES.get((case.state, event.step))
    if move is None:
        wanted = ", ".join(state for state, step in MOVES if step is event.step)
        return Refusal(Why.WRONG_STATE, f"{event.step}: wanted a case in state {wanted}, found {case.state}")
    if actor.role not in move.roles:
        wanted = ", ".join(sorted(move.roles))
        found = f"wanted role {wanted}, found {actor.role}"
        return Refusal(Why.WRONG_ROLE, f"{event.step} on a case in state {case.state}: {found}")
    refusal = first_refusal(case, event, actor, now, rules)
    if refusal is not None:
        return refusal
    after = ACTS[event.step](case, event, actor, now, rules)
    after = after if move.to is None else replace(after, state=move.to)
    return after if after.state is CaseState.IN_REVIEW else replace(after, lock=None)


def _take(case: Case, _event: Event, actor: Actor, now: datetime, rules: DeskRules) -> Case:
    return replace(case, lock=Lock(actor.name, now + rules.lock))


def _release(case: Case, _event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Case:
    return replace(case, state=CaseState.NEEDS_ANOTHER_LOOK if case.looks else FIRST_STATE)


def _edit_plate(case: Case, event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Case:
    return replace(case, plate=event.plate)


def _look(case: Case, event: Event, actor: Actor, now: datetime, rules: DeskRules) -> Case:
    blind = bool(case.looks) and looks_blind(case, rules)
    look = Look(
        who=actor.name,
        role=actor.role,
        verdict=VERDICT_OF[event.step],
        at=now,
        plate=blind_plate(case, event.plate) if blind else case.plate,
        reason=event.reason,
        note=event.note.strip(),
        blind=blind,
    )
    looks = (*case.looks, look)
    seen = replace(case, looks=looks, plate=agreed_plate(looks, case.plate))
    return replace(seen, state=after_verdict(seen, rules)) if look.decides else seen


def _undo(case: Case, _event: Event, actor: Actor, now: datetime, rules: DeskRules) -> Case:
    return replace(case, looks=case.looks[:-1], lock=Lock(actor.name, now + rules.lock))


def _merge(case: Case, event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Case:
    return replace(case, merged_into=event.into)


def _identify(case: Case, _event: Event, _actor: Actor, now: datetime, _rules: DeskRules) -> Case:
    return replace(case, identified_at=now)


def _notify(case: Case, _event: Event, _actor: Actor, now: datetime, _rules: DeskRules) -> Case:
    return replace(case, notified_at=now)


def _minutes(case: Case, _event: Event, _actor: Actor, now: datetime, _rules: DeskRules) -> Case:
    return replace(case, minutes_at=now)


def _only_the_state(case: Case, _event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Case:
    return case


ACTS: Mapping[Step, Act] = MappingProxyType(
    dict.fromkeys(Step, _only_the_state)
    | dict.fromkeys(VERDICT_OF, _look)
    | {
        Step.TAKE: _take,
        Step.RELEASE: _release,
        Step.EDIT_PLATE: _edit_plate,
        Step.UNDO: _undo,
        Step.MERGE: _merge,
        Step.IDENTIFY: _identify,
        Step.NOTIFY: _notify,
        Step.MINUTES: _minutes,
    }
)

"""What the routes of cases answer, and how it is made from what the store holds."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pydantic import Field

from violations.api.values import Answer
from violations.cases.desk_rules import DeskRules
from violations.cases.law_clocks import Running, law_clocks
from violations.cases.moves import Step, open_steps, open_verdicts
from violations.cases.plate_text import plate_begins
from violations.cases.refusals import Refusal, Why
from violations.cases.routing import office_for
from violations.cases.states import Actor, CaseState, Verdict
from violations.cases.verdicts import SecondPerson, looks_blind, why_two_people
from violations.law.dated import Certainty
from violations.law.fine_range import FineRange
from violations.store.records import CaseRecord, HistoryEntry
from vision.events.bodies import Finding

VERDICTS = frozenset(verdict.value for verdict in Verdict)
SAYS_THE_VERDICT = frozenset({Step.ACCEPT, Step.REJECT, Step.ANOTHER_LOOK, Step.EDIT_PLATE, Step.UNDO})


class ClockOut(Answer):
    clock: str = Field(description="notify, minutes, no_reply or limitation.")
    last_day: date = Field(description="Still in time, in Vietnam.")
    days_left: int = Field(description="Negative once it is over.")
    urgency: str
    source: str
    certainty: Certainty


class LockOut(Answer):
    holder: str
    until: datetime


class LookOut(Answer):
    who: str
    verdict: Verdict
    at: datetime
    plate: str | None
    reason: str | None
    note: str
    blind: bool


class CaseOut(Answer):
    """A possible offence and where it stands. Files of `finding.media` are at /api/evidence/{sha256}."""

    id: int
    event_id: str
    camera: str
    district: str
    at: datetime = Field(description="UTC label of the offence; exact times are media seconds in `finding`.")
    state: CaseState
    version: int = Field(description="Grows with every step; send it back with a verdict.")
    plate: str | None = Field(
        description="As people read it now; for a blind second look as the machine read it, which is in `finding`."
    )
    verdicts: list[Verdict] = Field(description="What may be decided now.")
    steps: list[Step] = Field(description="What else the caller's role may do; the case itself may still refuse it.")
    lock: LockOut | None = Field(description="Whom it lies before now.")
    clocks: list[ClockOut] = Field(description="The law's clocks that have started.")
    file_name: str | None = Field(description="The same in all cases of one file.")
    merged_into: int | None = Field(description="The case of the same offence that stays.")
    created_at: datetime
    changed_at: datetime
    finding: Finding


class StepOut(Answer):
    at: datetime
    who: str
    action: str = Field(description="`opened` or the step.")
    from_state: CaseState | None
    to_state: CaseState
    reason: str | None
    note: str


class CaseWithHistory(CaseOut):
    history: list[StepOut] = Field(description="Oldest first; never changed, only added to.")
    looks: list[LookOut] = Field(description="Verdicts that stand; empty for who must judge without seeing them.")
    blind: bool = Field(description="The next look must not see those before it, so they are left out here.")
    doubts: list[str] = Field(description="Reasons not to fine: the camera's and the registry's.")
    two_people: list[SecondPerson] = Field(description="Why one acceptance is not enough; empty where it is.")
    fine: FineRange | None = Field(description="By the law of the offence's day; null where the catalogue holds none.")
    office: str | None = Field(description="The lowest office whose power reaches the fine; null where not known.")


def case_out(case: CaseRecord, actor: Actor | None, now: datetime, rules: DeskRules) -> CaseOut:
    return CaseOut(**_fields(seen_by(case, actor, rules), actor, now))


def whole_case(
    case: CaseRecord, history: tuple[HistoryEntry, ...], actor: Actor | None, now: datetime, rules: DeskRules
) -> CaseWithHistory:
    """actor: None for a caller who judges nothing, who then is shown everything."""
    blind = hidden_from(case, actor, rules)
    case = seen_by(case, actor, rules)
    office = office_for(case.life, now)
    lines = [line for line in history if not (blind and line.action in SAYS_THE_VERDICT)]
    return CaseWithHistory(
        **_fields(case, actor, now),
        history=[StepOut(**{name: getattr(line, name) for name in StepOut.model_fields}) for line in lines],
        looks=[_look(look) for look in case.life.looks],
        blind=blind,
        doubts=list(case.life.doubts),
        two_people=list(why_two_people(case.life, rules)),
        fine=case.life.fine,
        office=office.office if office else None,
    )


def hidden_from(case: CaseRecord, actor: Actor | None, rules: DeskRules) -> bool:
    """Whether this person may become the blind second and so must not see the first verdict, nor its plate."""
    waits = case.state in {CaseState.NEEDS_ANOTHER_LOOK, CaseState.IN_REVIEW} and bool(case.life.looks)
    judges = actor is not None and actor.name not in case.life.people()
    return waits and judges and looks_blind(case.life, rules)


def seen_by(case: CaseRecord, actor: Actor | None, rules: DeskRules) -> CaseRecord:
    """The case as this person may see it: before a blind look without the looks, with the plate as the machine read it,
    and outside of the file, which it joins by a corrected plate. The store keeps all of it."""
    if not hidden_from(case, actor, rules):
        return case
    return replace(case, file_name=None, life=replace(case.life, plate=case.life.machine_plate, looks=()))


def check_seen(case: CaseRecord, actor: Actor | None, rules: DeskRules) -> None:
    """Raise WrongStateError for a step that would show the first reviewer's plate to the blind second."""
    if hidden_from(case, actor, rules):
        sentence = f"case {case.id}: wanted the blind verdict first, found a step that shows the plate of another look"
        raise Refusal(Why.BLIND, sentence).error()


def found_by(case: CaseRecord, plate: str | None, actor: Actor | None, rules: DeskRules) -> bool:
    """Whether a search for this plate may show the person the case: not where only a hidden correction fits."""
    return plate is None or plate_begins(seen_by(case, actor, rules).life.plate, plate)


def _fields(case: CaseRecord, actor: Actor | None, now: datetime) -> dict[str, Any]:
    return {
        "id": case.id,
        "event_id": case.event_id,
        "camera": case.camera,
        "district": case.district,
        "at": case.at,
        "state": case.state,
        "version": case.version,
        "plate": case.life.plate,
        "verdicts": list(open_verdicts(case.state, actor.role)) if actor else [],
        "steps": [step for step in open_steps(case.state, actor.role) if step.value not in VERDICTS] if actor else [],
        "lock": _lock(case, now),
        "clocks": [_clock(one) for one in law_clocks(case.life, now) if isinstance(one, Running)],
        "file_name": case.file_name,
        "merged_into": case.life.merged_into,
        "created_at": case.created_at,
        "changed_at": case.changed_at,
        "finding": case.finding,
    }


def _lock(case: CaseRecord, now: datetime) -> LockOut | None:
    lock = case.life.lock
    return LockOut(holder=lock.holder, until=lock.until) if lock and lock.holds(now) else None


def _clock(one: Running) -> ClockOut:
    return ClockOut(
        clock=one.clock,
        last_day=one.last_day,
        days_left=one.days_left,
        urgency=one.urgency,
        source=one.deadline.source,
        certainty=one.deadline.certainty,
    )


def _look(look: Any) -> LookOut:
    return LookOut(**{name: getattr(look, name) for name in LookOut.model_fields})

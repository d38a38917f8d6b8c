"""What must hold before a step is taken, beyond state and role. Each check gives a Refusal, or None when it holds."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from violations.cases.case import Case
from violations.cases.desk_rules import DeskRules
from violations.cases.errors import ReasonError
from violations.cases.moves import Event, Step
from violations.cases.reasons import NOTE_MAX, check_reason
from violations.cases.refusals import Refusal, Why
from violations.cases.states import Actor, CaseState, Role
from violations.cases.verdicts import accepted_by_enough, looks_blind, needs_supervisor, why_two_people
from violations.law.clocks import NoDeadline, deadline
from violations.law.dated import day_in_vietnam
from violations.law.powers import shipped_powers

Check = Callable[[Case, Event, Actor, datetime, DeskRules], Refusal | None]


def first_refusal(case: Case, event: Event, actor: Actor, now: datetime, rules: DeskRules) -> Refusal | None:
    """`now` is aware."""
    for check in CHECKS[event.step]:
        if (refusal := check(case, event, actor, now, rules)) is not None:
            return refusal
    return None


def free_or_mine(case: Case, _event: Event, actor: Actor, now: datetime, _rules: DeskRules) -> Refusal | None:
    lock = case.lock
    if lock is None or lock.holder == actor.name or not lock.holds(now):
        return None
    return Refusal(
        Why.LOCKED, f"case {case.id}: wanted it free, found it with {lock.holder} until {lock.until:%H:%M} UTC"
    )


def held(case: Case, event: Event, actor: Actor, now: datetime, _rules: DeskRules) -> Refusal | None:
    """A supervisor, and the centre itself, may put a case back from anybody's hands."""
    if event.step is Step.RELEASE and actor.role is not Role.REVIEWER:
        return None
    lock = case.lock
    if lock is not None and lock.holder == actor.name and lock.holds(now):
        return None
    found = f"with {lock.holder} until {lock.until:%H:%M} UTC" if lock else "with nobody"
    return Refusal(Why.NOT_HELD, f"case {case.id}: wanted it taken by {actor.name}, found it {found}")


def not_own_work(case: Case, _event: Event, actor: Actor, _now: datetime, _rules: DeskRules) -> Refusal | None:
    if actor.name not in case.people():
        return None
    return Refusal(Why.OWN_WORK, f"case {case.id}: wanted somebody who neither wrote nor judged it, found {actor.name}")


def appeal_not_own_work(case: Case, event: Event, actor: Actor, now: datetime, rules: DeskRules) -> Refusal | None:
    """Who accused does not judge the appeal; letting a case go by one's own insight is open to all of rank."""
    return not_own_work(case, event, actor, now, rules) if case.state is CaseState.APPEALED else None


def rank_after_a_split(case: Case, _event: Event, actor: Actor, _now: datetime, rules: DeskRules) -> Refusal | None:
    if not needs_supervisor(case, rules) or actor.role is Role.SUPERVISOR:
        return None
    why = f"case {case.id}: two people judged it differently: wanted a supervisor, found a {actor.role}"
    return Refusal(Why.NEEDS_SUPERVISOR, why)


def in_time(case: Case, _event: Event, _actor: Actor, now: datetime, _rules: DeskRules) -> Refusal | None:
    """The law's year. Unknown to us means no."""
    last = deadline("limitation", case.recorded_at)
    if isinstance(last, NoDeadline):
        return Refusal(Why.LIMITATION_UNKNOWN, last.sentence)
    today = day_in_vietnam(now, "limitation")
    if today <= last.safe_day:
        return None
    return Refusal(Why.LIMITATION_OVER, f"case {case.id}: wanted a day up to {last.safe_day}, found {today}")


def over_and_undecided(case: Case, _event: Event, _actor: Actor, now: datetime, _rules: DeskRules) -> Refusal | None:
    if case.minutes_at is not None:
        return Refusal(Why.DECIDED_ALREADY, f"case {case.id}: wanted none decided in time, found a decision")
    last = deadline("limitation", case.recorded_at)
    today = day_in_vietnam(now, "limitation")
    if isinstance(last, NoDeadline):
        return Refusal(Why.LIMITATION_UNKNOWN, last.sentence)
    if today > last.last_day:
        return None
    return Refusal(Why.NOT_YET_OVER, f"case {case.id}: wanted a day after {last.last_day}, found {today}")


def soon_enough(case: Case, _event: Event, actor: Actor, now: datetime, rules: DeskRules) -> Refusal | None:
    last = case.looks[-1] if case.looks else None
    if last is None or last.who != actor.name:
        found = last.who if last else "nobody"
        return Refusal(Why.OWN_WORK, f"case {case.id}: wanted the last verdict to be {actor.name}'s, found {found}'s")
    if now <= last.at + rules.undo:
        return None
    return Refusal(Why.TOO_LATE_TO_UNDO, f"case {case.id}: wanted the verdict at most {rules.undo_s:g} s old")


def sound_note(case: Case, event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Refusal | None:
    if len(event.note) <= NOTE_MAX and "\x00" not in event.note:
        return None
    return Refusal(Why.REASON, f"note: wanted at most {NOTE_MAX} characters of text, found {len(event.note)}")


def listed_reason(case: Case, event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Refusal | None:
    try:
        check_reason(event.reason, event.note.strip(), f"{event.step} of case {case.id}")
    except ReasonError as error:
        return Refusal(Why.REASON, str(error))
    return None


def no_reason(_case: Case, event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Refusal | None:
    if event.reason is None:
        return None
    return Refusal(Why.REASON, f"{event.step}: wanted no rejection reason, found {event.reason!r}")


def in_words(case: Case, event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Refusal | None:
    if event.note.strip():
        return None
    return Refusal(Why.REASON, f"{event.step} of case {case.id}: wanted the reason in words, found none")


def sees_the_plate(case: Case, _event: Event, _actor: Actor, _now: datetime, rules: DeskRules) -> Refusal | None:
    """A blind second would write over a correction they must not see: they say their plate with the verdict."""
    if not case.looks or not looks_blind(case, rules):
        return None
    return Refusal(Why.BLIND, f"case {case.id}: wanted the plate together with the blind verdict, found it before")


def has_plate(case: Case, _event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Refusal | None:
    return (
        None if case.plate else Refusal(Why.NO_PLATE, f"case {case.id}: wanted a plate to find its owner, found none")
    )


def enough_people(case: Case, _event: Event, _actor: Actor, _now: datetime, rules: DeskRules) -> Refusal | None:
    """A doubt that came up after the acceptance, such as another type in the registry, may ask for a second person."""
    if accepted_by_enough(case, rules):
        return None
    why = ", ".join(why_two_people(case, rules))
    return Refusal(Why.SECOND_PERSON, f"case {case.id}: wanted two people to accept it ({why}), found fewer")


def for_prosecution(case: Case, _event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Refusal | None:
    """The gate of the evidence: a device without approval, a view that moved; a record without a gate passes none."""
    if case.prosecutable:
        return None
    return Refusal(Why.INFORMATION_ONLY, f"case {case.id}: wanted a record in order for prosecution, found information")


def has_power(case: Case, _event: Event, actor: Actor, now: datetime, _rules: DeskRules) -> Refusal | None:
    """The decision is of an office whose limit reaches the upper end of the fine, on the day it is made."""
    if case.fine is None:
        return Refusal(Why.NO_AMOUNT, f"case {case.id}: wanted an amount in the law's data, found none")
    in_force = shipped_powers().on(day_in_vietnam(now, "fine power"))
    own = next((power for power in in_force if power.office == actor.office), None)
    if own is not None and own.up_to_vnd >= case.fine.to_vnd:
        return None
    found = f"{own.up_to_vnd} of {own.title_en}" if own else f"no office with a limit ({actor.office or 'none'})"
    return Refusal(Why.FINE_POWER, f"case {case.id}: wanted power for {case.fine.to_vnd} dong, found {found}")


def undecided(case: Case, _event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Refusal | None:
    if case.minutes_at is None:
        return None
    return Refusal(
        Why.DECIDED_ALREADY, f"case {case.id}: wanted no minutes yet, found those of {case.minutes_at:%Y-%m-%d}"
    )


def decided(case: Case, _event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Refusal | None:
    return None if case.minutes_at else Refusal(Why.NOT_DECIDED, f"case {case.id}: wanted minutes first, found none")


def another_case(case: Case, event: Event, _actor: Actor, _now: datetime, _rules: DeskRules) -> Refusal | None:
    if event.into is not None and event.into != case.id:
        return None
    return Refusal(Why.NO_TARGET, f"case {case.id}: wanted another case to merge into, found {event.into}")


CHECKS: Mapping[Step, tuple[Check, ...]] = MappingProxyType(
    {
        Step.TAKE: (free_or_mine, not_own_work, rank_after_a_split),
        Step.RELEASE: (held,),
        Step.EDIT_PLATE: (held, not_own_work, sees_the_plate),
        Step.ACCEPT: (held, not_own_work, rank_after_a_split, no_reason, sound_note, in_time),
        Step.REJECT: (held, not_own_work, rank_after_a_split, listed_reason, sound_note),
        Step.ANOTHER_LOOK: (held, not_own_work, no_reason, sound_note),
        Step.UNDO: (soon_enough,),
        Step.MERGE: (another_case,),
        Step.DOUBT: (sound_note,),
        Step.IDENTIFY: (in_time, for_prosecution, has_plate, enough_people),
        Step.NOTIFY: (in_time, for_prosecution, has_plate, enough_people),
        Step.MINUTES: (in_time, undecided, for_prosecution, has_plate, has_power, enough_people),
        Step.PAY: (decided,),
        Step.APPEAL: (in_words, sound_note),
        Step.UPHOLD: (appeal_not_own_work, in_words, sound_note),
        Step.WITHDRAW: (appeal_not_own_work, listed_reason, sound_note),
        Step.CLOSE: (),
        Step.EXPIRE: (over_and_undecided,),
    }
)

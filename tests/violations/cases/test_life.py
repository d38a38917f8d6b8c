"""The life of a case over every state, every step and every role; then what stands in the way beyond the table."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from violations.cases.case import Case, Lock, Look
from violations.cases.desk_rules import DeskRules
from violations.cases.errors import CaseError
from violations.cases.life import advance
from violations.cases.moves import MOVES, Event, Step, open_steps, open_verdicts
from violations.cases.refusals import ERROR_OF, Refusal, Why
from violations.cases.states import FIRST_STATE, WAITING, Actor, CaseState, Role, Verdict

S = CaseState
LAN = Actor("Lan", Role.REVIEWER)
HEAD = Actor("Hùng", Role.SUPERVISOR, "director")
CLOCK = Actor("centre", Role.SYSTEM)
PEOPLE = {Role.REVIEWER, Role.SUPERVISOR}
HEADS = {Role.SUPERVISOR}
# Written out once more, apart from the code: step -> who, and from where to where.
TABLE = {
    Step.TAKE: (PEOPLE, {S.DETECTED: S.IN_REVIEW, S.IN_REVIEW: S.IN_REVIEW, S.NEEDS_ANOTHER_LOOK: S.IN_REVIEW}),
    Step.RELEASE: (PEOPLE | {Role.SYSTEM}, {S.IN_REVIEW: S.DETECTED}),
    Step.EDIT_PLATE: (PEOPLE, {S.IN_REVIEW: S.IN_REVIEW}),
    Step.ACCEPT: (PEOPLE, {S.IN_REVIEW: S.ACCEPTED}),
    Step.REJECT: (PEOPLE, {S.IN_REVIEW: S.REJECTED}),
    Step.ANOTHER_LOOK: (PEOPLE, {S.IN_REVIEW: S.NEEDS_ANOTHER_LOOK}),
    Step.UNDO: (PEOPLE, {S.ACCEPTED: S.IN_REVIEW, S.REJECTED: S.IN_REVIEW, S.NEEDS_ANOTHER_LOOK: S.IN_REVIEW}),
    Step.MERGE: (PEOPLE | {Role.SYSTEM}, {S.DETECTED: S.CLOSED}),
    Step.DOUBT: (PEOPLE | {Role.SYSTEM}, dict.fromkeys((S.ACCEPTED, S.IDENTIFIED), S.NEEDS_ANOTHER_LOOK)),
    Step.IDENTIFY: (PEOPLE, {S.ACCEPTED: S.IDENTIFIED}),
    Step.NOTIFY: (HEADS, {S.IDENTIFIED: S.NOTIFIED}),
    Step.MINUTES: (HEADS, {S.NOTIFIED: S.MINUTES, S.UPHELD: S.MINUTES}),
    Step.PAY: (PEOPLE | {Role.SYSTEM}, {S.MINUTES: S.PAID, S.UPHELD: S.PAID}),
    Step.APPEAL: (PEOPLE | {Role.CITIZEN}, {S.NOTIFIED: S.APPEALED, S.MINUTES: S.APPEALED, S.PAID: S.APPEALED}),
    Step.UPHOLD: (HEADS, {S.APPEALED: S.UPHELD}),
    Step.WITHDRAW: (
        HEADS,
        dict.fromkeys((S.ACCEPTED, S.IDENTIFIED, S.NOTIFIED, S.MINUTES, S.PAID, S.APPEALED, S.UPHELD), S.WITHDRAWN),
    ),
    Step.CLOSE: (HEADS | {Role.SYSTEM}, dict.fromkeys((S.REJECTED, S.PAID, S.WITHDRAWN), S.CLOSED)),
    Step.EXPIRE: (
        {Role.SYSTEM},
        dict.fromkeys(set(S) - {S.MINUTES, S.PAID, S.REJECTED, S.WITHDRAWN, S.CLOSED, S.EXPIRED}, S.EXPIRED),
    ),
}
SAID = {
    Step.REJECT: Event(Step.REJECT, "lamp_unclear"),
    Step.WITHDRAW: Event(Step.WITHDRAW, "plate_unclear"),
    Step.APPEAL: Event(Step.APPEAL, note="it was not me"),
    Step.UPHOLD: Event(Step.UPHOLD, note="the clip is clear"),
    Step.EDIT_PLATE: Event(Step.EDIT_PLATE, plate="29A-123.46"),
    Step.MERGE: Event(Step.MERGE, into=8),
}


def said(step):
    return SAID.get(step, Event(step))


def ready_for(case_in, state, step, noon):
    """A case in `state` where nothing but the table can stand in the step's way."""
    changes = {}
    if step is Step.UNDO and state is not S.IN_REVIEW:
        changes["looks"] = (Look("Lan", Role.REVIEWER, Verdict.ACCEPT, noon, "29A-123.45"),)
    if step is Step.PAY:
        changes["minutes_at"] = noon
    if step is Step.EXPIRE:
        changes |= {"recorded_at": noon - timedelta(days=366), "minutes_at": None}
    return case_in(state, **changes)


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("step", Step)
def test_every_state_step_and_role_goes_where_the_table_says_or_nowhere(step, state, *, case_in, actor_of, noon, rules):
    roles, ways = TABLE[step]
    case = ready_for(case_in, state, step, noon)
    for role in Role:
        after = advance(case, said(step), actor_of(role), noon, rules)
        if state not in ways:
            assert after.why is Why.WRONG_STATE
        elif role not in roles:
            assert after.why is Why.WRONG_ROLE
        else:
            assert isinstance(after, Case), after
            assert after.state is ways[state]
            assert (after.lock is not None) == (after.state is S.IN_REVIEW)


def test_the_table_of_the_code_has_the_rows_of_the_test_and_no_others():
    assert set(MOVES) == {(state, step) for step, (_, ways) in TABLE.items() for state in ways}


@pytest.mark.parametrize(("state", "role"), list(product(S, Role)))
def test_open_steps_and_verdicts_are_those_of_the_table(state, role):
    allowed = {step for step, (roles, ways) in TABLE.items() if role in roles and state in ways}
    assert set(open_steps(state, role)) == allowed
    assert open_verdicts(state, role) == (tuple(Verdict) if state in WAITING and role in PEOPLE else ())


def test_every_state_can_be_reached_and_the_two_ends_lead_nowhere():
    reached = {FIRST_STATE} | {to for _, ways in TABLE.values() for to in ways.values()}
    assert reached == set(S)
    assert {state for state in S if not any(state in ways for _, ways in TABLE.values())} == {S.CLOSED, S.EXPIRED}


def refused(case, step, actor, now, rules, **words):
    after = advance(case, Event(step, **words) if words else said(step), actor, now, rules)
    assert isinstance(after, Refusal), after
    assert not after
    return after


def test_a_case_lies_with_one_person_until_the_lock_runs_out(case_in, noon, rules):
    taken = advance(case_in(), Event(Step.TAKE), LAN, noon, rules)
    assert taken.lock == Lock("Lan", noon + rules.lock)
    an = Actor("An", Role.REVIEWER)
    assert refused(taken, Step.TAKE, an, noon + timedelta(seconds=rules.lock_s - 1), rules).why is Why.LOCKED
    assert refused(taken, Step.ACCEPT, an, noon, rules).why is Why.NOT_HELD
    later = noon + rules.lock
    assert refused(taken, Step.ACCEPT, LAN, later, rules).why is Why.NOT_HELD
    assert advance(taken, Event(Step.TAKE), an, later, rules).lock.holder == "An"
    assert advance(taken, Event(Step.TAKE), LAN, noon + timedelta(seconds=60), rules).lock.until > taken.lock.until


def test_only_the_holder_or_rank_puts_a_case_back(case_in, noon, rules):
    case = case_in(S.IN_REVIEW)
    assert refused(case, Step.RELEASE, Actor("An", Role.REVIEWER), noon, rules).why is Why.NOT_HELD
    assert advance(case, Event(Step.RELEASE), HEAD, noon, rules).state is S.DETECTED


@pytest.mark.parametrize("step", [Step.TAKE, Step.ACCEPT, Step.REJECT, Step.ANOTHER_LOOK, Step.EDIT_PLATE])
def test_nobody_judges_what_they_wrote_or_judged(step, *, case_in, noon, rules):
    state = S.DETECTED if step is Step.TAKE else S.IN_REVIEW
    assert refused(case_in(state, author="Lan"), step, LAN, noon, rules).why is Why.OWN_WORK
    seen = (Look("Lan", Role.REVIEWER, Verdict.ANOTHER_LOOK, noon),)
    assert refused(case_in(state, looks=seen), step, LAN, noon, rules).why is Why.OWN_WORK


@pytest.mark.parametrize("step", [Step.UPHOLD, Step.WITHDRAW])
def test_who_accused_does_not_judge_the_appeal(step, *, case_in, noon, rules):
    an = Actor("An", Role.SUPERVISOR)
    assert refused(case_in(S.APPEALED), step, an, noon, rules).why is Why.OWN_WORK
    assert advance(case_in(S.ACCEPTED), said(Step.WITHDRAW), an, noon, rules).state is S.WITHDRAWN


@pytest.mark.parametrize("step", [Step.ACCEPT, Step.IDENTIFY, Step.NOTIFY, Step.MINUTES])
def test_an_expired_case_is_never_issued(step, *, case_in, noon, rules):
    state = next(iter(TABLE[step][1]))
    day_of_the_offence = noon - timedelta(days=1)
    last = day_of_the_offence.replace(year=2027) + timedelta(hours=18, minutes=59)  # 23:59 there
    kept = {"lock": Lock("Hùng", last + timedelta(days=9))} if state is S.IN_REVIEW else {}
    case = case_in(state, **kept)
    assert isinstance(advance(case, said(step), HEAD, last - timedelta(hours=7), rules), Case)
    assert refused(case, step, HEAD, last - timedelta(hours=6, minutes=58), rules).why is Why.LIMITATION_OVER
    old = case_in(state, recorded_at=noon.replace(year=2024), **kept)
    assert refused(old, step, HEAD, noon, rules).why is Why.LIMITATION_UNKNOWN


def test_a_case_expires_only_when_its_year_is_over_and_nothing_was_decided(case_in, noon, rules):
    year = timedelta(days=366)
    assert refused(case_in(S.NOTIFIED), Step.EXPIRE, CLOCK, noon, rules).why is Why.NOT_YET_OVER
    assert advance(case_in(S.NOTIFIED), Event(Step.EXPIRE), CLOCK, noon + year, rules).state is S.EXPIRED
    assert (
        refused(case_in(S.UPHELD, minutes_at=noon), Step.EXPIRE, CLOCK, noon + year, rules).why is Why.DECIDED_ALREADY
    )


@pytest.mark.parametrize(
    ("office", "why"),
    [(None, Why.FINE_POWER), ("officer", Why.FINE_POWER), ("nobody", Why.FINE_POWER), ("director", None)],
)
def test_a_decision_is_made_by_an_office_with_the_power_for_it(office, why, *, case_in, noon, rules):
    after = advance(case_in(S.NOTIFIED), Event(Step.MINUTES), Actor("H", Role.SUPERVISOR, office), noon, rules)
    assert after.state is S.MINUTES if why is None else after.why is why


def test_without_an_amount_in_the_law_nothing_is_decided(case_in, noon, rules):
    assert refused(case_in(S.NOTIFIED, fine=None), Step.MINUTES, HEAD, noon, rules).why is Why.NO_AMOUNT


@pytest.mark.parametrize("step", [Step.IDENTIFY, Step.NOTIFY, Step.MINUTES])
def test_no_owner_is_sought_without_a_plate(step, *, case_in, noon, rules):
    case = case_in(next(iter(TABLE[step][1])), plate=None)
    assert refused(case, step, HEAD, noon, rules).why is Why.NO_PLATE


@pytest.mark.parametrize("step", [Step.IDENTIFY, Step.NOTIFY, Step.MINUTES])
def test_a_record_that_failed_its_gate_stays_information(step, *, case_in, noon, rules):
    case = case_in(next(iter(TABLE[step][1])), prosecutable=False)
    assert refused(case, step, HEAD, noon, rules).why is Why.INFORMATION_ONLY


def test_a_decision_is_made_once_and_paid_after_it(case_in, noon, rules):
    assert refused(case_in(S.UPHELD, minutes_at=noon), Step.MINUTES, HEAD, noon, rules).why is Why.DECIDED_ALREADY
    assert refused(case_in(S.UPHELD), Step.PAY, HEAD, noon, rules).why is Why.NOT_DECIDED


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (S.IN_REVIEW, Event(Step.REJECT)),
        (S.IN_REVIEW, Event(Step.REJECT, "because")),
        (S.IN_REVIEW, Event(Step.REJECT, "other", "  ")),
        (S.IN_REVIEW, Event(Step.ACCEPT, "duplicate")),
        (S.IN_REVIEW, Event(Step.ACCEPT, note="a\x00b")),
        (S.IN_REVIEW, Event(Step.ANOTHER_LOOK, note="x" * 2001)),
        (S.APPEALED, Event(Step.WITHDRAW)),
        (S.APPEALED, Event(Step.UPHOLD)),
        (S.NOTIFIED, Event(Step.APPEAL, note=" ")),
    ],
)
def test_a_step_without_the_words_it_needs_is_refused(state, event, *, case_in, noon, rules):
    after = advance(case_in(state, holder="Hùng"), event, HEAD, noon, rules)
    assert after.why is Why.REASON


@pytest.mark.parametrize("into", [None, 7])
def test_a_case_is_merged_into_another_one(into, *, case_in, noon, rules):
    assert advance(case_in(), Event(Step.MERGE, into=into), CLOCK, noon, rules).why is Why.NO_TARGET
    assert advance(case_in(), Event(Step.MERGE, into=8), CLOCK, noon, rules).merged_into == 8


def test_a_verdict_is_taken_back_within_ten_seconds_by_who_gave_it(case_in, noon, rules):
    given_ = advance(case_in(S.IN_REVIEW), Event(Step.REJECT, "lamp_unclear"), LAN, noon, rules)
    back = advance(given_, Event(Step.UNDO), LAN, noon + rules.undo, rules)
    assert (back.state, back.looks, back.lock.holder) == (S.IN_REVIEW, (), "Lan")
    late = refused(given_, Step.UNDO, LAN, noon + rules.undo + timedelta(microseconds=1), rules)
    assert late.why is Why.TOO_LATE_TO_UNDO
    assert refused(given_, Step.UNDO, HEAD, noon, rules).why is Why.OWN_WORK


@pytest.mark.parametrize("why", Why)
def test_every_refusal_is_an_error_of_its_own_at_the_rim(why):
    error = Refusal(why, "sentence").error()
    assert isinstance(error, CaseError)
    assert (str(error), error.why, type(error)) == ("sentence", why.value, ERROR_OF[why])


ANYBODY = st.builds(
    Actor,
    st.sampled_from(["An", "Bình", "Lan"]),
    st.sampled_from([Role.REVIEWER, Role.SUPERVISOR]),
    st.just("director"),
)
MOMENTS = st.tuples(st.integers(0, 99), ANYBODY, st.sampled_from([0, 0, 0, 0, 5, 700, 40 * 86_400, 200 * 86_400]))


@settings(max_examples=300, deadline=None)
@given(st.lists(MOMENTS, max_size=25))
def test_whatever_happens_nobody_is_accused_after_the_year_or_by_fewer_people_than_it_takes(case_in, noon, story):
    case, now, rules = case_in(), noon, DeskRules(two_people_above_vnd=0)
    for number, actor, wait_s in story:
        now += timedelta(seconds=wait_s)
        steps = open_steps(case.state, actor.role) or tuple(Step)
        after = advance(case, said(steps[number % len(steps)]), actor, now, rules)
        if isinstance(after, Refusal):
            continue
        if after.state in {S.ACCEPTED, S.IDENTIFIED, S.NOTIFIED, S.MINUTES}:
            assert now < case.recorded_at + timedelta(days=366)
            assert len({look.who for look in after.looks if look.verdict is Verdict.ACCEPT}) >= 2
        assert len({look.who for look in after.looks}) == len(after.looks)
        assert case.state not in {S.CLOSED, S.EXPIRED}
        case = after

"""Steps of a case in the database: all of one or nothing, with the looks that carry the next."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from violations.cases.desk_rules import DeskRules
from violations.cases.errors import LockedError, OwnWorkError, ReasonError, WrongRoleError, WrongStateError
from violations.cases.moves import Event, Step
from violations.cases.reasons import Ruling
from violations.cases.states import Actor, CaseState, Role, Verdict
from violations.store.case_steps import expire_cases, give_verdict, take_steps
from violations.store.cases import case_history, get_case
from violations.store.errors import CaseNotFoundError, VersionConflictError
from violations.store.ingest import ingest

S = CaseState
AN, LAN = Actor("An", Role.REVIEWER), Actor("Lan", Role.REVIEWER)
HEAD = Actor("Hùng", Role.SUPERVISOR, "director")
CITIZEN = Actor("citizen", Role.CITIZEN)


@pytest.fixture
def add_case(engine, shelf, stored_files, make_finding, noon):
    numbers = iter(range(100))

    def add(**changes):
        event = make_finding(next(numbers))
        event["data"] |= {"plate": "29A-123.45", "gate": {"prosecutable": True, "reasons": []}} | changes
        assert ingest(engine, shelf, [event], noon).refused == ()
        return next(iter(numbers_of(engine)))

    return add


def numbers_of(engine):
    from violations.store.cases import list_cases

    return [case.id for case in list_cases(engine).cases]


@pytest.fixture
def step(engine, noon):
    def take(case_id, actor, *events, at=noon, version=None, **options):
        steps = [event if isinstance(event, Event) else Event(event) for event in events]
        return take_steps(engine, case_id, steps, actor=actor, version=version, now=at, **options)

    return take


def test_a_case_goes_all_the_way_from_a_camera_to_a_withdrawal(engine, add_case, step, noon):
    case = add_case()
    step(case, AN, Step.TAKE)
    step(case, AN, Step.ACCEPT)
    step(case, AN, Step.IDENTIFY)
    step(case, HEAD, Step.NOTIFY)
    step(case, HEAD, Step.MINUTES)
    step(case, CITIZEN, Event(Step.APPEAL, note="not my car"))
    done = step(case, HEAD, Event(Step.WITHDRAW, "vehicle_unclear"), Step.CLOSE)
    assert (done.state, done.version) == (S.CLOSED, 8)
    life = done.life
    assert (life.identified_at, life.notified_at, life.minutes_at, life.lock) == (noon, noon, noon, None)
    said = [(line.action, line.who, line.from_state, line.to_state) for line in case_history(engine, case)]
    assert said == [
        ("opened", "camera:cam1", None, S.DETECTED),
        ("take", "An", S.DETECTED, S.IN_REVIEW),
        ("accept", "An", S.IN_REVIEW, S.ACCEPTED),
        ("identify", "An", S.ACCEPTED, S.IDENTIFIED),
        ("notify", "Hùng", S.IDENTIFIED, S.NOTIFIED),
        ("minutes", "Hùng", S.NOTIFIED, S.MINUTES),
        ("appeal", "citizen", S.MINUTES, S.APPEALED),
        ("withdraw", "Hùng", S.APPEALED, S.WITHDRAWN),
        ("close", "Hùng", S.WITHDRAWN, S.CLOSED),
    ]


def test_a_lock_keeps_others_out_until_it_ends(engine, add_case, step, noon):
    case = add_case()
    step(case, AN, Step.TAKE)
    with pytest.raises(LockedError):
        step(case, LAN, Step.TAKE)
    with pytest.raises(LockedError):
        give_verdict(engine, case, Ruling(Verdict.ACCEPT), actor=LAN, version=2, now=noon)
    assert step(case, LAN, Step.TAKE, at=noon + timedelta(seconds=601)).life.lock.holder == "Lan"


def test_a_corrected_plate_needs_a_second_person_and_keeps_what_the_machine_read(engine, add_case, noon):
    case = add_case()
    once = give_verdict(engine, case, Ruling(Verdict.ACCEPT, plate="29A-123.46"), actor=AN, version=1, now=noon)
    assert once.state is S.NEEDS_ANOTHER_LOOK
    assert (once.life.plate, once.life.machine_plate) == ("29A-123.46", "29A-123.45")
    assert [(line.action, line.note) for line in case_history(engine, case)][1:] == [
        ("edit_plate", "29A-123.45 → 29A-123.46"),
        ("accept", ""),
    ]
    with pytest.raises(OwnWorkError):
        give_verdict(engine, case, Ruling(Verdict.ACCEPT), actor=AN, version=2, now=noon)
    twice = give_verdict(engine, case, Ruling(Verdict.ACCEPT), actor=LAN, version=2, now=noon)
    assert twice.state is S.ACCEPTED
    assert [look.who for look in twice.life.looks] == ["An", "Lan"]
    assert get_case(engine, case) == twice


def test_a_verdict_taken_back_leaves_no_look_and_both_lines(engine, add_case, step, noon):
    case = add_case()
    give_verdict(engine, case, Ruling(Verdict.REJECT, "lamp_unclear"), actor=AN, version=1, now=noon)
    back = step(case, AN, Step.UNDO, at=noon + timedelta(seconds=9))
    assert (back.state, back.life.looks, back.life.lock.holder) == (S.IN_REVIEW, (), "An")
    assert [line.action for line in case_history(engine, case)] == ["opened", "reject", "undo"]
    assert step(case, AN, Step.ACCEPT, at=noon + timedelta(seconds=10)).state is S.ACCEPTED


def test_blind_second_looks_are_kept_as_such(engine, add_case, noon):
    rules = DeskRules(blind_share=1.0, blind_secret="a secret of the office")
    case = add_case()
    give_verdict(engine, case, Ruling(Verdict.ACCEPT), actor=AN, version=1, now=noon, rules=rules)
    done = give_verdict(engine, case, Ruling(Verdict.ACCEPT), actor=LAN, version=2, now=noon, rules=rules)
    assert [(look.who, look.blind) for look in done.life.looks] == [("An", False), ("Lan", True)]


@pytest.mark.parametrize(
    ("actor", "events", "error"),
    [
        (CITIZEN, [Step.TAKE], WrongRoleError),
        (AN, [Step.TAKE, Step.NOTIFY], WrongStateError),
        (AN, [Step.TAKE, Event(Step.REJECT)], ReasonError),
    ],
)
def test_of_several_steps_all_happen_or_none(actor, events, error, *, engine, add_case, step):
    case = add_case()
    before = get_case(engine, case)
    with pytest.raises(error):
        step(case, actor, *events)
    assert get_case(engine, case) == before
    assert len(case_history(engine, case)) == 1


def test_what_fails_beside_a_step_undoes_the_step(engine, add_case, step):
    case = add_case()

    def record(session, record):
        raise RuntimeError("the audit log cannot be written")

    with pytest.raises(RuntimeError):
        step(case, AN, Step.TAKE, record=record)
    assert get_case(engine, case).state is S.DETECTED


def test_of_many_people_who_take_one_case_exactly_one_holds_it(add_case, step):
    case = add_case()

    def take(number):
        try:
            return step(case, Actor(f"person {number}", Role.REVIEWER), Step.TAKE, version=1).life.lock.holder
        except (VersionConflictError, LockedError):
            return None

    with ThreadPoolExecutor(4) as pool:
        holders = [one for one in pool.map(take, range(8)) if one]
    assert len(holders) == 1


def test_a_case_of_another_district_does_not_exist(engine, add_case, step):
    case = add_case()
    for districts in (frozenset(), frozenset({"hoan_kiem"})):
        with pytest.raises(CaseNotFoundError):
            get_case(engine, case, districts)
        with pytest.raises(CaseNotFoundError):
            step(case, AN, Step.TAKE, districts=districts)


def test_cases_whose_year_is_over_end_and_others_stay(engine, add_case, step, noon):
    open_, decided, rejected = (add_case(track=n) for n in (1, 2, 3))
    give_verdict(engine, rejected, Ruling(Verdict.REJECT, "no_offence"), actor=AN, version=1, now=noon)
    step(decided, AN, Step.TAKE, Step.ACCEPT, Step.IDENTIFY)
    step(decided, HEAD, Step.NOTIFY, Step.MINUTES)
    year = noon.replace(year=2027)
    assert expire_cases(engine, year) == 0
    assert expire_cases(engine, year + timedelta(days=1)) == 1
    states = [get_case(engine, case).state for case in (open_, decided, rejected)]
    assert states == [S.EXPIRED, S.MINUTES, S.REJECTED]
    assert case_history(engine, open_)[-1].who == "centre"

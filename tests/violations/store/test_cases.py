"""Cases are listed, read and decided; every decision leaves its line."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from violations.cases.errors import ReasonError, WrongRoleError, WrongStateError
from violations.cases.reasons import Ruling
from violations.cases.states import Actor, CaseState, Role, Verdict
from violations.store.case_steps import give_verdict
from violations.store.cases import case_history, count_cases, get_case, list_cases
from violations.store.errors import CaseNotFoundError, VersionConflictError
from violations.store.ingest import ingest

REVIEWER = Actor("Trần Thị B", Role.REVIEWER)
ACCEPT = Ruling(Verdict.ACCEPT, note="clear")


@pytest.fixture
def five_cases(engine, shelf, stored_files, make_finding, noon):
    ingest(engine, shelf, [make_finding(number) for number in range(5)], noon)
    return [case.id for case in list_cases(engine).cases]


def test_pages_go_from_the_newest_to_the_oldest_without_gap_or_repetition(engine, five_cases):
    first = list_cases(engine, limit=2)
    second = list_cases(engine, limit=2, before=first.next_before)
    third = list_cases(engine, limit=2, before=second.next_before)
    seen = [case.id for page in (first, second, third) for case in page.cases]
    assert seen == sorted(five_cases, reverse=True)
    assert third.next_before is None


def test_a_verdict_moves_the_case_and_writes_who_when_and_why(engine, five_cases, noon):
    ruling = Ruling(Verdict.REJECT, "lamp_unclear", "the sun")
    case = give_verdict(engine, five_cases[0], ruling, actor=REVIEWER, version=1, now=noon)
    assert (case.state, case.version, case.changed_at) == (CaseState.REJECTED, 2, noon)
    assert get_case(engine, case.id) == case
    step = case_history(engine, case.id)[-1]
    assert (step.who, step.action, step.from_state, step.to_state) == (REVIEWER.name, "reject", "detected", "rejected")
    assert (step.reason, step.note, step.at) == ("lamp_unclear", "the sun", noon)
    numbers = count_cases(engine)
    assert set(numbers) == set(CaseState)
    assert {state: n for state, n in numbers.items() if n} == {CaseState.DETECTED: 4, CaseState.REJECTED: 1}
    assert [one.id for one in list_cases(engine, state=CaseState.REJECTED).cases] == [case.id]


def test_of_many_people_who_saw_the_same_version_exactly_one_decides(engine, five_cases, noon):
    def decide(_):
        try:
            return give_verdict(engine, five_cases[0], ACCEPT, actor=REVIEWER, version=1, now=noon)
        except VersionConflictError as error:
            return error.found

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(decide, range(8)))
    assert results.count(2) == 7
    assert len(case_history(engine, five_cases[0])) == 2


@pytest.mark.parametrize(
    ("ruling", "actor", "version", "error"),
    [
        (ACCEPT, REVIEWER, 7, VersionConflictError),
        (ACCEPT, Actor("guest", Role.VIEWER), 1, WrongRoleError),
        (Ruling(Verdict.REJECT), REVIEWER, 1, ReasonError),
    ],
)
def test_a_verdict_that_may_not_be_given_changes_nothing(*, engine, five_cases, noon, ruling, actor, version, error):
    before = get_case(engine, five_cases[0])
    with pytest.raises(error):
        give_verdict(engine, five_cases[0], ruling, actor=actor, version=version, now=noon)
    assert get_case(engine, five_cases[0]) == before
    assert len(case_history(engine, five_cases[0])) == 1


def test_a_decided_case_is_not_decided_again(engine, five_cases, noon):
    give_verdict(engine, five_cases[0], ACCEPT, actor=REVIEWER, version=1, now=noon)
    with pytest.raises(WrongStateError):
        give_verdict(engine, five_cases[0], ACCEPT, actor=REVIEWER, version=2, now=noon)


@pytest.mark.parametrize("case_id", [0, -1, 999, 2**31, 2**70])
def test_a_case_that_does_not_exist_is_not_found(engine, case_id):
    with pytest.raises(CaseNotFoundError):
        get_case(engine, case_id)
    assert case_history(engine, case_id) == ()

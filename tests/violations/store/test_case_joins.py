"""Cases of one plate find each other, whichever arrives first."""

from itertools import permutations

import pytest

from violations.cases.reasons import Ruling
from violations.cases.states import Actor, CaseState, Role, Verdict
from violations.store.case_steps import give_verdict
from violations.store.cases import file_cases, get_case, list_cases
from violations.store.ingest import ingest

AN = Actor("An", Role.REVIEWER)
# (name, camera, seconds, offence)
SEEN = [("a", "north", 0.0, "red_light"), ("b", "south", 8.0, "red_light"), ("c", "south", 500.0, "wrong_lane")]


@pytest.fixture
def see(engine, shelf, stored_files, make_finding, noon):
    def see(number, camera, at_s, offence, plate="29A-123.45"):
        event = make_finding(number, at_s)
        event |= {"id": f"{camera}/b1/{number}", "camera": camera, "source": f"/cameras/{camera}"}
        event["data"] |= {"plate": plate, "offence": offence, "at_s": at_s}
        assert ingest(engine, shelf, [event], noon).refused == ()

    return see


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_file_and_one_case_per_offence_in_any_order_of_arrival(order, *, engine, see):
    for number in order:
        _, camera, at_s, offence = SEEN[number]
        see(number, camera, at_s, offence)
    cases = {case.event_id: case for case in list_cases(engine).cases}
    assert {case.file_name for case in cases.values()} == {"north/b1/0"}
    assert len(file_cases(engine, next(iter(cases.values())))) == 3
    merged = [case for case in cases.values() if case.state is CaseState.CLOSED]
    assert [(case.event_id, case.life.merged_into) for case in merged] == [("south/b1/1", cases["north/b1/0"].id)]


@pytest.mark.parametrize(("plates", "joined"), [(("29A-123.45", "29a 12345"), True), (("29A-123.45", "30E-1"), False)])
def test_only_one_plate_makes_a_file(plates, joined, *, engine, see):
    for number, plate in enumerate(plates):
        see(number, "north", number * 60.0, "red_light", plate)
    first, second = list_cases(engine).cases
    assert (first.file_name == second.file_name != None) == joined  # noqa: E711 — a chain


def test_plates_nobody_read_join_nothing(engine, see):
    see(0, "north", 0.0, "red_light", None)
    see(1, "south", 1.0, "red_light", None)
    assert [(case.file_name, case.state) for case in list_cases(engine).cases] == [(None, CaseState.DETECTED)] * 2


def test_a_plate_corrected_by_hand_joins_from_then_on(engine, see, noon):
    see(0, "north", 0.0, "red_light")
    see(1, "north", 30.0, "wrong_lane", "29A-123.48")
    wrong = list_cases(engine).cases[0]
    assert wrong.file_name is None
    give_verdict(engine, wrong.id, Ruling(Verdict.ACCEPT, plate="29A-123.45"), actor=AN, version=1, now=noon)
    assert len(file_cases(engine, get_case(engine, wrong.id))) == 2


def test_a_new_view_of_an_offence_that_was_let_go_is_for_people_to_judge(engine, see, noon):
    see(0, "north", 0.0, "red_light")
    first = list_cases(engine).cases[0]
    give_verdict(engine, first.id, Ruling(Verdict.REJECT, "lamp_unclear"), actor=AN, version=1, now=noon)
    see(1, "south", 5.0, "red_light")
    assert list_cases(engine).cases[0].state is CaseState.DETECTED

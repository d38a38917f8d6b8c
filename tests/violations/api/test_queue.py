"""The queue as JSON: order, clocks, filters, pages."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from violations.cases.desk_rules import DeskRules
from violations.cases.waiting_plate import may_be_found, shown_plate
from violations.store.case_numbers import CaseNumbers
from violations.store.ingest import ingest
from violations.store.waiting import after_verdict, beside, lead

DAY_S = 86_400.0


@pytest.fixture
def five(engine, shelf, uploaded, make_finding, noon):
    """Cases 1 to 5, recorded 1 to 5 times three days ago; their plates 29A-100.01 and so on."""
    for number in range(1, 6):
        event = make_finding(number, at_s=-3 * DAY_S * number)
        event["data"] |= {"plate": f"29A-100.0{number}", "offence": "red_light" if number % 2 else "wrong_way"}
        ingest(engine, shelf, [event], noon)


def ids(client, **query):
    return [case["id"] for case in client.get("/api/queue", params=query).json()["cases"]]


def test_the_oldest_recording_comes_first_with_its_clocks(client, five):
    found = client.get("/api/queue").json()
    assert [case["id"] for case in found["cases"]] == [5, 4, 3, 2, 1]
    assert found["waiting"] == 5
    assert found["next"] is None
    assert found["cases"][0]["notify"] == {"last_day": "2026-11-16", "days_left": -5}
    assert found["cases"][0]["limitation"]["days_left"] > 300


def test_pages_follow_one_another_without_a_gap_or_a_repetition(client, five):
    seen, cursor = [], None
    while True:
        page = client.get("/api/queue", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [case["id"] for case in page["cases"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("typed", ["29A-100.03", "29a10003", "29 Á 100 03", "２９A10003"])
def test_a_plate_is_found_however_it_is_written(client, five, typed):
    assert ids(client, plate=typed) == [3]


def test_filters_narrow_the_queue(client, five):
    assert ids(client, offence="wrong_way") == [4, 2]
    assert ids(client, camera="cam1", due_within=-1) == [5, 4]
    assert ids(client, due_within=1) == [5, 4, 3]
    assert ids(client, camera="cam2") == []
    assert client.get("/api/queue", params={"plates": "x"}).status_code == 422


def test_whoever_is_led_to_a_case_keeps_it_from_the_others(engine, five, noon):
    def place(case):
        return noon - timedelta(days=3 * case), case

    assert lead(engine, place(5), None, "Lan", noon) == (None, 4)
    assert beside(engine, place(5), None, "Minh", noon) == (None, 3)
    assert lead(engine, place(3), None, "Minh", noon) == (None, 2)
    assert after_verdict(engine, place(5), None, "Lan", noon) == 4
    later = noon + timedelta(hours=1)
    assert beside(engine, place(5), None, "Minh", later) == (None, 4)


def test_numbers_are_counted_again_once_they_are_old(engine, five):
    clock = [0.0]
    numbers = CaseNumbers(engine, lambda: clock[0])
    assert sum(numbers.by_state(None).values()) == 5
    assert sum(numbers.by_state(frozenset({"nowhere"})).values()) == 0


@settings(deadline=None)
@given(st.integers(1, 10**6), st.text(max_size=8))
def test_a_correction_that_a_blind_second_must_not_see_is_neither_shown_nor_found(case, corrected):
    rules = DeskRules(blind_share=1.0, blind_secret="a secret of the office")
    shown = shown_plate(case, corrected, "29A-123.45", rules)
    assert shown == "29A-123.45"
    assert may_be_found(shown, "29a12345")
    assert not may_be_found(shown, "51F-999.99")

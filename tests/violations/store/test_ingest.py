"""Events enter once, all or nothing, and findings open cases in the same breath."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from violations.store.cases import case_history, list_cases
from violations.store.database import reading
from violations.store.errors import MissingMediaError
from violations.store.incoming import read_event
from violations.store.ingest import ingest
from violations.store.tables import CountIntervalRow, EventRow


def stored(engine):
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(EventRow))


def test_an_event_sent_twice_is_one_event_and_acknowledged_both_times(engine, shelf, make_health, noon):
    batch = [make_health(1), make_health(2)]
    for _ in range(2):
        receipt = ingest(engine, shelf, [*batch, batch[0]], noon)
        assert receipt.acknowledged == ("cam1/b1/1", "cam1/b1/2")
        assert receipt.refused == ()
    assert stored(engine) == 2


def test_a_finding_opens_one_case_however_often_it_comes(engine, shelf, stored_files, make_finding, noon):
    for _ in range(3):
        assert ingest(engine, shelf, [make_finding(1)], noon).acknowledged == ("cam1/b1/1",)
    (case,) = list_cases(engine).cases
    assert (case.event_id, case.version, case.state) == ("cam1/b1/1", 1, "detected")
    assert case.finding.lamp.state == "red"
    assert [step.action for step in case_history(engine, case.id)] == ["opened"]


def test_a_finding_without_its_files_stores_nothing_of_its_batch(
    *, engine, shelf, make_finding, make_health, files, noon
):
    with pytest.raises(MissingMediaError) as caught:
        ingest(engine, shelf, [make_health(1), make_finding(2)], noon)
    assert len(caught.value.missing) == len(files)
    assert stored(engine) == 0


def test_a_file_lost_from_the_disk_counts_as_missing(engine, shelf, stored_files, make_finding, noon):
    lost = make_finding(1)["data"]["media"][0]["sha256"]
    shelf.path_of(lost).unlink()
    with pytest.raises(MissingMediaError) as caught:
        ingest(engine, shelf, [make_finding(1)], noon)
    assert caught.value.missing == (lost,)


def test_a_finding_that_describes_its_files_wrongly_is_refused_alone(
    *, engine, shelf, stored_files, make_finding, make_health, noon
):
    wrong = make_finding(1)
    wrong["data"]["media"][0]["size_bytes"] += 1
    receipt = ingest(engine, shelf, [wrong, make_health(2), make_finding(3)], noon)
    assert receipt.acknowledged == ("cam1/b1/2", "cam1/b1/3")
    assert [refusal.id for refusal in receipt.refused] == ["cam1/b1/1"]
    assert len(list_cases(engine).cases) == 1


def test_the_same_id_with_other_content_is_refused_and_the_first_stays(engine, shelf, make_health, noon):
    ingest(engine, shelf, [make_health(1)], noon)
    later = ingest(engine, shelf, [make_health(1, "failed")], noon)
    assert later.acknowledged == ()
    assert "other content" in later.refused[0].reason
    both = ingest(engine, shelf, [make_health(2), make_health(2, "failed")], noon)
    assert both.acknowledged == ("cam1/b1/2",)
    assert [refusal.id for refusal in both.refused] == ["cam1/b1/2"]


def change(path, value):
    def apply(event):
        place = event
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        return event

    return apply


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (change(["type"], "vn.ngatu.gossip.v1"), "gossip"),
        (change(["data", "colour"], "red"), "data.colour"),
        (change(["data", "frames"], -1), "data.frames"),
        (change(["data", "frames"], 2**63), "integers"),
        (change(["sequence"], 10**30), "integers"),
        (change(["data", "fps"], float("nan")), "fps"),
        (change(["data", "note"], "a\x00b"), "NUL"),
        (change(["data", "note"], "\ud800"), "surrogate"),
        (change(["id"], "\ud800"), "id"),
        (change(["type"], "\ud800"), "type"),
        (change(["time"], "2026-11-21T05:00:00"), "time"),
        (change(["time"], "9999-12-31T23:59:59-14:00"), "time"),
        (change(["time"], "0001-01-01T00:00:00+14:00"), "time"),
        (change(["id"], None), "id"),
        (lambda event: "not an object", ""),
        (lambda event: None, ""),
    ],
)
def test_an_event_no_database_should_hold_is_refused_and_the_others_are_kept(
    *, engine, shelf, make_health, noon, spoil, sentence
):
    receipt = ingest(engine, shelf, [make_health(1), spoil(make_health(2)), make_health(3)], noon)
    assert receipt.acknowledged == ("cam1/b1/1", "cam1/b1/3")
    (refusal,) = receipt.refused
    assert sentence in refusal.reason
    json.dumps([refusal.id, refusal.reason], ensure_ascii=False).encode()


@pytest.mark.parametrize("length_s", [1e300, 25 * 3600.0])
def test_counts_over_an_absurd_interval_are_refused(engine, shelf, make_counts, noon, length_s):
    assert ingest(engine, shelf, [make_counts(1, {}, length_s=length_s)], noon).acknowledged == ()


def test_absurd_numbers_of_vehicles_are_refused(engine, shelf, make_counts, noon):
    event = make_counts(1, {"left_to_right": {"car": 10**7}})
    assert "at most 1000000" in ingest(engine, shelf, [event], noon).refused[0].reason


def test_an_interval_without_vehicles_is_kept_because_it_is_a_zero_and_no_gap(engine, shelf, make_counts, noon):
    ingest(engine, shelf, [make_counts(1, {}, coverage=0.5)], noon)
    with reading(engine) as session:
        row = session.scalars(select(CountIntervalRow)).one()
    assert (row.since, row.duration_s, row.coverage) == (noon, 15.0, 0.5)


def test_agents_that_send_the_same_events_at_once_store_them_once(
    *, engine, shelf, stored_files, make_health, make_finding, noon
):
    batch = [make_health(number) for number in range(20)] + [make_finding(50)]
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _: ingest(engine, shelf, batch, noon), range(8)))
    assert {len(receipt.acknowledged) for receipt in receipts} == {21}
    assert stored(engine) == 21
    assert len(list_cases(engine).cases) == 1


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("specversion", "id", "source", "type", "time", "camera", "boot", "sequence", "data")


@given(field=st.sampled_from(FIELDS), value=JSON_VALUES)
def test_whatever_stands_in_a_field_the_answer_is_an_event_or_a_sentence(field, value):
    event = {
        "id": "c/b/1",
        "source": "/cameras/c",
        "type": "vn.ngatu.health.v1",
        "time": "2026-11-21T05:00:00Z",
        "camera": "c",
        "boot": "b",
        "sequence": 1,
        "data": {"state": "running", "frames": 1},
    }
    try:
        read_event(event | {field: value})
    except ValueError as error:
        assert str(error)

"""Counts by interval are sums of what the cameras sent, no more and no less."""

from collections import Counter
from datetime import timedelta

import pytest

from violations.store.errors import IntervalTooFineError
from violations.store.events import EventsWanted, list_events
from violations.store.ingest import ingest
from violations.store.traffic import CountsWanted, count_page, counted_lines, latest_until, list_cameras


@pytest.fixture
def ten_minutes(engine, shelf, make_counts, noon):
    """40 intervals of 15 s on two lines; every fourth is empty and half covered."""
    events = []
    for number in range(40):
        counts = (
            {} if number % 4 == 3 else {"left_to_right": {"car": 1, "motorbike": number}, "right_to_left": {"bus": 2}}
        )
        coverage = 0.5 if number % 4 == 3 else 1.0
        for place, line in enumerate(("north", "south")):
            events.append(make_counts(2 * number + place, counts, at_s=15.0 * number, line=line, coverage=coverage))
    assert len(ingest(engine, shelf, events, noon).acknowledged) == 80
    return events


def everything(engine, wanted, limit):
    page = count_page(engine, wanted, limit=limit)
    rows = list(page.rows)
    while page.next_after is not None:
        page = count_page(engine, wanted, limit=limit, after=page.next_after)
        rows += page.rows
    return rows


def totals(rows):
    return sum(
        (Counter({(d, k): n for d, kinds in row.counts.items() for k, n in kinds.items()}) for row in rows), Counter()
    )


@pytest.mark.parametrize("interval_s", [None, 15, 60, 300, 900])
@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_no_vehicle_is_lost_or_doubled_by_grouping_and_paging(engine, ten_minutes, interval_s, limit):
    rows = everything(engine, CountsWanted(line="north", interval_s=interval_s), limit)
    assert totals(rows) == {
        ("left_to_right", "car"): 30,
        ("left_to_right", "motorbike"): sum(number for number in range(40) if number % 4 != 3),
        ("right_to_left", "bus"): 60,
    }
    assert [row.since for row in rows] == sorted({row.since for row in rows})


def test_a_minute_has_its_place_and_its_coverage(engine, ten_minutes, noon):
    rows = everything(engine, CountsWanted(interval_s=60), 1000)
    assert len(rows) == 20
    first = rows[0]
    assert (first.since, first.until) == (noon, noon + timedelta(seconds=60))
    assert first.coverage == pytest.approx(0.875)
    assert first.counts["left_to_right"] == {"car": 3, "motorbike": 3}


def test_a_cell_the_camera_only_half_watched_says_so(engine, ten_minutes, noon):
    (cell,) = everything(engine, CountsWanted(line="north", interval_s=3600), 1000)
    assert cell.coverage == pytest.approx(600 / 3600 * 0.875)


def test_an_empty_interval_is_a_row_without_counts(engine, ten_minutes, noon):
    rows = everything(engine, CountsWanted(line="north"), 1000)
    assert len(rows) == 40
    assert rows[3].counts == {}
    assert rows[3].coverage == 0.5


def test_time_line_and_camera_choose_rows(engine, ten_minutes, noon):
    wanted = CountsWanted("cam1", "north", noon + timedelta(seconds=60), noon + timedelta(seconds=120))
    rows = everything(engine, wanted, 1000)
    assert [row.since for row in rows] == [noon + timedelta(seconds=second) for second in (60, 75, 90, 105)]
    assert everything(engine, CountsWanted(camera="cam2"), 10) == []


def test_a_grid_finer_than_the_measured_intervals_is_refused(engine, shelf, make_counts, noon):
    ingest(engine, shelf, [make_counts(1, {}, length_s=60.0)], noon)
    with pytest.raises(IntervalTooFineError, match="at least 60 s"):
        count_page(engine, CountsWanted(interval_s=15))


def test_two_boots_that_counted_the_same_time_stay_two_measured_rows(engine, shelf, make_counts, noon):
    again = make_counts(1, {"left_to_right": {"car": 1}}) | {"id": "cam1/b2/1", "boot": "b2"}
    ingest(engine, shelf, [make_counts(1, {"left_to_right": {"car": 1}}), again], noon)
    assert len(everything(engine, CountsWanted(), 1)) == 2
    (cell,) = everything(engine, CountsWanted(interval_s=15), 1)
    assert cell.coverage == 1.0


def test_lines_and_their_newest_interval_are_known(engine, ten_minutes, noon):
    assert counted_lines(engine) == (("cam1", "north"), ("cam1", "south"))
    assert latest_until(engine, "cam1", "north") == noon + timedelta(seconds=600)
    assert latest_until(engine, "cam1", "west") is None


def test_each_camera_is_shown_with_the_last_thing_it_said_of_itself(engine, shelf, make_health, make_counts, noon):
    ingest(engine, shelf, [make_health(1, "started"), make_health(2, at_s=5)], noon)
    later = noon + timedelta(minutes=1)
    # The camera's clock jumped back; what came later is still the latest.
    ingest(engine, shelf, [make_health(3, "source_lost", at_s=-9000), make_counts(1, {}, camera="cam2")], later)
    one, two = list_cameras(engine)
    assert (one.camera, one.health.state, one.received_at) == ("cam1", "source_lost", later)
    assert (two.camera, two.health, two.time) == ("cam2", None, None)


def test_events_come_in_order_of_time_page_by_page(engine, shelf, make_health, make_counts, noon):
    # Three share one moment, so the order needs the id as well.
    events = [make_health(number, at_s=float(number // 3)) for number in range(9)] + [make_counts(20, {}, camera="b")]
    ingest(engine, shelf, events, noon)
    wanted = EventsWanted(camera="cam1", type="vn.ngatu.health.v1")
    seen, after = [], None
    while True:
        page = list_events(engine, wanted, limit=2, after=after)
        seen += [(one.event.time, one.event.id) for one in page.events]
        after = page.next_after
        if after is None:
            break
    assert len(seen) == 9
    assert seen == sorted(seen)
    between = EventsWanted(since=noon + timedelta(seconds=1), until=noon + timedelta(seconds=2))
    assert len(list_events(engine, between).events) == 3

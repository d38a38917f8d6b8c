"""The time marks of J2735 point at the moments at which lamps change."""

from datetime import UTC, datetime, timedelta

import pytest

from signals.live.spat import UNKNOWN_MARK, spat, time_mark

UTC_START = datetime(2026, 11, 19, 23, 59, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "mark"),
    [("2026-11-20T00:00:00", 0), ("2026-11-20T00:59:59.900", 35_999), ("2026-11-20T07:00:01.500", 15)],
)
def test_time_marks_are_tenths_of_the_hour(moment, mark):
    assert time_mark(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == mark


def test_a_state_tells_every_movement_with_its_marks(make_running, make_library):
    running = make_running(make_library())
    _, state = running.until(200)[-1]
    told = spat(state, UTC_START + timedelta(seconds=200))
    assert [one["movementName"] for one in told["states"]] == ["m0", "m1"]
    assert {one["eventState"] for one in told["states"]} <= {
        "protected-Movement-Allowed",
        "protected-clearance",
        "stop-And-Remain",
    }
    assert all(one["timing"]["minEndTime"] <= 36_000 for one in told["states"])
    assert told["status"] == ["fixedTimeOperation"]


def test_a_held_stage_says_so_and_that_nobody_knows_when_it_ends(make_running, make_library):
    running = make_running(make_library())
    running.until(120)
    running.live.hold("S1", 60, "An", "accident", 120.0)
    _, state = running.until(150)[-1]
    told = spat(state, UTC_START)
    assert told["status"] == ["manualControlIsEnabled"]
    assert {one["timing"]["maxEndTime"] for one in told["states"]} == {UNKNOWN_MARK}

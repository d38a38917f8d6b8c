"""Crossings become counts: each once, in its interval, with an honest share of the time watched."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.events.bodies import Counts, Crossing, Direction
from vision.traffic.counts import IntervalCounts, tally


def crossing(
    at_s: float = 0.0, line: str = "across", vehicle: str = "car", direction: str = "left_to_right"
) -> Crossing:
    fixed = {"role": "counting", "track": 1, "frame": 0, "at_error_s": 0.02, "x": 0.5, "y": 0.5}
    return Crossing(line=line, vehicle=vehicle, direction=direction, at_s=at_s, **fixed)


def run(counts: IntervalCounts, times_s, crossings=()) -> list[Counts]:
    """Each crossing becomes known in the first frame at or after its time."""
    waiting, given_out = sorted(crossings, key=lambda each: each.at_s), []
    for time_s in times_s:
        known = [each for each in waiting if each.at_s <= time_s]
        waiting = waiting[len(known) :]
        given_out += counts.update(known, time_s)
    return given_out + counts.finish()


def test_tally_has_both_directions_and_only_kinds_that_came():
    found = tally([crossing(vehicle="bus"), crossing(), crossing(), crossing(direction="right_to_left")])
    assert found == {Direction.LEFT_TO_RIGHT: {"bus": 1, "car": 2}, Direction.RIGHT_TO_LEFT: {"car": 1}}
    assert tally([]) == {Direction.LEFT_TO_RIGHT: {}, Direction.RIGHT_TO_LEFT: {}}


def test_each_line_and_interval_gets_its_counts():
    crossings = [
        crossing(3),
        crossing(9.9),
        crossing(10),
        crossing(12, "other", "bus"),
        crossing(19, direction="right_to_left"),
    ]
    found = run(IntervalCounts(10, ["across", "other"]), np.arange(501) / 25, crossings)
    table = {(each.line, each.since_s, each.until_s): each.counts for each in found}
    assert table == {
        ("across", 0, 10): {"left_to_right": {"car": 2}, "right_to_left": {}},
        ("other", 0, 10): {"left_to_right": {}, "right_to_left": {}},
        ("across", 10, 20): {"left_to_right": {"car": 1}, "right_to_left": {"car": 1}},
        ("other", 10, 20): {"left_to_right": {"bus": 1}, "right_to_left": {}},
    }
    assert [each.coverage for each in found] == pytest.approx([1, 1, 1, 1])


def test_interval_is_given_out_once_its_last_crossings_are_certain():
    counts = IntervalCounts(10, ["across"])
    assert [counts.update([], second / 2) for second in range(24)] == [[]] * 24
    [found] = counts.update([crossing(9.5)], 12.0)
    assert found.counts[Direction.LEFT_TO_RIGHT] == {"car": 1}


def test_crossing_certain_too_late_goes_to_the_oldest_open_interval():
    counts = IntervalCounts(10, ["across"])
    early = [each for second in range(26) for each in counts.update([], float(second))]
    late = [*counts.update([crossing(3)], 26.0), *counts.finish()]
    assert [each.since_s for each in early] == [0, 10]
    assert [(each.since_s, each.counts[Direction.LEFT_TO_RIGHT]) for each in late] == [(20, {"car": 1})]


def test_video_that_ends_early_says_how_much_it_filled():
    [found] = run(IntervalCounts(60, ["across"]), np.arange(376) / 25)
    assert (found.since_s, found.until_s) == (0, 60)
    assert found.coverage == pytest.approx(0.25)


def test_hole_between_frames_does_not_count_as_watched():
    times_s = [*np.arange(0, 2.01, 0.04), *np.arange(7, 10.01, 0.04)]
    found = run(IntervalCounts(10, ["across"]), times_s)
    assert found[0].coverage == pytest.approx(0.5, abs=0.01)


def test_interval_nobody_watched_is_left_out():
    found = run(IntervalCounts(10, ["across"]), [*np.arange(0, 5, 0.5), *np.arange(1005, 1010.1, 0.5)])
    assert [each.since_s for each in found] == [0, 1000]


def test_nothing_seen_gives_nothing():
    assert IntervalCounts(10, ["across"]).finish() == []


def test_time_that_runs_back_repeats_no_interval():
    found = run(IntervalCounts(10, ["across"]), [*np.arange(0, 25, 0.5), *np.arange(0, 25, 0.5)])
    assert [each.since_s for each in found] == [0, 10, 20]


@pytest.mark.parametrize("interval_s", [0, -1, float("nan")])
def test_interval_must_have_length(interval_s):
    with pytest.raises(ValueError, match="wanted more than 0 seconds"):
        IntervalCounts(interval_s, ["across"])


@settings(deadline=None)
@given(
    st.lists(st.floats(0.01, 3), min_size=1, max_size=80),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["a", "b"])), max_size=30),
    st.floats(0.5, 50),
)
def test_no_crossing_is_lost_or_counted_twice(steps_s, places, interval_s):
    times_s = np.concatenate([[0.0], np.cumsum(steps_s)])
    crossings = [crossing(share * times_s[-1], line) for share, line in places]
    found = run(IntervalCounts(interval_s, ["a", "b"]), times_s, crossings)
    assert sum(sum(kinds.values()) for each in found for kinds in each.counts.values()) == len(crossings)
    assert len({(each.line, each.since_s) for each in found}) == len(found)
    watched_s = sum(step for step in np.diff(times_s) if step <= 1)
    assert sum(each.coverage * interval_s for each in found if each.line == "a") == pytest.approx(watched_s)

"""The books of a junction: nobody is named while they can balance, and the one line that explains them is."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.report.conservation import LineCount, Window, check_conservation

LINES = {"north": ("a", "in"), "east": ("a", "in"), "south": ("b", "out"), "west": ("c", "out")}
quickly = settings(deadline=None, max_examples=60)


def books(rows, error=0.1, factor=None):
    """One window a row of (north, east, south, west); `factor` falsifies what a line says of itself."""
    windows = []
    for place, row in enumerate(rows):
        counts = []
        for (line, (camera, way)), number in zip(LINES.items(), row, strict=True):
            said = number * (factor or {}).get(line, 1)
            counts.append(LineCount(line, camera, way, said, said * (1 - error), said * (1 + error)))
        windows.append(Window(place * 60.0, place * 60.0 + 60, tuple(counts)))
    return windows


# Inflows that rise and fall apart from one another, so that no factor of one looks like a factor of another.
DAY = [(40, 10, 25, 25), (10, 45, 40, 15), (30, 30, 10, 50), (60, 5, 50, 15), (5, 60, 20, 45)]


def test_true_books_balance():
    verdict = check_conservation(books(DAY), storage=10)
    assert verdict.balanced
    assert (verdict.line, verdict.camera, verdict.suspects) == (None, None, ())


@pytest.mark.parametrize(("line", "camera"), [("north", "a"), ("south", "b"), ("west", "c")])
def test_line_that_counts_half_is_named_with_its_factor(line, camera):
    verdict = check_conservation(books(DAY, error=0.03, factor={line: 0.5}), storage=4)
    assert not verdict.balanced
    assert (verdict.line, verdict.camera) == (line, camera)
    [suspect] = verdict.suspects
    assert suspect.factor_low <= 2 <= suspect.factor_high


def test_silent_line_is_named_without_a_factor():
    verdict = check_conservation(books(DAY, error=0.03, factor={"west": 0.0}), storage=4)
    assert "west" in {suspect.line for suspect in verdict.suspects}
    assert next(suspect.factor_low for suspect in verdict.suspects if suspect.line == "west") is None


def test_two_lines_that_could_both_explain_it_leave_the_line_open_and_name_their_camera():
    steady = [(30, 30, 30, 30)] * 4
    verdict = check_conservation(books(steady, error=0.02, factor={"north": 0.5}), storage=2)
    assert not verdict.balanced
    assert verdict.line is None
    assert {"north", "east"} <= {suspect.line for suspect in verdict.suspects}


def test_wide_error_bars_leave_everything_open():
    assert check_conservation(books(DAY, error=0.6, factor={"north": 0.5}), storage=4).balanced


def test_window_that_lacks_a_line_is_left_out():
    windows = books(DAY, error=0.03, factor={"north": 0.1})
    halves = [Window(each.since_s, each.until_s, each.counts[1:]) for each in windows[1:]]
    whole = books(DAY[:1], error=0.03)
    assert check_conservation([*whole, *halves], storage=4).balanced


def test_small_leak_shows_over_a_long_run_though_no_window_alone_shows_it():
    windows = books([(50, 50, 50, 50)] * 12, error=0.01, factor={"south": 0.85})
    verdict = check_conservation(windows, storage=12)
    assert not verdict.balanced
    assert all(one.until_s - one.since_s > 60 for one in verdict.imbalances)


@pytest.mark.parametrize("storage", [-1, math.inf, math.nan])
def test_impossible_storage_is_refused(storage):
    with pytest.raises(ValueError, match="storage"):
        check_conservation([], storage)


def test_count_outside_its_own_error_bar_is_refused():
    with pytest.raises(ValueError, match="low <= count <= high"):
        LineCount("north", "a", "in", 5, 6, 7)


numbers = st.integers(0, 60)
slack = st.floats(0, 1)


@quickly
@given(st.lists(st.tuples(numbers, numbers, numbers, st.integers(0, 20), slack, slack), min_size=1, max_size=8))
def test_books_whose_bars_hold_the_truth_are_never_called_wrong(rows):
    """Any true history: what comes in goes out by one of two ways or stays, never more than 20 at once."""
    stored, windows = 0, []
    for place, (north, east, split, keep, below, above) in enumerate(rows):
        after = min(keep, stored + north + east)
        leaving = stored + north + east - after
        south = min(split, leaving)
        stored = after
        truth = {"north": north, "east": east, "south": south, "west": leaving - south}
        counts = tuple(
            LineCount(line, *LINES[line], number, number * (1 - below), number * (1 + above))
            for line, number in truth.items()
        )
        windows.append(Window(place * 60.0, place * 60.0 + 60, counts))
    verdict = check_conservation(windows, storage=20)
    assert verdict.balanced
    assert not verdict.suspects


@quickly
@given(st.sampled_from(sorted(LINES)), st.floats(0, 3), st.floats(0, 0.3), st.floats(0, 0.5))
def test_wider_bars_never_turn_balanced_books_into_wrong_ones(line, factor, error, more):
    narrow = check_conservation(books(DAY, error, {line: factor}), storage=10)
    wide = check_conservation(books(DAY, error + more, {line: factor}), storage=10)
    assert wide.balanced or not narrow.balanced

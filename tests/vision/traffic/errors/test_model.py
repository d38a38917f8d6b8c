"""How far a count may be wrong: wider with less evidence, less coverage and more certainty wanted."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.traffic.errors.model import ErrorModel, Rate
from vision.traffic.errors.shipped import as_text, from_text, shipped_error_model

quickly = settings(deadline=None, max_examples=40)
counts, shares, levels = st.integers(0, 300), st.floats(0.05, 1), st.floats(0.5, 0.99)


def model(lost=5, extra=5, chances=100, dispersion=1.0):
    return ErrorModel(
        missed=Rate(lost, chances),
        dropped=Rate(0, chances),
        false=Rate(extra, chances),
        stuck_on=Rate(0, chances),
        mistaken=Rate(0, chances),
        clips=3,
        dispersion=dispersion,
    )


def width(interval):
    low, high = interval
    return high - low


def test_exact_detector_of_long_standing_leaves_hardly_a_doubt():
    assert model(0, 0, 100_000).interval(50) == (49, 51)


@pytest.mark.parametrize(("lost", "extra", "truth"), [(100, 0, 111), (0, 100, 90)])
def test_habit_of_the_detector_moves_the_interval(lost, extra, truth):
    """A tenth is lost, or a tenth of what is counted is nobody: a count of 100 is then 111, or 90."""
    low, high = model(lost, extra, 1000).interval(100)
    assert low <= truth <= high
    assert not (low <= 100 - 2 * (truth - 100) <= high)


def test_no_evidence_at_all_promises_next_to_nothing():
    low, high = model(0, 0, 0).interval(20)
    assert low <= 1
    assert high >= 60


@pytest.mark.parametrize("chances", [10, 40, 200])
def test_fewer_checked_vehicles_widen_the_interval(chances):
    few, many = model(chances // 10, chances // 10, chances), model(chances, chances, 10 * chances)
    assert width(few.interval(100)) > width(many.interval(100))


def test_clips_that_differ_widen_the_interval():
    assert width(model(dispersion=8).interval(100)) > width(model().interval(100))


def test_unwatched_time_has_no_upper_end():
    assert model().interval(0, 0.0)[1] == math.inf


def test_counts_by_kind_are_less_sure():
    shipped = shipped_error_model()
    assert width(shipped.interval(60, by_kind=True)) >= width(shipped.interval(60))


@pytest.mark.parametrize(
    ("count", "coverage", "level"), [(-1, 1, 0.9), (math.nan, 1, 0.9), (1, 1.2, 0.9), (1, -0.1, 0.9), (1, 1, 1)]
)
def test_impossible_question_is_refused(count, coverage, level):
    with pytest.raises(ValueError, match="wanted"):
        model().interval(count, coverage, level=level)


def test_more_errors_than_chances_are_refused():
    with pytest.raises(ValueError, match="6 of 5"):
        Rate(6, 5)


def test_shipped_rates_are_read_back_as_written():
    shipped = shipped_error_model()
    assert from_text(as_text(shipped)) == shipped
    assert shipped.clips >= 3
    assert shipped.missed.chances >= 50


def test_text_that_is_no_model_is_refused():
    with pytest.raises(ValueError, match="five rates"):
        from_text('{"missed": 3}')


@quickly
@given(counts, levels, shares)
def test_count_lies_within_and_the_interval_widens_as_coverage_falls(count, level, coverage):
    low, high = model().interval(count, level=level)
    less_low, less_high = model().interval(count, coverage, level=level)
    assert 0 <= low <= count <= high
    assert less_low == low
    assert less_high >= high
    assert model().interval(count, coverage / 2, level=level)[1] > less_high


@quickly
@given(counts, levels, levels)
def test_more_certainty_wanted_never_narrows_the_interval(count, one, other):
    less, more = sorted((one, other))
    inner, outer = model().interval(count, level=less), model().interval(count, level=more)
    assert outer[0] <= inner[0]
    assert outer[1] >= inner[1]


@quickly
@given(counts)
def test_more_counted_never_means_fewer_came(count):
    one, two = model().interval(count), model().interval(count + 1)
    assert two[0] >= one[0]
    assert two[1] >= one[1]

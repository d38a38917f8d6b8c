import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.optimize.split import split, whole_parts


@st.composite
def cases(draw):
    """(total, weights, low, high) with Σ low ≤ total ≤ Σ high, all bounds whole."""
    count = draw(st.integers(2, 6))
    low = draw(st.lists(st.integers(1, 20), min_size=count, max_size=count))
    high = [least + draw(st.integers(0, 60)) for least in low]
    total = draw(st.integers(sum(low), sum(high)))
    weights = draw(st.lists(st.floats(0, 1), min_size=count, max_size=count))
    return total, weights, low, high


def test_parts_stand_in_proportion_to_weights():
    assert split(50, [0.3, 0.2], [5, 5], [100, 100]) == pytest.approx((30, 20))


def test_a_part_at_its_bound_leaves_the_rest_in_proportion():
    assert split(60, [0.1, 0.4, 0.2], [12, 5, 5], [100, 100, 100]) == pytest.approx((12, 32, 16))
    assert split(60, [0.6, 0.1, 0.2], [5, 5, 5], [30, 100, 100]) == pytest.approx((30, 10, 20))


def test_a_total_outside_the_bounds_is_refused():
    with pytest.raises(ValueError, match="between 10 and 20, found 30"):
        split(30, [1, 1], [5, 5], [10, 10])


def test_equal_remainders_go_to_the_earlier_part():
    assert whole_parts((10.5, 10.5), 21) == (11, 10)


@settings(deadline=None)
@given(cases())
def test_whole_parts_fill_the_total_within_their_bounds(case):
    total, _, low, high = case
    parts = whole_parts(split(*case), total)
    assert sum(parts) == total
    assert all(least <= part <= most for least, part, most in zip(low, parts, high, strict=True))


@settings(deadline=None)
@given(cases(), st.data())
def test_more_weight_never_gets_less_and_never_gives_to_others(case, data):
    total, weights, low, high = case
    raised = data.draw(st.integers(0, len(weights) - 1))
    heavier = list(weights)
    heavier[raised] += data.draw(st.floats(0.001, 1))
    before, after = split(total, weights, low, high), split(total, heavier, low, high)
    assert after[raised] >= before[raised] - 1e-6
    assert all(after[i] <= before[i] + 1e-6 for i in range(len(weights)) if i != raised)
    assert whole_parts(after, total)[raised] >= whole_parts(before, total)[raised]

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.errors import CapacityError
from signals.optimize.least_delay import least_delay_plan, mean_delay_s
from signals.optimize.proposal import OverCapacity
from signals.optimize.search import HIGHEST_DEGREE
from signals.optimize.webster import webster_plan
from signals.plan.check import check_plan
from signals.plan.junction import Junction, Limits, Movement, Stage

LIMITS = Limits(min_green_s=5, min_cycle_s=20, max_cycle_s=120)


def crossing(least_s=16.0):
    """A main road, and a side road whose pedestrians need a long green."""
    stages = (Stage("A", ("main",)), Stage("B", ("side",), min_green_s=least_s))
    return Junction("crossing", (Movement("main"), Movement("side")), stages, 3.0, 2.0, limits=LIMITS)


def test_where_a_least_green_binds_the_others_are_given_more(make_demands):
    demands = make_demands({"main": (776, 3675), "side": (100, 2887)})
    webster, found = webster_plan(crossing(), demands), least_delay_plan(crossing(), demands)
    assert mean_delay_s(demands, found.performance) < 0.9 * mean_delay_s(demands, webster.performance)
    assert found.plan.stages[0].green_s > webster.plan.stages[0].green_s
    assert found.plan.stages[1].green_s == 16
    assert f"{found.plan.cycle_s:g} s" in found.reasons[-1]
    assert not any("Webster's plan" in reason for reason in webster.reasons)


@settings(max_examples=25, deadline=None)
@given(st.tuples(st.integers(30, 700), st.integers(30, 700), st.integers(30, 500)))
def test_it_is_safe_and_never_worse_than_webster(make_row, make_demands, flows):
    junction = make_row(3, LIMITS)
    demands = make_demands({f"m{i}": (flow, 1800) for i, flow in enumerate(flows)})
    try:
        webster = webster_plan(junction, demands)
    except CapacityError:
        with pytest.raises(CapacityError):
            least_delay_plan(junction, demands)
        return
    found = least_delay_plan(junction, demands)
    assert mean_delay_s(demands, found.performance) <= mean_delay_s(demands, webster.performance)
    assert not check_plan(found.plan, junction)
    assert max(p.saturation_degree for p in found.performance) <= max(
        HIGHEST_DEGREE, *(p.saturation_degree for p in webster.performance)
    )


def test_above_capacity_it_is_the_least_overloaded_plan_of_webster(make_row, make_demands):
    junction, demands = make_row(2, LIMITS), make_demands({"m0": (1200, 1800), "m1": (1200, 1800)})
    assert least_delay_plan(junction, demands, over_capacity=OverCapacity.BEST_EFFORT) == webster_plan(
        junction, demands, over_capacity=OverCapacity.BEST_EFFORT
    )


def test_without_traffic_nobody_is_delayed(make_row, make_demands):
    demands = make_demands({"m0": (0, 1800), "m1": (0, 1800)})
    assert mean_delay_s(demands, least_delay_plan(make_row(2, LIMITS), demands).performance) == 0

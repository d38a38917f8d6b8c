from dataclasses import replace
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.errors import CapacityError, JunctionError
from signals.optimize.case import make_case
from signals.optimize.performance import measure
from signals.optimize.proposal import LostTime, OverCapacity
from signals.optimize.search import find_greens, webster_cycle_s
from signals.optimize.webster import webster_plan
from signals.plan.check import check_plan
from signals.plan.junction import Junction, Limits, Movement, Stage
from signals.plan.timing import lay_out

WIDE = Limits(min_green_s=1, min_cycle_s=1, max_cycle_s=600)


@pytest.mark.parametrize(
    ("lost_s", "ratios", "cycle_s"),
    [
        # Khanna and Justo, Highway Engineering, traffic signals by Webster's method: 400/1250, 250/1000, L = 16 s.
        pytest.param(16, (0.32, 0.25), 67.4, id="khanna-justo"),
        # Rogers, Highway Engineering, example 5.6: three stages, L = 12 s; "82 seconds".
        pytest.param(12, (0.25, 0.25, 0.22), 82.1, id="rogers-5.6"),
        # Indian engineering-service question: 500/1600, 300/1600, L = 16 s; 58 s.
        pytest.param(16, (500 / 1600, 300 / 1600), 58.0, id="two-roads"),
        # 1000/2500, 900/3000, L = 12 s; "77".
        pytest.param(12, (0.4, 0.3), 76.7, id="north-south-east-west"),
    ],
)
def test_the_cycle_equals_published_examples(lost_s, ratios, cycle_s):
    assert webster_cycle_s(lost_s, sum(ratios)) == pytest.approx(cycle_s, abs=0.05)


def test_no_finite_cycle_exists_from_a_ratio_sum_of_one():
    assert webster_cycle_s(10, 1.0) == inf


def test_the_whole_plan_equals_khanna_and_justo(make_row, make_demands):
    """Greens 29 and 22.5 s, cycle 67.5 s with 2 s of amber and 12 s all red in two parts; ours in whole seconds."""
    junction = make_row(2, WIDE, yellow_s=2.0, all_red_s=6.0)
    proposal = webster_plan(junction, make_demands({"m0": (400, 1250), "m1": (250, 1000)}))
    assert proposal.lost_s == 16
    assert proposal.plan.cycle_s == 67
    assert [stage.green_s for stage in proposal.plan.stages] == [29, 22]
    assert proposal.critical == ("m0", "m1")


def test_the_whole_plan_equals_rogers_example_5_6(make_row, make_demands):
    proposal = webster_plan(
        make_row(3, WIDE, all_red_s=1.0), make_demands({"m0": (500, 2000), "m1": (450, 1800), "m2": (440, 2000)})
    )
    assert (proposal.lost_s, proposal.plan.cycle_s) == (12, 82)
    assert [stage.green_s for stage in proposal.plan.stages] == [24, 24, 22]


def test_displayed_green_makes_up_for_time_lost_in_starting(make_row, make_demands):
    demands = make_demands({"m0": (400, 1250), "m1": (250, 1000)})
    proposal = webster_plan(make_row(2), demands, LostTime(start_lost_s=3.0, yellow_used_s=1.0))
    assert proposal.lost_s == 14
    for stage, performance in zip(proposal.plan.stages, proposal.performance, strict=True):
        assert performance.green_s == stage.green_s - 2


def test_the_busier_movement_of_a_stage_sets_its_green(crossroads, make_demands):
    proposal = webster_plan(
        crossroads, make_demands({"north": (600, 1800), "south": (200, 1800), "east": (100, 1800), "west": (300, 1800)})
    )
    assert proposal.critical == ("north", "west")
    assert proposal.stage_flow_ratios == pytest.approx((1 / 3, 1 / 6))


def test_movements_of_several_stages_share_them_at_the_least_sum(make_demands):
    """Leading and lagging left turns: the sum is set by the busier chain, 0.2 + 0.3."""
    junction = Junction(
        "overlap",
        (Movement("ns_left"), Movement("n_through"), Movement("n_left"), Movement("s_through")),
        (
            Stage("A", ("ns_left", "n_left")),
            Stage("B", ("n_left", "n_through")),
            Stage("C", ("n_through", "s_through")),
        ),
    )
    demands = make_demands(
        {"ns_left": (180, 1800), "n_through": (630, 1800), "n_left": (360, 1800), "s_through": (540, 1800)}
    )
    proposal = webster_plan(junction, demands)
    assert proposal.flow_ratio_sum == pytest.approx(0.5)
    assert check_plan(proposal.plan, junction) == []
    assert max(p.saturation_degree for p in proposal.performance) <= 0.95
    case = make_case(junction, demands, LostTime(3.0, 2.5))
    greens = find_greens(case)
    plan = lay_out(junction, greens)
    measured = max(p.saturation_degree for p in measure(plan, junction, demands, case.lost_time))
    assert case.highest_degree(round(plan.cycle_s), greens) == pytest.approx(measured)


def test_a_stage_nobody_needs_keeps_its_least_green_and_says_so(make_row, make_demands):
    proposal = webster_plan(make_row(2), make_demands({"m0": (700, 1800), "m1": (0, 1800)}))
    assert proposal.plan.stages[1].green_s == 7
    assert "Stage S1 has its least green, 7 s." in proposal.reasons
    assert proposal.critical == ("m0",)


def test_a_long_least_green_lengthens_the_cycle_until_the_others_are_served(make_row, make_demands):
    junction = make_row(2)
    slow = replace(junction, stages=(junction.stages[0], replace(junction.stages[1], min_green_s=30)))
    proposal = webster_plan(slow, make_demands({"m0": (900, 1800), "m1": (10, 1800)}))
    assert proposal.plan.cycle_s > webster_cycle_s(proposal.lost_s, proposal.flow_ratio_sum) + 1
    assert proposal.performance[0].saturation_degree <= 0.95
    assert any("lengthened" in reason for reason in proposal.reasons)


@pytest.mark.parametrize(
    ("limits", "cycle_s", "words"),
    [(Limits(min_cycle_s=80), 80, "shortest cycle"), (Limits(max_cycle_s=40), 40, "longest cycle")],
)
def test_limits_of_the_cycle_come_before_webster(make_row, make_demands, limits, cycle_s, words):
    proposal = webster_plan(make_row(2, limits), make_demands({"m0": (450, 1800), "m1": (540, 1800)}))
    assert proposal.plan.cycle_s == cycle_s
    assert any(words in reason for reason in proposal.reasons)


def test_demand_near_capacity_gets_a_plan_and_a_warning(make_row, make_demands):
    proposal = webster_plan(make_row(2, Limits(max_cycle_s=90)), make_demands({"m0": (765, 1800), "m1": (765, 1800)}))
    assert any("close to capacity" in warning for warning in proposal.warnings)


def test_demand_above_capacity_is_refused_with_ways_that_work(make_row, make_demands):
    junction = make_row(2)
    with pytest.raises(CapacityError, match=r"Demand above capacity: Y = 0\.944") as caught:
        webster_plan(junction, make_demands({"m0": (900, 1800), "m1": (800, 1800)}))
    assert caught.value.faults[0].where == "flows.m0"
    held, wider, longer, fewer = caught.value.ways
    assert held == "Hold every flow back to 96 % of what is given."
    assert wider.startswith("Raise the saturation flow of movement m0 from 1800 to 1")
    rate_h = int(wider.split()[10])
    webster_plan(junction, make_demands({"m0": (900, rate_h), "m1": (800, 1800)}))
    with pytest.raises(CapacityError):
        webster_plan(junction, make_demands({"m0": (900, rate_h - 1), "m1": (800, 1800)}))
    assert longer.startswith("Allow a longest cycle of")
    assert "each change of stage loses about 5 s" in fewer


def test_a_longer_cycle_is_named_where_it_would_do(make_row, make_demands):
    demands = make_demands({"m0": (700, 1800), "m1": (600, 1800)})
    with pytest.raises(CapacityError) as caught:
        webster_plan(make_row(2, Limits(max_cycle_s=32)), demands)
    (cycle,) = [way for way in caught.value.ways if "cycle of" in way and way.startswith("Allow")]
    cycle_s = int(cycle.split()[5])
    webster_plan(make_row(2, Limits(max_cycle_s=cycle_s)), demands)
    with pytest.raises(CapacityError):
        webster_plan(make_row(2, Limits(max_cycle_s=cycle_s - 1)), demands)


def test_a_longest_green_that_starves_a_movement_is_named(make_row, make_demands):
    junction = make_row(2)
    capped = replace(junction, stages=(replace(junction.stages[0], max_green_s=15), junction.stages[1]))
    with pytest.raises(CapacityError) as caught:
        webster_plan(capped, make_demands({"m0": (1100, 1800), "m1": (100, 1800)}))
    (green,) = [way for way in caught.value.ways if way.startswith("Allow stage S0 a longest green of")]
    green_s = int(green.split()[7])
    longer = replace(junction, stages=(replace(junction.stages[0], max_green_s=green_s), junction.stages[1]))
    webster_plan(longer, make_demands({"m0": (1100, 1800), "m1": (100, 1800)}))


def test_best_effort_gives_a_safe_plan_and_the_same_sentences_as_warnings(make_row, make_demands):
    junction = make_row(2)
    demands = make_demands({"m0": (1500, 1800), "m1": (900, 1800)})
    proposal = webster_plan(junction, demands, over_capacity=OverCapacity.BEST_EFFORT)
    assert check_plan(proposal.plan, junction) == []
    assert proposal.plan.cycle_s == 120
    assert proposal.warnings[0].startswith("Demand above capacity")
    assert proposal.performance[0].saturation_degree > 1


def test_time_that_cannot_be_used_or_lost_is_refused(make_row, make_demands):
    demands = make_demands({"m0": (400, 1800), "m1": (300, 1800)})
    with pytest.raises(JunctionError, match="cannot use 4 s of a yellow of 3 s"):
        webster_plan(make_row(2), demands, LostTime(2.0, 4.0))
    with pytest.raises(JunctionError, match="lost whole in starting"):
        webster_plan(make_row(2, Limits(min_green_s=2)), demands, LostTime(4.0, 1.0))


RATIOS = st.lists(st.floats(0.0, 0.9), min_size=2, max_size=5).filter(lambda ratios: sum(ratios) > 0)


@st.composite
def limits_and_intergreens(draw):
    """(limits, yellow_s, all_red_s), none of them whole."""
    limits = Limits(min_green_s=draw(st.floats(1, 15)), max_cycle_s=draw(st.integers(100, 200)))
    return limits, draw(st.floats(2, 5)), draw(st.floats(0, 4))


@settings(deadline=None, max_examples=50)
@given(ratios=RATIOS, times=limits_and_intergreens())
def test_every_plan_passes_the_check_in_whole_seconds_whatever_the_demand(make_row, make_demands, ratios, times):
    limits, yellow_s, all_red_s = times
    junction = make_row(len(ratios), limits, yellow_s, all_red_s)
    demands = make_demands({f"m{i}": (1800 * ratio, 1800) for i, ratio in enumerate(ratios)})
    try:
        proposal = webster_plan(junction, demands, over_capacity=OverCapacity.BEST_EFFORT)
    except JunctionError:
        assert len(ratios) * (limits.min_green_s + yellow_s + all_red_s + 2) > limits.max_cycle_s
        return
    assert check_plan(proposal.plan, junction) == []
    assert all(stage.green_s == int(stage.green_s) for stage in proposal.plan.stages)
    assert proposal.plan.cycle_s == int(proposal.plan.cycle_s)
    assert webster_plan(junction, demands, over_capacity=OverCapacity.BEST_EFFORT) == proposal


@settings(deadline=None, max_examples=50)
@given(ratios=RATIOS, which=st.integers(0, 4), more=st.floats(0.001, 0.5))
def test_more_flow_never_gets_less_green_at_the_same_cycle(make_row, make_demands, ratios, which, more):
    which %= len(ratios)
    junction = make_row(len(ratios), Limits(min_green_s=5, min_cycle_s=120, max_cycle_s=120))

    def green_s(values: list[float]) -> float:
        demands = make_demands({f"m{i}": (1800 * value, 1800) for i, value in enumerate(values)})
        return webster_plan(junction, demands, over_capacity=OverCapacity.BEST_EFFORT).plan.stages[which].green_s

    busier = [ratio + more * (i == which) for i, ratio in enumerate(ratios)]
    assert green_s(busier) >= green_s(ratios)


@settings(deadline=None, max_examples=50)
@given(ratios=st.lists(st.floats(0.05, 0.9), min_size=2, max_size=4))
def test_holding_the_flows_back_as_advised_makes_a_plan_possible(make_row, make_demands, ratios):
    junction = make_row(len(ratios))

    def plan(percent: int) -> None:
        rates = {f"m{i}": (1800 * ratio * percent / 100, 1800.0) for i, ratio in enumerate(ratios)}
        webster_plan(junction, make_demands(rates))

    try:
        plan(100)
    except CapacityError as refusal:
        held = [way for way in refusal.ways if way.startswith("Hold")]
        assert held
        plan(int(held[0].split()[5]))

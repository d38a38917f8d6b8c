"""Whatever the moment, a junction comes into step through cycles that are themselves allowed plans."""

from dataclasses import replace
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.errors import PlanError
from signals.plan.check import check_plan
from signals.plan.junction import Junction, Limits, Movement, Stage
from signals.plan.timing import TimingPlan, lay_out, lay_out_stages
from signals.plan.transition import MOST_LONGER, MOST_SHORTER, Way, transition

LIMITS = Limits(min_green_s=7.0, min_cycle_s=30.0, max_cycle_s=120.0)


@given(at_s=st.integers(0, 86_400), offset_s=st.integers(0, 100), way=st.sampled_from(list(Way)))
def test_after_the_transition_the_plan_is_in_step_and_every_cycle_on_the_way_is_a_safe_plan(
    make_row, at_s, offset_s, way
):
    junction = make_row(3, LIMITS)
    plan = replace(lay_out(junction, (20, 12, 15)), offset_s=float(offset_s))
    cycles = transition(junction, plan, at_s, way)
    clock_s = at_s
    for one in cycles:
        assert one.offset_s == clock_s
        assert check_plan(replace(one, offset_s=0.0), junction) == []
        assert one.cycle_s <= plan.cycle_s + floor(MOST_LONGER * plan.cycle_s)
        assert one.cycle_s >= plan.cycle_s - floor(MOST_SHORTER * plan.cycle_s)
        clock_s += one.cycle_s
    assert (clock_s - offset_s) % plan.cycle_s == 0


def test_who_is_in_step_runs_on(make_row):
    junction = make_row(2, LIMITS)
    plan = replace(lay_out(junction, (20, 20)), offset_s=7.0)
    assert transition(junction, plan, 7 + 4 * int(plan.cycle_s)) == ()


def test_the_short_way_shortens_where_that_is_sooner_and_the_others_never_do(make_row):
    junction = make_row(2, LIMITS)
    plan = lay_out(junction, (30, 30))
    [short] = transition(junction, plan, 5, Way.SHORT_WAY)
    assert short.cycle_s == plan.cycle_s - 5
    assert all(one.cycle_s > plan.cycle_s for one in transition(junction, plan, 5, Way.LONG_WAY))


def test_dwell_waits_in_the_first_stage_alone(make_row):
    junction = make_row(3, LIMITS)
    plan = lay_out(junction, (20, 20, 20))
    for one in transition(junction, plan, 60, Way.DWELL):
        assert [stage.green_s for stage in one.stages][1:] == [20, 20]
        assert one.stages[0].green_s > 20


def test_a_junction_at_its_limits_says_what_would_help(make_row):
    junction = make_row(2, Limits(min_green_s=20.0, max_green_s=20.0, min_cycle_s=30.0, max_cycle_s=60.0))
    with pytest.raises(PlanError, match="Allow a longer green or cycle"):
        transition(junction, lay_out(junction, (20, 20)), 11)


def test_broken_seconds_are_refused(make_row):
    junction = make_row(2, LIMITS)
    with pytest.raises(PlanError, match="wanted whole seconds, found"):
        transition(junction, lay_out(junction, (20, 20)), 3.5)


def greens(cycles: tuple[TimingPlan, ...]) -> list[list[float]]:
    return [[stage.green_s for stage in one.stages] for one in cycles]


@pytest.mark.parametrize(
    ("at_s", "way", "wanted"),
    [
        # A cycle of 60 s: 15 s longer at most (8 and 7 by the room of each), 10 s shorter at most (7 and 3).
        (0, Way.SHORT_WAY, []),
        (60, Way.DWELL, []),
        (45, Way.LONG_WAY, [[38, 27]]),
        (45, Way.DWELL, [[45, 20]]),
        (44, Way.LONG_WAY, [[35, 23], [35, 23]]),
        (10, Way.SHORT_WAY, [[23, 17]]),
        (11, Way.SHORT_WAY, [[26, 19], [25, 19]]),
        (31, Way.SHORT_WAY, [[38, 26], [38, 27]]),
        (30, Way.SHORT_WAY, [[38, 27], [38, 27]]),
        (29, Way.SHORT_WAY, [[36, 24], [36, 24], [36, 25]]),
        (1, Way.SHORT_WAY, [[29, 20]]),
        (59, Way.SHORT_WAY, [[31, 20]]),
    ],
)
def test_each_way_leads_through_these_very_cycles(make_row, at_s, way, wanted):
    cycles = transition(make_row(2, LIMITS), lay_out(make_row(2, LIMITS), (30, 20)), at_s, way)
    assert greens(cycles) == wanted
    assert [one.offset_s for one in cycles] == [
        at_s + sum(each.cycle_s for each in cycles[:i]) for i in range(len(cycles))
    ]


@pytest.mark.parametrize(
    ("limits", "wanted"),
    [
        ({"max_green_s": 31.0}, [[31, 26]]),  # one stage has room for one second, the other takes the rest
        ({"max_cycle_s": 62.0}, [[31, 20]] + [[31, 21]] * 3),
    ],
)
def test_no_cycle_on_the_way_passes_a_limit(make_row, limits, wanted):
    junction = make_row(2, replace(LIMITS, **limits))
    assert greens(transition(junction, lay_out(junction, (30, 20)), 53, Way.LONG_WAY)) == wanted


def test_a_stage_beyond_its_limit_already_is_not_counted_against_the_others(make_row):
    junction = make_row(2, replace(LIMITS, max_green_s=28.0))
    assert greens(transition(junction, lay_out(junction, (30, 16)), 53, Way.LONG_WAY)) == [[30, 19]]


def test_seconds_that_miss_by_less_than_a_microsecond_are_whole(make_row):
    junction = make_row(2, LIMITS)
    plan = lay_out(junction, (30, 20))
    assert greens(transition(junction, plan, 59.0000005, Way.LONG_WAY)) == [[31, 20]]
    for wrong in (59.4, 59.6, 59.00001):
        with pytest.raises(PlanError, match="at_s: wanted whole seconds"):
            transition(junction, plan, wrong)


def test_a_plan_whose_greens_are_not_whole_is_named(make_row):
    junction = make_row(2, LIMITS)
    plan = lay_out(junction, (30, 20))
    broken = replace(plan, stages=(plan.stages[0], replace(plan.stages[1], green_s=19.5)))
    with pytest.raises(PlanError, match=r"wanted whole seconds, found 19\.5") as caught:
        transition(junction, broken, 11)
    assert caught.value.faults[0].where == "plan.stages.1.green_s"


def test_dwell_waits_no_longer_than_the_first_stage_may_be_green(make_row):
    junction = make_row(2, replace(LIMITS, max_green_s=33.0))
    assert greens(transition(junction, lay_out(junction, (30, 20)), 53, Way.DWELL)) == [[32, 20], [32, 20], [33, 20]]


def test_the_short_way_makes_no_cycle_shorter_than_the_shortest(make_row):
    junction = make_row(2, replace(LIMITS, min_cycle_s=57.0))
    assert greens(transition(junction, lay_out(junction, (30, 20)), 6, Way.SHORT_WAY)) == [[28, 19], [28, 19]]


@pytest.mark.parametrize(
    ("limits", "green_s"), [({"max_cycle_s": 55.0}, (30, 20)), ({"max_green_s": 20.0, "min_green_s": 20.0}, (25, 25))]
)
def test_a_plan_beyond_the_limits_already_is_not_made_longer(make_row, limits, green_s):
    junction = make_row(2, replace(LIMITS, **limits))
    with pytest.raises(PlanError, match="stand at their limits"):
        transition(junction, lay_out(make_row(2, LIMITS), green_s), 7, Way.LONG_WAY)


def test_the_last_seconds_go_to_the_first_stages_that_still_have_room(make_row):
    junction = make_row(3, replace(LIMITS, max_green_s=22.0))
    assert greens(transition(junction, lay_out(junction, (20, 20, 20)), 70, Way.LONG_WAY)) == [[22, 22, 21]]


def test_a_single_second_of_room_is_enough(make_row):
    junction = make_row(2, replace(LIMITS, max_cycle_s=61.0))
    assert greens(transition(junction, lay_out(junction, (30, 20)), 58, Way.LONG_WAY)) == [[31, 20], [31, 20]]
    assert transition(junction, lay_out(junction, (30, 20)), 1e-6) == ()


@given(at_s=st.integers(0, 10_000), way=st.sampled_from(list(Way)))
def test_a_plan_that_skips_stages_and_turns_their_order_comes_into_step_with_those_alone(at_s, way):
    movements = tuple(Movement(name) for name in ("n", "s", "left", "e"))
    stages = (Stage("A", ("n", "s")), Stage("B", ("n", "left")), Stage("C", ("e",)), Stage("D", ("left",)))
    junction = Junction("J", movements, stages, limits=LIMITS)
    order = (stages[2], stages[1], stages[0])
    plan = lay_out_stages(junction, [(stage, green_s) for stage, green_s in zip(order, (20.0, 9.0, 15.0), strict=True)])
    assert check_plan(plan, junction) == []
    clock_s = at_s
    for one in transition(junction, plan, at_s, way):
        assert [timing.stage for timing in one.stages] == ["C", "B", "A"]
        assert check_plan(replace(one, offset_s=0.0), junction) == []
        clock_s += int(one.cycle_s)
    assert clock_s % plan.cycle_s == 0


def test_a_plan_of_another_junction_is_refused_by_its_stage(make_row):
    with pytest.raises(PlanError, match=r"runs a stage that row does not have \(S0, S1\)"):
        transition(make_row(2, LIMITS), lay_out(make_row(3, LIMITS), (20, 20, 20)), 11)

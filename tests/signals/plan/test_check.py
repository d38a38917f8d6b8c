from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.errors import JunctionError
from signals.plan.check import ProblemCode, check_plan, green_spans
from signals.plan.junction import Intergreen, Junction, Limits, Movement, Stage
from signals.plan.timing import StageTiming, TimingPlan, lay_out


def codes(plan: TimingPlan, junction: Junction) -> set[ProblemCode]:
    return {problem.code for problem in check_plan(plan, junction)}


def edited(plan: TimingPlan, index: int, **change: float | str) -> TimingPlan:
    stages = list(plan.stages)
    stages[index] = replace(stages[index], **change)
    return replace(plan, stages=tuple(stages))


@pytest.fixture
def good(crossroads) -> TimingPlan:
    return lay_out(crossroads, (25, 15))


def test_a_plan_laid_out_from_the_junction_has_no_problem(good, crossroads):
    assert good.cycle_s == 50.0
    assert [stage.start_s for stage in good.stages] == [0.0, 30.0]
    assert check_plan(good, crossroads) == []


@pytest.mark.parametrize(
    ("index", "change", "code"),
    [
        (0, {"green_s": 6.0}, ProblemCode.GREEN_TOO_SHORT),
        (0, {"green_s": float("nan")}, ProblemCode.NOT_A_NUMBER),
        (0, {"green_s": -5.0}, ProblemCode.NOT_A_NUMBER),
        (1, {"all_red_s": float("inf")}, ProblemCode.NOT_A_NUMBER),
        (1, {"stage": "Z"}, ProblemCode.UNKNOWN_STAGE),
        (0, {"yellow_s": 1.0, "all_red_s": 4.0}, ProblemCode.YELLOW_TOO_SHORT),
        (1, {"start_s": 24.0}, ProblemCode.CONFLICTING_GREEN),
        (1, {"start_s": 0.0}, ProblemCode.CONFLICTING_GREEN),
        (1, {"start_s": 29.0}, ProblemCode.INTERGREEN_TOO_SHORT),
        (1, {"start_s": 31.0}, ProblemCode.CYCLE_SUM),
        (1, {"all_red_s": 1.0}, ProblemCode.CYCLE_SUM),
        (0, {"green_s": 26.0}, ProblemCode.INTERGREEN_TOO_SHORT),
        (1, {"green_s": 90.0}, ProblemCode.CONFLICTING_GREEN),
        (1, {"stage": "A"}, ProblemCode.NEVER_GREEN),
    ],
)
def test_each_way_of_spoiling_a_plan_is_found(good, crossroads, index, change, code):
    assert code in codes(edited(good, index, **change), crossroads)


def test_a_conflict_is_found_in_both_orders(good, crossroads):
    found = {p.where for p in check_plan(edited(good, 1, start_s=24.0), crossroads)}
    assert {"north>east", "south>west"} <= found
    late = {p.where for p in check_plan(edited(good, 1, green_s=16.0), crossroads)}
    assert {"east>north", "west>south"} <= late


def test_limits_of_cycle_and_green_are_judged(good, crossroads):
    longer = replace(crossroads, limits=Limits(min_cycle_s=60))
    shorter = replace(crossroads, limits=Limits(max_cycle_s=45))
    capped = replace(crossroads, limits=Limits(max_green_s=20))
    assert codes(good, longer) == {ProblemCode.CYCLE_OUT_OF_LIMITS}
    assert codes(good, shorter) == {ProblemCode.CYCLE_OUT_OF_LIMITS}
    assert codes(good, capped) == {ProblemCode.GREEN_TOO_LONG}


def test_a_plan_without_a_cycle_or_stages_is_refused(crossroads):
    assert codes(TimingPlan(0.0, ()), crossroads) == {ProblemCode.NOT_A_NUMBER}
    assert ProblemCode.NEVER_GREEN in codes(TimingPlan(50.0, ()), crossroads)


def test_the_listed_intergreen_of_a_pair_is_wanted_in_full(good, crossroads):
    junction = replace(crossroads, intergreens=(Intergreen("north", "east", 7.0),))
    problems = check_plan(good, junction)
    assert [(p.code, p.where) for p in problems] == [(ProblemCode.INTERGREEN_TOO_SHORT, "north>east")]


def test_a_movement_of_neighbouring_stages_is_green_through_the_change_and_over_the_end_of_the_cycle():
    junction = Junction(
        "overlap",
        (Movement("long"), Movement("left"), Movement("side")),
        (Stage("A", ("long",)), Stage("B", ("side",)), Stage("C", ("long", "left"))),
    )
    plan = lay_out(junction, (10, 10, 10))
    (span,) = green_spans(plan, junction, "long")
    assert (span.start_s, span.length_s) == (30.0, plan.cycle_s - 30.0 + 10.0)
    assert check_plan(plan, junction) == []


def test_one_green_is_wanted_for_each_stage(crossroads):
    with pytest.raises(JunctionError, match="wanted 2, found 1"):
        lay_out(crossroads, (10,))


@settings(deadline=None)
@given(
    greens=st.lists(st.floats(0, 40), min_size=2, max_size=4),
    starts=st.lists(st.floats(0, 120), min_size=4, max_size=4),
    cycle_s=st.floats(30, 120),
)
def test_a_plan_that_passes_shows_no_two_conflicting_greens_at_any_moment(greens, starts, cycle_s):
    count = len(greens)
    junction = Junction(
        "any",
        tuple(Movement(f"m{i}") for i in range(count)),
        tuple(Stage(f"S{i}", (f"m{i}",)) for i in range(count)),
        limits=Limits(min_green_s=1, min_cycle_s=1, max_cycle_s=200),
    )
    timings = [StageTiming(f"S{i}", starts[i], greens[i], 3.0, 2.0) for i in range(count)]
    plan = TimingPlan(cycle_s, tuple(timings))
    unsafe = {ProblemCode.CONFLICTING_GREEN, ProblemCode.INTERGREEN_TOO_SHORT}
    if codes(plan, junction) & unsafe:
        return
    # Judged anew, by brute force: greens with their intergreen, put in order round the circle, must not overlap.
    spans = sorted((start % cycle_s, green) for start, green in zip(starts, greens, strict=False))
    laps = [*spans, (spans[0][0] + cycle_s, spans[0][1])]
    assert all(after - before >= green + 5 - 1e-5 for (before, green), (after, _) in pairwise(laps))

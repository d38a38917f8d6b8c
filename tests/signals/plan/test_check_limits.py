"""The limits of the check at the very moment from which they bind."""

from dataclasses import replace

import pytest

from signals.plan.check import TOLERANCE_S, GreenSpan, ProblemCode, check_plan, green_spans
from signals.plan.junction import Intergreen, Junction, Limits, Movement, MovementKind, Stage
from signals.plan.timing import StageTiming, TimingPlan, lay_out

LIMITS = Limits(min_green_s=7.0, max_green_s=40.0, min_cycle_s=30.0, max_cycle_s=100.0)


@pytest.fixture
def crossing(crossroads: Junction) -> Junction:
    return replace(crossroads, limits=LIMITS)


def stages(*greens_s: float, yellow_s: float = 3.0, all_red_s: float = 2.0) -> TimingPlan:
    """Stages A and B by turns."""
    start_s, timings = 0.0, []
    for i, green_s in enumerate(greens_s):
        timings.append(StageTiming("AB"[i % 2], start_s, green_s, yellow_s, all_red_s))
        start_s = timings[-1].end_s
    return TimingPlan(start_s, tuple(timings))


def problems(plan: TimingPlan, junction: Junction) -> list[tuple[ProblemCode, str]]:
    return [(problem.code, problem.where) for problem in check_plan(plan, junction)]


@pytest.mark.parametrize(
    ("plan", "wanted"),
    [
        (stages(7.0, 40.0), []),
        (stages(7.0 - TOLERANCE_S, 40.0 + TOLERANCE_S), []),
        (stages(6.5, 40.0), [(ProblemCode.GREEN_TOO_SHORT, "A")]),
        (stages(40.0, 6.99), [(ProblemCode.GREEN_TOO_SHORT, "B")]),
        (stages(20.0, 40.5), [(ProblemCode.GREEN_TOO_LONG, "B")]),
        (stages(10.0, 10.0), []),
        (stages(10.0, 9.5), [(ProblemCode.CYCLE_OUT_OF_LIMITS, "cycle")]),
        (stages(40.0, 40.0), []),
        (stages(20.0, 20.0, 20.0, 20.0), []),
        (stages(20.0, 20.0, 20.0, 20.5), [(ProblemCode.CYCLE_OUT_OF_LIMITS, "cycle")]),
        (stages(20.0, 20.0, yellow_s=2.5, all_red_s=2.5), [(ProblemCode.YELLOW_TOO_SHORT, one) for one in "AB"]),
        (stages(20.0, 20.0, yellow_s=3.0 - TOLERANCE_S, all_red_s=2.5), []),
        (replace(stages(20.0, 20.0), cycle_s=50.5), [(ProblemCode.CYCLE_SUM, "cycle")]),
        (replace(stages(20.0, 20.0), cycle_s=50.0 + TOLERANCE_S / 2), []),
        (replace(stages(20.0, 20.0), offset_s=float("nan")), [(ProblemCode.NOT_A_NUMBER, "cycle")]),
        (replace(stages(20.0, 20.0), offset_s=-20.0), []),
        (replace(stages(20.0, 20.0), cycle_s=float("nan")), [(ProblemCode.NOT_A_NUMBER, "cycle")]),
    ],
)  # fmt: skip
def test_a_limit_binds_from_its_moment_on(
    crossing: Junction, plan: TimingPlan, wanted: list[tuple[ProblemCode, str]]
) -> None:
    assert problems(plan, crossing) == wanted


@pytest.mark.parametrize(("cycle_s", "broken"), [(0.5, False), (0.0, True), (-0.5, True), (float("inf"), True)])
def test_a_cycle_is_a_time_above_nothing(crossing: Junction, cycle_s: float, broken: bool) -> None:
    assert (problems(TimingPlan(cycle_s, ()), crossing) == [(ProblemCode.NOT_A_NUMBER, "cycle")]) is broken


def test_what_misses_by_a_microsecond_and_no_more_is_rounding(crossing: Junction) -> None:
    late = StageTiming("A", TOLERANCE_S, 20.0, 3.0, 2.0)
    after = StageTiming("B", late.end_s, 20.0, 3.0, 2.0)
    assert problems(TimingPlan(after.end_s, (late, after)), crossing) == []
    for cycle_s, code in ((TOLERANCE_S, ProblemCode.CYCLE_SUM), (30.0 - TOLERANCE_S, ProblemCode.CYCLE_OUT_OF_LIMITS)):
        assert code not in {found for found, _ in problems(TimingPlan(cycle_s, ()), crossing)}
    high = TimingPlan(100.0 + TOLERANCE_S, ())
    assert ProblemCode.CYCLE_OUT_OF_LIMITS not in {found for found, _ in problems(high, crossing)}


@pytest.mark.parametrize("field", ["start_s", "green_s", "yellow_s", "all_red_s"])
@pytest.mark.parametrize("value", [-0.5, float("nan"), float("inf")])
def test_a_time_that_is_none_ends_the_check_and_names_the_stage(crossing: Junction, field: str, value: float) -> None:
    plan = stages(20.0, 20.0)
    wrong = replace(plan, stages=(plan.stages[0], replace(plan.stages[1], **{field: value})))
    assert problems(wrong, crossing) == [(ProblemCode.NOT_A_NUMBER, "B")]


def test_an_unknown_stage_ends_the_check_and_is_named_with_those_there_are(crossing: Junction) -> None:
    plan = stages(20.0, 20.0)
    [problem] = check_plan(replace(plan, stages=(plan.stages[0], replace(plan.stages[1], stage="Z"))), crossing)
    assert (problem.code, problem.where) == (ProblemCode.UNKNOWN_STAGE, "Z")
    assert problem.sentence == "The plan runs stage Z; junction crossroads has A, B."


def test_a_stage_that_starts_late_or_early_is_named(crossing: Junction) -> None:
    plan = stages(20.0, 20.0)
    for wrong_s in (25.5, 25.0 + 4 * TOLERANCE_S):
        late = replace(plan, stages=(plan.stages[0], replace(plan.stages[1], start_s=wrong_s)))
        assert (ProblemCode.CYCLE_SUM, "B") in problems(late, crossing)
    first = replace(plan, stages=(replace(plan.stages[0], start_s=0.5, green_s=19.5), plan.stages[1]))
    assert problems(first, crossing) == [(ProblemCode.CYCLE_SUM, "A")]


@pytest.mark.parametrize(
    ("green_s", "start_s", "wanted"),
    [
        (0.0, 5.0, set()),
        (0.0, 5.0 - TOLERANCE_S, set()),
        (0.0, 4.5, {ProblemCode.INTERGREEN_TOO_SHORT}),
        (TOLERANCE_S, 0.0, {ProblemCode.INTERGREEN_TOO_SHORT}),
        (0.5, 0.0, {ProblemCode.CONFLICTING_GREEN}),
        (2 * TOLERANCE_S, 0.0, {ProblemCode.CONFLICTING_GREEN}),
    ],
)
def test_the_gap_between_two_greens_is_judged_to_the_microsecond(
    crossing: Junction, green_s: float, start_s: float, wanted: set[ProblemCode]
) -> None:
    plan = TimingPlan(60.0, (StageTiming("A", 0.0, green_s, 3.0, 2.0), StageTiming("B", start_s, 0.0, 3.0, 2.0)))
    assert {code for code, where in problems(plan, crossing) if where == "north>east"} == wanted


def test_a_pair_is_judged_by_the_closest_of_its_greens(crossing: Junction) -> None:
    plan = stages(10.0, 10.0, 10.0, 10.0)
    early = replace(plan.stages[3], start_s=44.0)
    found = problems(replace(plan, stages=(*plan.stages[:3], early)), crossing)
    assert (ProblemCode.INTERGREEN_TOO_SHORT, "north>east") in found
    assert (ProblemCode.INTERGREEN_TOO_SHORT, "east>north") not in found


def test_a_listed_pair_is_judged_one_way_only(crossing: Junction) -> None:
    listed = replace(crossing, intergreens=(Intergreen("east", "north", 6.0),))
    assert problems(stages(20.0, 20.0), listed) == [(ProblemCode.INTERGREEN_TOO_SHORT, "east>north")]


@pytest.fixture
def overlap() -> Junction:
    """`long` runs in all stages but one; `always` in all."""
    return Junction(
        "overlap",
        (Movement("always"), Movement("long"), Movement("left"), Movement("side")),
        (Stage("A", ("always", "long")), Stage("B", ("always", "side")), Stage("C", ("always", "long", "left"))),
    )


def test_a_movement_of_every_stage_is_one_green_from_the_start_of_the_cycle_to_its_end(overlap: Junction) -> None:
    plan = lay_out(overlap, (10, 12, 14))
    assert plan.cycle_s == 49.0
    assert green_spans(plan, overlap, "always") == (GreenSpan(0.0, 49.0),)
    assert green_spans(plan, overlap, "side") == (GreenSpan(15.0, 12.0),)
    assert green_spans(plan, overlap, "long") == (GreenSpan(32.0, 27.0),)
    assert green_spans(plan, overlap, "nobody") == ()
    assert check_plan(plan, overlap) == []


def test_every_green_of_a_movement_is_told_in_the_order_of_the_cycle(crossing: Junction) -> None:
    plan = stages(10.0, 11.0, 12.0, 13.0)
    assert green_spans(plan, crossing, "north") == (GreenSpan(0.0, 10.0), GreenSpan(31.0, 12.0))
    assert green_spans(plan, crossing, "east") == (GreenSpan(15.0, 11.0), GreenSpan(48.0, 13.0))


def test_yellow_is_wanted_only_of_a_stage_in_which_somebody_loses_his_green(overlap: Junction) -> None:
    plan = lay_out(overlap, (10, 12, 14))
    assert plan.stages[2].yellow_s == 3.0, "left loses its green"
    without = (*plan.stages[:2], replace(plan.stages[2], yellow_s=0.0, all_red_s=3.0))
    assert problems(replace(plan, stages=without), overlap) == [(ProblemCode.YELLOW_TOO_SHORT, "C")]


def test_no_yellow_is_wanted_where_movements_only_join() -> None:
    junction = Junction(
        "late start",
        (Movement("through"), Movement("left"), Movement("side")),
        (Stage("A", ("through",)), Stage("B", ("through", "left")), Stage("C", ("side",))),
    )
    plan = lay_out(junction, (10, 10, 10))
    assert plan.stages[0].yellow_s == 0.0
    assert problems(plan, junction) == []


def walking(max_red_s: float | None = None) -> Junction:
    """Stage B lasts 5 s of walk and 15 m of way at 1.2 m/s, 17.5 s in all."""
    walkers = Movement("walkers", kind=MovementKind.PEDESTRIAN, walk_s=5.0, crossing_m=15.0, max_red_s=max_red_s)
    return Junction("walk", (Movement("cars"), walkers), (Stage("A", ("cars",)), Stage("B", ("walkers",))))


def test_a_stage_in_which_people_walk_lasts_their_walk_and_clearance() -> None:
    assert problems(stages(20.0, 17.5), walking()) == []
    assert problems(stages(20.0, 17.0), walking()) == [(ProblemCode.GREEN_TOO_SHORT, "B")]


@pytest.mark.parametrize(
    ("max_red_s", "wanted"),
    [
        (None, []),
        (27.0, []),  # 20 s of cars' green and two changes of 5 s, less their own yellow of 3 s
        (27.0 - TOLERANCE_S, []),
        (26.5, [(ProblemCode.RED_TOO_LONG, "walkers")]),
    ],
)
def test_a_red_is_no_longer_than_its_movement_may_wait(
    max_red_s: float | None, wanted: list[tuple[ProblemCode, str]]
) -> None:
    assert problems(stages(20.0, 18.0), walking(max_red_s)) == wanted


def test_the_longest_of_several_reds_decides() -> None:
    plan = stages(10.0, 18.0, 30.0, 19.0)
    assert problems(plan, walking(37.0)) == []
    assert problems(plan, walking(36.5)) == [(ProblemCode.RED_TOO_LONG, "walkers")]

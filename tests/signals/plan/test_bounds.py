"""Changes between stages, the bounds of a cycle and the plan laid out in it, figure by figure."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.errors import JunctionError
from signals.plan.change import Change, change_between, changes, cycle_bounds
from signals.plan.check import check_plan
from signals.plan.clearance import walking_s, yellow_of_speed_s
from signals.plan.junction import Intergreen, Junction, Limits, Movement, MovementKind, Stage
from signals.plan.timing import StageTiming, TimingPlan, lay_out, lay_out_stages

LATE_START = Junction(
    "late start",
    (Movement("through"), Movement("left"), Movement("side")),
    (Stage("A", ("through",)), Stage("B", ("through", "left")), Stage("C", ("side",))),
)


def with_walkers(max_red_s: float | None = None, **limits: float) -> Junction:
    """Stage B runs who walks 5 s and 12.6 m: 15.5 s."""
    walkers = Movement("walkers", kind=MovementKind.PEDESTRIAN, walk_s=5.0, crossing_m=12.6, max_red_s=max_red_s)
    stages = (Stage("A", ("cars",)), Stage("B", ("walkers",)))
    return Junction("walk", (Movement("cars"), walkers), stages, limits=Limits(**limits))


def test_each_stage_has_its_change_and_the_last_leads_back_to_the_first() -> None:
    assert changes(LATE_START) == (Change(0.0, 0.0), Change(3.0, 2.0), Change(3.0, 2.0))
    assert Change(3.0, 2.5).intergreen_s == 5.5


def test_who_loses_his_green_gets_yellow_though_nobody_enters() -> None:
    both, one = LATE_START.stages[1], LATE_START.stages[0]
    assert change_between(LATE_START, both, one) == Change(3.0, 0.0)


@pytest.mark.parametrize(
    ("yellow_s", "all_red_s", "change"),
    [
        (3.0, 2.0, Change(3.0, 2.0)),
        (3.0, 1.2, Change(3.0, 2.0)),
        (3.5, 0.0, Change(3.5, 0.5)),
        (3.0, 1e-8, Change(3.0, 1.0)),
        (3.0, 2e-9, Change(3.0, 1.0)),
        (3.0, 2e-10, Change(3.0, 0.0)),
        (3.0, 1e-12, Change(3.0, 0.0)),
    ],
)
def test_the_all_red_fills_whole_seconds_and_sums_that_miss_by_a_nanosecond_are_whole(
    crossroads: Junction, yellow_s: float, all_red_s: float, change: Change
) -> None:
    junction = replace(crossroads, yellow_s=yellow_s, all_red_s=all_red_s)
    assert change_between(junction, *junction.stages) == change


def test_the_bounds_of_a_cycle_are_the_sums_of_its_parts_within_the_limits(crossroads: Junction) -> None:
    def bounds(**limits: float) -> tuple[int, int, tuple[int, ...], tuple[int, ...]]:
        found = cycle_bounds(replace(crossroads, limits=Limits(**limits)))
        return found.min_cycle_s, found.max_cycle_s, found.min_green_s, found.max_green_s

    assert bounds() == (30, 120, (7, 7), (120, 120))
    assert bounds(min_cycle_s=10.0, min_green_s=7.2) == (26, 120, (8, 8), (120, 120))
    assert bounds(max_green_s=40.9, max_cycle_s=200.0) == (30, 90, (7, 7), (40, 40))
    assert bounds(min_cycle_s=40.2, max_cycle_s=80.8) == (41, 80, (7, 7), (80, 80))
    assert bounds(max_green_s=7.0, min_cycle_s=20.0) == (24, 24, (7, 7), (7, 7))
    assert bounds(min_cycle_s=20.0, max_cycle_s=24.0) == (24, 24, (7, 7), (24, 24))
    assert bounds(max_green_s=7.0, min_cycle_s=24.0) == (24, 24, (7, 7), (7, 7))


@pytest.mark.parametrize(
    ("limits", "where"),
    [
        (Limits(min_cycle_s=20.0, max_cycle_s=23.0), "junction.limits.max_cycle_s"),
        (Limits(max_green_s=7.0, min_cycle_s=25.0), "junction.limits.min_cycle_s"),
        (Limits(min_green_s=7.1, max_green_s=7.9), "junction.stages.0"),
        (Limits(min_cycle_s=50.1, max_cycle_s=50.9), "junction.limits"),
    ],
)
def test_bounds_that_leave_nothing_name_the_limit(crossroads: Junction, limits: Limits, where: str) -> None:
    with pytest.raises(JunctionError) as caught:
        cycle_bounds(replace(crossroads, limits=limits))
    assert [fault.where for fault in caught.value.faults] == [where]


def test_people_who_walk_lengthen_the_least_green_of_their_stage_and_the_shortest_cycle() -> None:
    bounds = cycle_bounds(with_walkers(min_cycle_s=20.0))
    assert bounds.min_green_s == (7, 16)
    assert bounds.min_cycle_s == 33


def test_who_may_not_wait_long_shortens_the_longest_cycle_and_says_so_where_nothing_is_left() -> None:
    assert cycle_bounds(with_walkers(60.0)).max_cycle_s == 78  # 60 s of red, 15.5 s of green, 3 s of yellow
    assert cycle_bounds(with_walkers(200.0)).max_cycle_s == 120
    assert cycle_bounds(with_walkers(14.5)).max_cycle_s == 33
    with pytest.raises(JunctionError, match="at most 32 s; the shortest is 33 s: allow it 1 s more") as caught:
        cycle_bounds(with_walkers(14.4))
    assert caught.value.faults[0].where == "junction.movements.1.max_red_s"


def test_the_longest_of_the_stages_that_run_a_movement_counts_for_its_red() -> None:
    movements = (replace(LATE_START.movements[0], max_red_s=30.0), *LATE_START.movements[1:])
    stages = (LATE_START.stages[0], replace(LATE_START.stages[1], min_green_s=11.0), LATE_START.stages[2])
    junction = replace(LATE_START, movements=movements, stages=stages)
    assert cycle_bounds(junction).max_cycle_s == 30 + 11 + 3


@given(walk_s=st.floats(1, 20), crossing_m=st.floats(1, 40), max_red_s=st.floats(30, 120), share=st.floats(0, 1))
def test_every_cycle_within_the_bounds_holds_a_plan_in_which_people_can_walk_and_need_not_wait_too_long(
    walk_s: float, crossing_m: float, max_red_s: float, share: float
) -> None:
    walkers = Movement("walkers", None, MovementKind.PEDESTRIAN, walk_s, crossing_m, max_red_s)
    stages = (Stage("A", ("cars",)), Stage("B", ("walkers",)))
    junction = Junction("walk", (Movement("cars"), walkers), stages)
    try:
        bounds = cycle_bounds(junction)
    except JunctionError:
        return
    cycle_s = bounds.min_cycle_s + round(share * (bounds.max_cycle_s - bounds.min_cycle_s))
    people_s = bounds.min_green_s[1]
    assert people_s >= walk_s + crossing_m / 1.2
    assert check_plan(lay_out(junction, (cycle_s - 10 - people_s, people_s)), junction) == []
    if people_s - 1 < walk_s + crossing_m / 1.2 - 0.01 and people_s > 8:
        short = lay_out(junction, (cycle_s - 10 - people_s + 1, people_s - 1))
        assert check_plan(short, junction)[0].code == "green_too_short"


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        ({"walk_s": None}, "junction.movements.1.walk_s", "walkers is a pedestrian and needs a walk_s"),
        ({"crossing_m": None}, "junction.movements.1.crossing_m", "needs a crossing_m"),
        ({"walk_s": 0.0}, "junction.movements.1.walk_s", "positive"),
        ({"crossing_m": float("nan")}, "junction.movements.1.crossing_m", "positive"),
        ({"max_red_s": -1.0}, "junction.movements.1.max_red_s", "positive"),
        ({"kind": MovementKind.BUS, "crossing_m": None}, "junction.movements.1.walk_s", "is a bus and cannot have"),
    ],
)
def test_people_who_walk_need_a_walk_and_a_way_and_nobody_else_has_one(
    change: dict[str, object], where: str, words: str
) -> None:
    junction = with_walkers()
    with pytest.raises(JunctionError) as caught:
        replace(junction, movements=(junction.movements[0], replace(junction.movements[1], **change)))
    assert [(fault.where, words in fault.sentence) for fault in caught.value.faults] == [(where, True)]


def test_a_longest_green_shorter_than_the_walk_is_refused_at_once() -> None:
    with pytest.raises(JunctionError, match=r"Stage B wants a green of at least 15.5 s and at most 12 s"):
        with_walkers(max_green_s=12.0)


@pytest.mark.parametrize(("kmh", "yellow_s"), [(30, 3.0), (50, 3.0), (51, 4.0), (60, 4.0), (61, 5.0), (90, 5.0)])
def test_yellow_grows_with_the_speed_of_the_approach(kmh: float, yellow_s: float) -> None:
    assert yellow_of_speed_s(kmh / 3.6) == yellow_s


def test_people_walk_at_one_metre_twenty_a_second() -> None:
    assert walking_s(12.0) == 10.0


def test_a_plan_is_laid_out_without_gaps_and_to_the_microsecond(crossroads: Junction) -> None:
    plan = lay_out(crossroads, (20, 15), 7.0)
    first, second = StageTiming("A", 0.0, 20.0, 3.0, 2.0), StageTiming("B", 25.0, 15.0, 3.0, 2.0)
    assert plan == TimingPlan(45.0, (first, second), 7.0)
    assert (first.end_s, second.end_s) == (25.0, 45.0)
    assert lay_out(crossroads, (20, 15)).offset_s == TimingPlan(45.0, ()).offset_s == 0.0


def test_one_green_for_each_stage_is_wanted(crossroads: Junction) -> None:
    for wrong in ((20,), (20, 15, 10)):
        with pytest.raises(JunctionError, match=f"wanted 2, found {len(wrong)}") as caught:
            lay_out(crossroads, wrong)
        assert caught.value.faults[0].where == "junction.stages"


def test_the_listed_pairs_decide_the_change_in_their_direction(crossroads: Junction) -> None:
    junction = replace(crossroads, intergreens=(Intergreen("north", "east", 7.2), Intergreen("south", "west", 4.0)))
    assert changes(junction) == (Change(3.0, 5.0), Change(3.0, 2.0))


def test_stages_laid_out_in_an_order_of_their_own_begin_at_the_common_zero(crossroads):
    a, b = crossroads.stages
    plan = lay_out_stages(crossroads, [(b, 15.0), (a, 20.0)])
    assert [(timing.stage, timing.start_s, timing.green_s) for timing in plan.stages] == [
        ("B", 0.0, 15.0),
        ("A", 20.0, 20.0),
    ]
    assert (plan.cycle_s, plan.offset_s) == (45.0, 0.0)
    assert lay_out_stages(crossroads, [(b, 15.0), (a, 20.0)], 7.0).offset_s == 7.0


def test_bounds_of_stages_that_run_are_theirs_alone() -> None:
    movements = (Movement("n"), Movement("e"), Movement("w", max_red_s=20.0))
    stages = (Stage("N", ("n",), min_green_s=9.0), Stage("E", ("e",), max_green_s=30.0), Stage("W", ("w",)))
    junction = Junction("J", movements, stages, limits=Limits(7.0, 40.0, 20.0, 120.0))
    assert changes(junction, stages[:2]) == (Change(3.0, 2.0), Change(3.0, 2.0))
    two = cycle_bounds(junction, stages[:2])
    assert (two.min_green_s, two.max_green_s) == ((9, 7), (40, 30))
    assert (two.min_cycle_s, two.max_cycle_s) == (26, 80), "nobody serves who may not be red for long"
    with pytest.raises(JunctionError, match="allow it 8 s more of red"):
        cycle_bounds(junction)
    turned = cycle_bounds(junction, (stages[2], stages[1]))
    assert (turned.min_cycle_s, turned.max_cycle_s) == (24, 30)
    tight = (Stage("N", ("n",), min_green_s=50.0, max_green_s=None), stages[1])
    with pytest.raises(JunctionError, match="Stage N wants a green of at least 50 s and at most 40 s"):
        cycle_bounds(junction, tight)

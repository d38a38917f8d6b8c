from dataclasses import replace

import pytest

from signals.errors import JunctionError
from signals.plan.change import change_between, cycle_bounds
from signals.plan.junction import Intergreen, Junction, Limits, Movement, Stage

NORTH_SOUTH, EAST_WEST = Stage("A", ("north", "south")), Stage("B", ("east", "west"))


def test_movements_that_share_no_stage_conflict_without_being_listed(crossroads):
    assert crossroads.in_conflict("north", "east")
    assert not crossroads.in_conflict("north", "south")
    assert not crossroads.in_conflict("north", "north")


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        ({"stages": (Stage("A", ("north", "south", "zoo")), EAST_WEST)}, "junction.stages.0.movements", "zoo"),
        ({"stages": (Stage("A", ("north", "south")),)}, "junction.stages", "at least two stages"),
        ({"stages": (NORTH_SOUTH, Stage("B", ("east",)))}, "junction.movements.3", "west is in no stage"),
        ({"stages": (NORTH_SOUTH, NORTH_SOUTH, EAST_WEST)}, "junction.stages", "A stands there 2"),
        ({"stages": (NORTH_SOUTH, EAST_WEST, Stage("C", ()))}, "junction.stages.2.movements", "no movement"),
        ({"yellow_s": float("nan")}, "junction.yellow_s", "nan"),
        ({"all_red_s": -1.0}, "junction.all_red_s", "-1"),
        ({"limits": Limits(min_cycle_s=90, max_cycle_s=60)}, "junction.limits.min_cycle_s", "90 s is longer"),
        ({"limits": Limits(min_green_s=20, max_green_s=10)}, "junction.limits.max_green_s", "no green is both"),
        ({"limits": Limits(min_green_s=0)}, "junction.limits.min_green_s", "positive"),
        ({"intergreens": (Intergreen("north", "east", 2.0),)}, "junction.intergreens.0.intergreen_s", "yellow of 3 s"),
        ({"intergreens": (Intergreen("north", "moon", 6.0),)}, "junction.intergreens.0", "moon"),
        ({"conflicts": (("north", "south"),)}, "junction.stages.0.movements", "conflict by the list"),
        ({"intergreens": (Intergreen("north", "south", 6.0),)}, "junction.stages.0.movements", "conflict by the list"),
    ],
)  # fmt: skip
def test_an_impossible_junction_is_refused_and_the_place_is_named(crossroads, change, where, words):
    with pytest.raises(JunctionError) as caught:
        replace(crossroads, **change)
    assert any(fault.where == where and words in fault.sentence for fault in caught.value.faults), caught.value.faults


def test_all_faults_are_told_at_once(crossroads):
    with pytest.raises(JunctionError) as caught:
        replace(crossroads, yellow_s=-3.0, all_red_s=-1.0)
    assert {fault.where for fault in caught.value.faults} == {"junction.yellow_s", "junction.all_red_s"}


def test_the_longest_intergreen_among_the_conflicting_pairs_decides_the_change(crossroads):
    junction = replace(crossroads, intergreens=(Intergreen("north", "east", 8.0), Intergreen("south", "west", 4.0)))
    a, b = junction.stages
    assert change_between(junction, a, b).intergreen_s == 8.0
    assert change_between(junction, b, a).intergreen_s == 5.0


def test_an_intergreen_that_is_no_whole_number_is_lengthened_never_shortened(crossroads):
    a, b = crossroads.stages
    change = change_between(replace(crossroads, yellow_s=3.5, all_red_s=1.7), a, b)
    assert (change.yellow_s, change.intergreen_s) == (3.5, 6.0)


def test_nothing_is_shown_between_stages_when_no_movement_loses_its_green():
    junction = Junction(
        "late start",
        (Movement("through"), Movement("left"), Movement("side")),
        (Stage("A", ("through",)), Stage("B", ("through", "left")), Stage("C", ("side",))),
    )
    assert change_between(junction, *junction.stages[:2]).intergreen_s == 0.0
    assert change_between(junction, *junction.stages[1:]).intergreen_s == 5.0


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(min_green_s=60, max_cycle_s=120), "fill 130 s"),
        (Limits(max_green_s=20, min_cycle_s=60), "fill only 50 s"),
        (Limits(min_green_s=7.2, max_green_s=7.8), "at least 8 s and at most 7 s"),
        (Limits(min_cycle_s=60.2, max_cycle_s=60.8), "No whole number"),
    ],
)
def test_limits_that_no_cycle_meets_are_refused_with_their_numbers(crossroads, limits, words):
    with pytest.raises(JunctionError, match=words):
        cycle_bounds(replace(crossroads, limits=limits))

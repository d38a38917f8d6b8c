"""What the guard knows of a junction, figure by figure."""

from dataclasses import replace

import numpy as np
import pytest

from signals.control.table import MAX_RED_S, SafetyTable, lap_s
from signals.errors import JunctionError
from signals.plan.junction import Intergreen, Junction, Movement, Stage


def test_conflicts_and_intergreens_are_those_of_the_junction(table: SafetyTable, junction: Junction) -> None:
    for i, leaving in enumerate(table.movements):
        for j, entering in enumerate(table.movements):
            assert table.conflict[i, j] == junction.in_conflict(leaving, entering)
            assert table.intergreen_s[i, j] == junction.intergreen_s(leaving, entering)
    assert table.intergreen_s[table.movements.index("east"), table.movements.index("north")] == 7.5


def test_a_movement_of_several_stages_must_be_green_for_the_least_of_them(table: SafetyTable) -> None:
    assert table.min_green_s.tolist() == [7.0, 7.0, 9.0, 7.0, 7.0]
    assert table.stage_min_s.tolist() == [7.0, 9.0, 7.0]
    assert table.yellow_s == 3.0


def test_the_first_stage_that_runs_a_movement_is_its_duty(table: SafetyTable) -> None:
    assert table.duty.tolist() == [0, 0, 1, 2, 2]
    assert table.runs.sum(axis=1).tolist() == [2, 2, 2]


def test_a_turn_is_the_least_green_and_the_longest_change_that_may_follow(table: SafetyTable) -> None:
    """After C comes A with 8 s for the clearance of east before north, or B with 5 s."""
    assert table.turn_s.tolist() == [12.0, 14.0, 15.0]
    assert table.lap_s == 41.0


def test_a_stage_that_is_nobodys_duty_counts_once_as_what_may_be_green_now() -> None:
    junction = Junction(
        "spare",
        (Movement("a"), Movement("b"), Movement("c")),
        (Stage("A", ("a",)), Stage("B", ("b", "c")), Stage("C", ("c",), min_green_s=20.0), Stage("D", ("b",))),
        intergreens=(Intergreen("a", "b", 6.0),),
    )
    turns_s = SafetyTable.of(junction).turn_s
    assert turns_s.tolist() == [13.0, 12.0, 25.0, 12.0]
    assert lap_s(junction) == 13.0 + 12.0 + 25.0


def test_the_longest_red_must_hold_two_laps_and_is_two_minutes_where_nobody_says(junction: Junction) -> None:
    assert SafetyTable.of(junction, 82.0).max_red_s.tolist() == [82.0] * 5
    assert SafetyTable.of(junction).max_red_s.tolist() == [MAX_RED_S] * 5 == [120.0] * 5
    for wrong in (81.9, float("inf"), float("nan"), -5.0):
        with pytest.raises(JunctionError, match="wanted 82 s or more") as caught:
            SafetyTable.of(junction, wrong)
        assert caught.value.faults[0].where == "max_red_s"


def test_a_longer_least_green_of_a_stage_binds_its_own_movements_alone(junction: Junction) -> None:
    stages = (replace(junction.stages[0], min_green_s=30.0), *junction.stages[1:])
    table = SafetyTable.of(replace(junction, stages=stages), 300.0)
    assert np.array_equal(table.min_green_s, [30.0, 9.0, 9.0, 7.0, 7.0])


def test_a_movement_keeps_its_own_longest_red_as_far_as_all_may_be_served(junction: Junction) -> None:
    def of(max_red_s: float) -> SafetyTable:
        movements = (replace(junction.movements[0], max_red_s=max_red_s), *junction.movements[1:])
        return SafetyTable.of(replace(junction, movements=movements))

    assert of(90.0).max_red_s.tolist() == [90.0, 120.0, 120.0, 120.0, 120.0]
    assert of(150.0).max_red_s.tolist() == [120.0] * 5
    with pytest.raises(JunctionError, match=r"of movement north must leave .* wanted 82 s or more, found 60") as caught:
        of(60.0)
    assert caught.value.faults[0].where == "junction.movements.0.max_red_s"

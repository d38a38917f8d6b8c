"""Whatever is wanted, the lamps stay safe: checked by bookkeeping that shares nothing with the interlock."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.closed_loop.guard import fuzz_interlock
from signals.control.interlock import advance
from signals.control.lamps import Aspect, Lamps
from signals.control.table import SafetyTable
from signals.errors import JunctionError
from signals.plan.junction import Junction

R, Y, G = Aspect.RED, Aspect.YELLOW, Aspect.GREEN


def shown(table: SafetyTable, wishes: list[tuple[float, str]]) -> dict[float, list[int]]:
    """Aspects after each (time, stage wanted or '-' for nobody)."""
    lamps, seen = Lamps.all_red(table, 0.0), {}
    for now_s, stage in wishes:
        wanted = table.runs[table.stages.index(stage)] if stage != "-" else np.zeros(len(table.movements), np.bool_)
        lamps = advance(table, lamps, wanted, now_s)
        seen[now_s] = lamps.aspect.tolist()
    return seen


def test_at_the_start_the_longest_clearance_is_waited_for(table: SafetyTable) -> None:
    seen = shown(table, [(4.9, "C"), (5.0, "C")])
    assert seen[4.9] == [R, R, R, R, R]
    assert seen[5.0] == [R, R, R, G, G]
    assert shown(table, [(7.4, "A"), (7.5, "A")])[7.4] == [R, G, R, R, R], "only north waits for east's long clearance"


def test_a_green_lasts_its_minimum_and_a_yellow_its_whole_length(table: SafetyTable) -> None:
    seen = shown(table, [(8.0, "A"), (14.9, "C"), (15.0, "C"), (17.9, "C"), (18.0, "C"), (19.9, "C"), (20.0, "C")])
    assert seen[8.0] == seen[14.9] == [G, G, R, R, R]
    assert seen[15.0] == seen[17.9] == [Y, Y, R, R, R]
    assert seen[18.0] == seen[19.9] == [R, R, R, R, R]
    assert seen[20.0] == [R, R, R, G, G]


def test_a_movement_of_both_stages_stays_green(table: SafetyTable) -> None:
    seen = shown(table, [(8.0, "A"), (15.0, "B"), (20.0, "B")])
    assert seen[15.0] == [Y, G, R, R, R]
    assert seen[20.0] == [R, G, G, R, R]


def test_of_two_that_conflict_and_may_both_start_neither_does(table: SafetyTable) -> None:
    everyone = np.ones(len(table.movements), np.bool_)
    assert advance(table, Lamps.all_red(table, 0.0), everyone, 100.0).aspect.tolist() == [R, R, R, R, R]


def test_who_is_asked_for_at_the_very_moment_of_the_last_step_starts(table: SafetyTable) -> None:
    before = advance(table, Lamps.all_red(table, 0.0), np.zeros(5, np.bool_), 100.0)
    assert advance(table, before, table.runs[2], 100.0).aspect.tolist() == [R, R, R, G, G]


def test_junctions_alike_are_moved_each_by_its_own_wish(table: SafetyTable) -> None:
    lamps = advance(table, Lamps.all_red(table, 0.0, (3,)), table.runs[[0, 2, 1]], np.array([100.0, 100.0, 1.0]))
    assert lamps.aspect.tolist() == [[G, G, R, R, R], [R, R, R, G, G], [R, R, R, R, R]]


@pytest.mark.parametrize("now_s", [float("nan"), -1.0, 7.9, float("-inf")])
def test_a_clock_that_is_none_changes_nothing(table: SafetyTable, now_s: float) -> None:
    before = advance(table, Lamps.all_red(table, 0.0), table.runs[0], 8.0)
    after = advance(table, before, table.runs[2], now_s)
    assert (after.aspect == before.aspect).all()
    assert (after.since_s == before.since_s).all()


def test_a_longest_red_too_short_for_every_stage_is_refused(junction: Junction) -> None:
    with pytest.raises(JunctionError, match=r"wanted 82 s or more, found 60"):
        SafetyTable.of(junction, 60.0)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.floats(0, 4), st.lists(st.booleans(), min_size=5, max_size=5)), max_size=60))
def test_nobody_drives_into_a_conflict(table: SafetyTable, wishes: list[tuple[float, list[bool]]]) -> None:
    lamps, now_s = Lamps.all_red(table, 0.0), 0.0
    for step_s, wanted in wishes:
        now_s += step_s
        lamps = advance(table, lamps, np.array(wanted), now_s)
        drives = np.flatnonzero(lamps.aspect != R)
        green = np.flatnonzero(lamps.aspect == G)
        assert not table.conflict[np.ix_(drives, green)].any()


def test_a_hundred_thousand_random_steps_show_no_danger() -> None:
    told = fuzz_interlock(steps=100_000, junctions=500, seed=1)
    assert told["greens"] > 1000
    assert (told["conflicting_greens"], told["shortened_greens"], told["shortened_intergreens"]) == (0, 0, 0)
    assert (told["shortened_yellows"], told["monitor_alarms"]) == (0, 0)

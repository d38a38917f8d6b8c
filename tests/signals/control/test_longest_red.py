"""Whatever is asked for, nobody's red outlasts the longest, also where there are more stages than a round needs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.control.command import Command
from signals.control.guard import Guard
from signals.control.lamps import Aspect
from signals.control.table import SafetyTable, lap_s
from signals.plan.junction import Junction, Limits, Movement, Stage
from signals.plan.timing import StageTiming, TimingPlan

NAMES = ("north", "north left", "south", "south left", "east", "west")
# The first three serve everybody; the others are there for whoever wants to choose well.
STAGES = (
    ("north", "south"),
    ("north left", "south left"),
    ("east", "west"),
    ("north", "north left"),
    ("south", "south left"),
    ("east",),
    ("west",),
)


def junction() -> Junction:
    stages = tuple(Stage(f"S{i}", runs) for i, runs in enumerate(STAGES))
    return Junction("many", tuple(Movement(name) for name in NAMES), stages, limits=Limits(min_cycle_s=20.0))


STORED = TimingPlan(36.0, tuple(StageTiming(f"S{i}", 12.0 * i, 7.0, 3.0, 2.0) for i in range(3)))


def test_a_round_is_the_stages_that_serve_everybody_and_one_more() -> None:
    table = SafetyTable.of(junction(), 96.0)
    assert lap_s(junction()) == table.lap_s == 4 * 12.0
    assert table.duty.tolist() == [0, 1, 0, 1, 2, 2]
    assert table.turn_s.tolist() == [12.0] * 7


@given(wishes=st.lists(st.tuples(st.integers(0, 6), st.integers(1, 150)), min_size=1, max_size=8))
@settings(max_examples=8, deadline=None)
def test_nobody_waits_longer_than_the_longest_red(wishes: list[tuple[int, int]]) -> None:
    table = SafetyTable.of(junction(), 96.0)
    guard = Guard(junction(), STORED, table, 0.0)
    shown, red_s, second = None, np.zeros(len(NAMES)), 0
    for wish, seconds in wishes:
        for _ in range(seconds):
            second += 1
            guard.command(Command(second, f"S{wish}", float(second)), float(second))
            aspects = guard.step(shown, float(second)).aspects
            assert aspects is not None
            red_s, shown = np.where(aspects == Aspect.RED, red_s + 1, 0.0), aspects
            assert (red_s <= 96.0).all()


@pytest.mark.parametrize("alone_s", [60])
def test_one_who_is_passed_over_is_served_as_late_as_is_safe(alone_s: int) -> None:
    guard = Guard(junction(), STORED, SafetyTable.of(junction(), 120.0), 0.0)
    shown = None
    for second in range(1, 30 + alone_s):
        wish = "S2" if second < 20 else "S0"
        guard.command(Command(second, wish, float(second)), float(second))
        shown = guard.step(shown, float(second)).aspects
    assert guard.stage == "S0", "the others have been red for a minute, and may be for two"

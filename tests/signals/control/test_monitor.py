"""The monitor finds each danger in lamps made up by hand, and nothing in lawful ones."""

import numpy as np
import pytest

from signals.control.lamps import Aspect
from signals.control.monitor import Danger, Watched, watch
from signals.control.table import SafetyTable

R, Y, G, U = Aspect.RED, Aspect.YELLOW, Aspect.GREEN, Aspect.UNKNOWN
ALL_RED = [R, R, R, R, R]
NORTH_SOUTH = [G, G, R, R, R]


def dangers(table: SafetyTable, changes: list[tuple[float, list[int]]]) -> Danger:
    """Of lamps that change as told, read every tenth of a second and at each change."""
    ticks = {tick / 10 for tick in range(round(changes[0][0] * 10), round(changes[-1][0] * 10))}
    shown, aspects = dict(changes), changes[0][1]
    watched, bits = Watched.begin(np.array(aspects, np.int8), changes[0][0]), 0
    for now_s in sorted(ticks | set(shown)):
        aspects = shown.get(now_s, aspects)
        watched, found = watch(table, watched, np.array(aspects, np.int8), now_s)
        bits |= int(found)
    return Danger(bits)


LAWFUL = [
    (0.0, ALL_RED), (8.0, NORTH_SOUTH), (15.0, [Y, Y, R, R, R]), (18.0, ALL_RED), (20.0, [R, R, R, G, G]),
    (27.0, [R, R, R, Y, Y]), (30.0, ALL_RED), (34.5, NORTH_SOUTH),
]  # fmt: skip


def test_nothing_is_wrong_with_lawful_lamps(table: SafetyTable) -> None:
    assert dangers(table, LAWFUL) == Danger(0)


@pytest.mark.parametrize(
    ("readings", "danger"),
    [
        ([(0, [G, R, R, G, R])], Danger.CONFLICTING_GREEN),
        ([(0, [Y, R, R, G, R])], Danger.CONFLICTING_GREEN),
        ([*LAWFUL[:4], (19.8, [R, R, R, G, G])], Danger.SHORT_INTERGREEN),
        ([*LAWFUL[:7], (34.2, NORTH_SOUTH)], Danger.SHORT_INTERGREEN),
        ([*LAWFUL[:2], (14.8, [Y, Y, R, R, R])], Danger.SHORT_GREEN),
        ([*LAWFUL[:3], (17.8, ALL_RED)], Danger.SHORT_YELLOW),
        ([*LAWFUL[:2], (16, ALL_RED)], Danger.SHORT_YELLOW),
        ([(0, ALL_RED), (120.3, ALL_RED)], Danger.LONG_RED),
        ([(0, [R, R, U, R, R])], Danger.UNREADABLE),
        ([(0, [R, R, 7, R, R])], Danger.UNREADABLE),
    ],
)
def test_each_danger_is_told_by_its_name(
    table: SafetyTable, readings: list[tuple[float, list[int]]], danger: Danger
) -> None:
    assert dangers(table, readings) & danger


def test_a_reader_in_a_hurry_blames_nobody(table: SafetyTable) -> None:
    """A yellow of 3 s that is first read 2.6 s after it began looks half a second long."""
    watched, bits = Watched.begin(np.array(ALL_RED, np.int8), 0.0), 0
    for now_s, shown in [(8.0, NORTH_SOUTH), (15.0, NORTH_SOUTH), (17.6, [Y, Y, R, R, R]), (18.1, ALL_RED)]:
        watched, found = watch(table, watched, np.array(shown, np.int8), now_s)
        bits |= int(found)
    assert Danger(bits) == Danger(0)


@pytest.mark.parametrize("now_s", [4.0, float("nan")])
def test_a_clock_that_is_none_is_told(table: SafetyTable, now_s: float) -> None:
    red = np.array(ALL_RED, np.int8)
    assert Danger(int(watch(table, Watched.begin(red, 5.0), red, now_s)[1])) == Danger.BAD_CLOCK


def test_a_lamp_whose_beginning_nobody_saw_is_not_blamed_for_it(table: SafetyTable) -> None:
    assert dangers(table, [(0.0, NORTH_SOUTH), (0.5, [Y, Y, R, R, R]), (3.5, ALL_RED)]) == Danger(0)

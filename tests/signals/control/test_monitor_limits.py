"""The monitor's limits at the very moment from which they bind, each danger alone, many junctions at a time."""

from dataclasses import replace

import numpy as np
import pytest

from signals.control.lamps import Aspect
from signals.control.monitor import DEADLY, ROUNDING_S, Danger, Watched, watch
from signals.control.table import SafetyTable

R, Y, G, U = Aspect.RED, Aspect.YELLOW, Aspect.GREEN, Aspect.UNKNOWN
ALL_RED = [R, R, R, R, R]
A, A_YELLOW, C = [G, G, R, R, R], [Y, Y, R, R, R], [R, R, R, G, G]
EARLY = Danger.CONFLICTING_GREEN | Danger.SHORT_INTERGREEN


def last(table: SafetyTable, readings: list[tuple[float, list[int]]]) -> Danger:
    """What the last of the readings is blamed for; none before it may be blamed for anything."""
    watched = Watched.begin(np.array(readings[0][1], np.int8), readings[0][0])
    told = []
    for now_s, shown in readings:
        watched, bits = watch(table, watched, np.array(shown, np.int8), now_s)
        told.append(Danger(int(bits)))
    assert told[:-1] == [Danger(0)] * (len(told) - 1)
    return told[-1]


def test_each_danger_has_a_bit_of_its_own_and_three_are_deadly() -> None:
    assert [int(danger) for danger in Danger] == [1, 2, 4, 8, 16, 32, 64]
    assert list(DEADLY) == [Danger.CONFLICTING_GREEN, Danger.SHORT_INTERGREEN, Danger.SHORT_YELLOW]


@pytest.mark.parametrize(
    ("readings", "danger"),
    [
        ([(0, ALL_RED), (1, A), (2, [G, G, R, G, R])], Danger.CONFLICTING_GREEN),
        ([(0, ALL_RED), (1, A), (8, A), (8, A_YELLOW), (9, [Y, Y, R, G, R])], EARLY),
        ([(0, ALL_RED), (1, [Y, Y, R, Y, Y])], Danger(0)),  # odd, but nobody is green
        ([(0, A), (5, A), (5, A_YELLOW), (8, ALL_RED), (9.99, C)], Danger.SHORT_INTERGREEN),
        ([(0, A), (5, A), (5, A_YELLOW), (8, ALL_RED), (10, C)], Danger(0)),
        ([(0, C), (0, [R, R, R, Y, Y]), (3, ALL_RED), (7.49, A)], Danger.SHORT_INTERGREEN),
        ([(0, C), (0, [R, R, R, Y, Y]), (3, ALL_RED), (7.5, A)], Danger(0)),
        ([(0, A), (0, A_YELLOW), (3, ALL_RED), (4, A)], Danger(0)),  # the same movements again
        ([(0, ALL_RED), (0, A), (6.99, A_YELLOW)], Danger.SHORT_GREEN),
        ([(0, ALL_RED), (0, A), (7, A_YELLOW)], Danger(0)),
        ([(0, ALL_RED), (0, [R, R, G, R, R]), (8.99, [R, R, Y, R, R])], Danger.SHORT_GREEN),
        ([(0, ALL_RED), (0, [R, R, G, R, R]), (9, [R, R, Y, R, R])], Danger(0)),
        ([(0, A), (0, A_YELLOW), (2.99, ALL_RED)], Danger.SHORT_YELLOW),
        ([(0, A), (0, A_YELLOW), (3, ALL_RED)], Danger(0)),
        ([(0, A), (0, A_YELLOW), (3 - ROUNDING_S, ALL_RED)], Danger(0)),
        ([(0, A), (2.99, ALL_RED)], Danger.SHORT_YELLOW),
        ([(0, A), (3, ALL_RED)], Danger(0)),  # a whole yellow may have been shown between the two
        ([(5, A), (8, ALL_RED)], Danger(0)),
        ([(0, A), (3 - ROUNDING_S, ALL_RED)], Danger(0)),
        ([(0, A), (1, A_YELLOW), (2, A)], Danger(0)),  # who goes back to green has not been short of yellow
        ([(0, ALL_RED), (120, ALL_RED)], Danger(0)),
        ([(0, ALL_RED), (120 + ROUNDING_S, ALL_RED)], Danger(0)),
        ([(0, ALL_RED), (120.01, ALL_RED)], Danger.LONG_RED),
        ([(7, ALL_RED), (127.01, ALL_RED)], Danger.LONG_RED),
        ([(0, A), (40, A_YELLOW), (43, ALL_RED), (119, ALL_RED)], Danger(0)),
        ([(0, [Y, Y, Y, Y, R]), (50, [Y, Y, Y, R, R]), (120, [Y, Y, Y, R, R])], Danger(0)),
        ([(0, [Y, Y, Y, Y, Y]), (50, [Y, Y, Y, R, Y]), (170.01, [Y, Y, Y, R, Y])], Danger.LONG_RED),
        ([(0, A), (121, A)], Danger.LONG_RED),  # east and west wait
        ([(0, [Y, Y, Y, Y, Y]), (121, [Y, Y, Y, Y, Y])], Danger(0)),
        ([(0, ALL_RED), (1, [R, R, U, R, R])], Danger.UNREADABLE),
        ([(0, ALL_RED), (1, [R, R, Y, R, R])], Danger(0)),
    ],
)  # fmt: skip
def test_a_limit_binds_from_its_moment_on(
    table: SafetyTable, readings: list[tuple[float, list[int]]], danger: Danger
) -> None:
    assert last(table, readings) == danger


def test_the_same_moment_twice_is_lawful_and_a_moment_before_is_told_and_not_believed(table: SafetyTable) -> None:
    red = np.array(ALL_RED, np.int8)
    watched, bits = watch(table, Watched.begin(red, 5.0), red, 5.0)
    assert Danger(int(bits)) == Danger(0)
    for wrong_s in (4.99, float("nan")):
        after, bits = watch(table, watched, red, wrong_s)
        assert Danger(int(bits)) == Danger.BAD_CLOCK
        assert after.at_s == 5.0


def test_junctions_alike_are_judged_each_by_its_own_lamps_and_clock(table: SafetyTable) -> None:
    begun = np.array([ALL_RED, A, A, ALL_RED], np.int8)
    assert Watched.begin(begun, 10.0).at_s.shape == (4,)
    shown = np.array([ALL_RED, A, [G, G, R, R, G], ALL_RED], np.int8)
    _, bits = watch(table, Watched.begin(begun, 10.0), shown, np.array([11.0, 11.0, 11.0, 9.0]))
    assert [Danger(int(one)) for one in bits] == [Danger(0), Danger(0), Danger.CONFLICTING_GREEN, Danger.BAD_CLOCK]
    assert bits.dtype == np.int64


def test_each_movement_is_red_for_as_long_as_it_may_be_itself(table: SafetyTable) -> None:
    own = replace(table, max_red_s=np.array([90.0, 120.0, 120.0, 120.0, 120.0]))
    assert last(own, [(0, ALL_RED), (90, ALL_RED)]) == Danger(0)
    assert last(own, [(0, ALL_RED), (90.01, ALL_RED)]) == Danger.LONG_RED
    assert last(own, [(0, [Y, R, R, R, R]), (119, [Y, R, R, R, R])]) == Danger(0)


def test_what_was_seen_is_kept_as_it_is_surely_known(table: SafetyTable) -> None:
    watched = Watched.begin(np.array(A, np.int8), 0.0)
    assert np.isnan(watched.red_s).tolist() == [True, True, False, False, False]
    for now_s, shown in [(4.0, A), (5.0, A_YELLOW), (9.0, ALL_RED), (12.0, C)]:
        watched, _ = watch(table, watched, np.array(shown, np.int8), now_s)
    np.testing.assert_array_equal(watched.off_green_s, [4.0, 4.0, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(watched.yellow_s, [4.0, 4.0, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(watched.green_s, [np.nan, np.nan, np.nan, 9.0, 9.0])
    np.testing.assert_array_equal(watched.red_s, [9.0, 9.0, 0.0, 0.0, 0.0])
    assert watched.at_s == 12.0

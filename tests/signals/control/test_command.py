"""A command is followed only where its number, its stage and its time make sense, to the last tenth of a second."""

import pytest

from signals.control.command import CLOCK_SLACK_S, LATE_S, Command, Refusal, why_refused
from signals.control.table import SafetyTable

NOW_S = 100.0


@pytest.mark.parametrize(
    ("sequence", "issued_s", "last", "refusal"),
    [
        (0, NOW_S, None, None),
        (8, NOW_S, 7, None),
        (7, NOW_S, 7, Refusal.DUPLICATE),
        (6, NOW_S, 7, Refusal.REORDERED),
        (0, NOW_S, 7, Refusal.REORDERED),
        (0, NOW_S, 0, Refusal.DUPLICATE),
        (8, NOW_S - 2.0, 7, None),
        (8, NOW_S - 2.01, 7, Refusal.LATE),
        (8, NOW_S + 1.0, 7, None),
        (8, NOW_S + 1.01, 7, Refusal.FROM_THE_FUTURE),
        (-1, NOW_S, None, Refusal.NOT_A_NUMBER),
        (True, NOW_S, None, Refusal.NOT_A_NUMBER),
        (1.0, NOW_S, None, Refusal.NOT_A_NUMBER),
        ("1", NOW_S, None, Refusal.NOT_A_NUMBER),
        (1, float("inf"), None, Refusal.NOT_A_NUMBER),
        (1, float("nan"), None, Refusal.NOT_A_NUMBER),
    ],
)
def test_a_command_is_refused_for_one_reason_or_followed(
    table: SafetyTable, sequence: int, issued_s: float, last: int | None, refusal: Refusal | None
) -> None:
    assert why_refused(Command(sequence, "A", issued_s), last, table, NOW_S) is refusal


def test_a_guard_whose_own_clock_is_broken_follows_nobody(table: SafetyTable) -> None:
    assert why_refused(Command(1, "A", 1.0), None, table, float("nan")) is Refusal.NOT_A_NUMBER


def test_an_unknown_stage_is_refused(table: SafetyTable) -> None:
    assert why_refused(Command(1, "Z", NOW_S), None, table, NOW_S) is Refusal.UNKNOWN_STAGE


def test_two_clocks_may_differ_by_a_second_and_a_word_may_take_two() -> None:
    assert (CLOCK_SLACK_S, LATE_S) == (1.0, 2.0)

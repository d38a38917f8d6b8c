"""Who has waited too long is served while there is time to serve everybody, and not a moment before."""

from dataclasses import replace

import numpy as np
import pytest

from signals.control.lamps import Aspect, Lamps
from signals.control.overdue import overdue
from signals.control.table import SafetyTable
from signals.plan.junction import Junction

NOW_S = 1000.0
# Turns of the stages A, B and C of this junction take 12, 14 and 15 s; the longest red is 120 s.


def lamps(red_s: list[float | None]) -> Lamps:
    """For how long each has been red; None: green now."""
    aspect = np.array([Aspect.GREEN if each is None else Aspect.RED for each in red_s], np.int8)
    since_s = np.array([NOW_S - (each or 0.0) for each in red_s])
    return Lamps(aspect, since_s, since_s, np.array(NOW_S))


@pytest.mark.parametrize(
    ("red_s", "stage"),
    [
        ([None, None, 0.0, 0.0, 0.0], None),
        ([92.9, None, None, None, None], None),  # 12 s for A and 15 s for what may be green make 27
        ([93.0, None, None, None, None], 0),
        ([None, None, 90.9, None, None], None),
        ([None, None, 91.0, None, None], 1),
        ([None, None, None, 90.0, 89.0], 2),
        ([None, None, None, 89.9, 89.9], None),
        ([90.0, None, None, 78.0, None], 0),  # A's 12 s, then C's 15 s, and 15 s of what is green: 42 s before the end
        ([90.0, None, None, 77.9, None], None),
        ([64.0, 64.0, 68.0, 67.0, 67.0], 1),  # B, C, A: 14 + 15 + 12 + 15 = 56 s, all that A has left
        ([63.9, 63.9, 67.9, 66.9, 66.9], None),
    ],
)  # fmt: skip
def test_the_stage_of_who_waits_longest_is_due_as_late_as_all_can_still_be_served(
    table: SafetyTable, red_s: list[float | None], stage: int | None
) -> None:
    assert overdue(table, lamps(red_s), NOW_S) == stage


def test_who_may_wait_for_less_is_served_first(junction: Junction) -> None:
    movements = (*junction.movements[:2], replace(junction.movements[2], max_red_s=90.0), *junction.movements[3:])
    own = SafetyTable.of(replace(junction, movements=movements))
    assert overdue(own, lamps([70.0, None, 61.0, None, None]), NOW_S) == 1
    assert overdue(own, lamps([70.0, None, 60.5, None, None]), NOW_S) is None

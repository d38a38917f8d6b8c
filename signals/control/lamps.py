"""What the lamps of one junction, or of many alike, show, and since when."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

import numpy as np

from signals.control.table import SafetyTable
from vision.arrays import F64, I8


class Aspect(IntEnum):
    """What one signal shows. UNKNOWN: nobody can tell (dark, broken, not reported)."""

    RED = 0
    YELLOW = 1
    GREEN = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Lamps:
    """Last axis: the movements of a SafetyTable; any axes before it are junctions alike. Seconds of one steady clock.

    aspect        (…, m) int8     Aspect value
    since_s       (…, m) float64  when it began
    green_end_s   (…, m) float64  when the last green ended; while it is green, the start of that green
    at_s          (…)    float64  the latest time at which they were moved on
    """

    aspect: I8
    since_s: F64
    green_end_s: F64
    at_s: F64

    @classmethod
    def all_red(cls, table: SafetyTable, now_s: float, junctions: tuple[int, ...] = ()) -> Self:
        """Nobody knows what was green until now, so everything is taken to have been."""
        shape = (*junctions, len(table.movements))
        return cls(np.zeros(shape, np.int8), np.full(shape, now_s), np.full(shape, now_s), np.full(junctions, now_s))

"""Watches the lamps that are really shown, and nothing else: not the plan, not the orders' reasons, not the interlock.

It stands where a conflict monitor stands in a cabinet. It is written from the limits anew, so that one mistake
cannot be in both it and what it watches.
"""

from dataclasses import dataclass
from enum import IntFlag
from typing import Self

import numpy as np

from signals.control.lamps import Aspect
from signals.control.table import SafetyTable
from vision.arrays import F64, I8, I64, Bool

# Sums of seconds miss by less than this.
ROUNDING_S = 1e-6


class Danger(IntFlag):
    """What the lamps did wrong; several at a time."""

    CONFLICTING_GREEN = 1
    SHORT_INTERGREEN = 2
    SHORT_GREEN = 4
    SHORT_YELLOW = 8
    LONG_RED = 16
    UNREADABLE = 32
    BAD_CLOCK = 64


# A junction that showed one of these is put out of service; the others are answered by the stored plan.
DEADLY = Danger.CONFLICTING_GREEN | Danger.SHORT_INTERGREEN | Danger.SHORT_YELLOW


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What was seen so far; the axes are those of `Lamps`. Times before the first change of a lamp are not known.

    A lamp that changed between two readings did so at any time between them. Nobody is blamed for the reader's haste:
    what must last long enough counts from the reading before, what must not last too long from the one after.

    green_s, yellow_s  (…, m)  when that aspect began at the earliest; NaN: not seen to begin
    red_s              (…, m)  when red began at the latest
    off_green_s        (…, m)  when green ended at the earliest; NaN: never seen to
    at_s               (…)     the last reading
    """

    aspect: I8
    green_s: F64
    yellow_s: F64
    red_s: F64
    off_green_s: F64
    at_s: F64

    @classmethod
    def begin(cls, shown: I8, now_s: float) -> Self:
        nothing = np.full(shown.shape, np.nan)
        red_s = np.where(shown == Aspect.RED, now_s, np.nan)  # red for at least so long: only ever too short
        return cls(shown, nothing, nothing, red_s, nothing, np.full(shown.shape[:-1], now_s))


def watch(table: SafetyTable, before: Watched, shown: I8, now_s: float | F64) -> tuple[Watched, I64]:
    """One reading of (…, m) aspects: what is known after it, and the (…) `Danger` bits it shows."""
    now = np.asarray(now_s, np.float64)
    late = ~(now >= before.at_s)
    at, last = np.where(late, before.at_s, now)[..., None], before.at_s[..., None]
    was = before.aspect
    begins, ends = (was != Aspect.GREEN) & (shown == Aspect.GREEN), (was == Aspect.GREEN) & (shown != Aspect.GREEN)
    after = Watched(
        shown,
        np.where(begins, last, before.green_s),
        np.where((shown == Aspect.YELLOW) & (was != Aspect.YELLOW), last, before.yellow_s),
        np.where((shown == Aspect.RED) & (was != Aspect.RED), at, before.red_s),
        np.where(ends, last, before.off_green_s),
        at[..., 0],
    )
    dangers = {
        Danger.CONFLICTING_GREEN: _together(table, shown),
        Danger.SHORT_INTERGREEN: (_too_soon(table, after.off_green_s, at) & begins[..., None, :]).any(axis=-2),
        Danger.SHORT_GREEN: ends & _short(before.green_s, at, table.min_green_s),
        Danger.SHORT_YELLOW: _yellow_missing(table, before, shown, at),
        Danger.LONG_RED: (shown == Aspect.RED) & (at - after.red_s > table.max_red_s + ROUNDING_S),
        Danger.UNREADABLE: shown >= Aspect.UNKNOWN,
        Danger.BAD_CLOCK: late[..., None],
    }
    bits = sum((int(danger) * found.any(axis=-1) for danger, found in dangers.items()), np.zeros(late.shape, np.int64))
    return after, np.asarray(bits, np.int64)


def _together(table: SafetyTable, shown: I8) -> Bool:
    """(…, m) who may drive (green or yellow) while another who conflicts with him is green."""
    green, drives = shown == Aspect.GREEN, (shown == Aspect.GREEN) | (shown == Aspect.YELLOW)
    return np.asarray((table.conflict & green[..., None, :] & drives[..., :, None]).any(axis=-2), np.bool_)


def _short(since_s: F64, at: F64, wanted_s: float | F64) -> Bool:
    """Whether what began at the earliest at since_s and ended by `at` surely lasted too short; not where unknown."""
    return np.asarray(at - since_s < wanted_s - ROUNDING_S, np.bool_)


def _too_soon(table: SafetyTable, off_green_s: F64, at: F64) -> Bool:
    """(…, m, m) whether the one that enters may not yet, after the one that left."""
    return _short(off_green_s[..., :, None], at[..., None], table.intergreen_s) & table.conflict


def _yellow_missing(table: SafetyTable, before: Watched, shown: I8, at: F64) -> Bool:
    """Green that became red with no time between for a whole yellow, or by way of too short a one."""
    skipped = (before.aspect == Aspect.GREEN) & (at - before.at_s[..., None] < table.yellow_s - ROUNDING_S)
    cut = (before.aspect == Aspect.YELLOW) & _short(before.yellow_s, at, table.yellow_s)
    return np.asarray((shown == Aspect.RED) & (skipped | cut), np.bool_)

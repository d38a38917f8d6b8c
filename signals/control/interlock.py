"""Moves lamps towards what is wanted, and no further than safety allows, whatever is wanted.

The one place from which a lamp's next aspect comes. It asks for no plan and no stage: any wish, also a
self-contradictory one, leads through whole yellows, whole clearances and least greens, or to nothing.
"""

import numpy as np

from signals.control.lamps import Aspect, Lamps
from signals.control.table import SafetyTable
from vision.arrays import F64, Bool


def advance(table: SafetyTable, lamps: Lamps, wanted: Bool, now_s: float | F64) -> Lamps:
    """The lamps a moment later; wanted (…, m): who should be green, now_s a number or one per junction (…).

    A clock that runs back or is no number changes nothing: a green begun at a time that comes again would look older
    than it is.
    """
    clock_s = np.asarray(now_s, np.float64)
    onward = clock_s >= lamps.at_s
    now = np.where(onward, clock_s, np.nan)[..., None]
    age_s = now - lamps.since_s
    green, yellow = lamps.aspect == Aspect.GREEN, lamps.aspect == Aspect.YELLOW
    ends = green & ~wanted & (age_s >= table.min_green_s)
    reddens = yellow & (age_s >= table.yellow_s)
    red_then = (lamps.aspect == Aspect.RED) | reddens
    starts = (lamps.aspect == Aspect.RED) & wanted & _clear(table, red_then, lamps.green_end_s, now)
    # Whoever would start together with one he conflicts with waits, and so does the other.
    starts &= ~(starts[..., None, :] & table.conflict).any(axis=-1)
    aspect = np.where(ends, Aspect.YELLOW, np.where(reddens, Aspect.RED, np.where(starts, Aspect.GREEN, lamps.aspect)))
    changed = ends | reddens | starts
    return Lamps(
        aspect.astype(np.int8),
        np.where(changed, now, lamps.since_s),
        np.where(ends | starts, now, lamps.green_end_s),
        np.where(onward, clock_s, lamps.at_s),
    )


def _clear(table: SafetyTable, red_then: Bool, green_end_s: F64, now: F64) -> Bool:
    """(…, m): whether all who conflict with it are red and have been out of green for the whole intergreen."""
    passed = (now[..., None] - green_end_s[..., :, None]) >= table.intergreen_s
    return np.asarray((~table.conflict | (red_then[..., :, None] & passed)).all(axis=-2), np.bool_)

"""Whose red must end now, so that nobody is red for longer than he may, whatever the centre wants."""

import numpy as np

from signals.control.lamps import Aspect, Lamps
from signals.control.table import SafetyTable
from vision.arrays import F64


def overdue(table: SafetyTable, lamps: Lamps, now_s: float) -> int | None:
    """The stage of whoever has the least time left, as soon as serving all in turn would be too late for one of them;
    None: nobody is. Every stage before his takes its turn, and so may the one that is green."""
    red = lamps.aspect == Aspect.RED
    left_s: F64 = np.where(red, table.max_red_s - (now_s - lamps.since_s), np.inf)
    by_stage_s = np.full(len(table.stages), np.inf)
    np.minimum.at(by_stage_s, table.duty, left_s)
    order = np.argsort(by_stage_s, kind="stable")
    order = order[np.isfinite(by_stage_s[order])]
    served_s = np.cumsum(table.turn_s[order]) + table.turn_s.max()
    return int(order[0]) if (served_s >= by_stage_s[order]).any() else None

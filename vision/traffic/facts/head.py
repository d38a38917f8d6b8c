"""What every body of one interval has in common."""

from typing import NamedTuple

from vision.pcu import PcuTable, PcuUnit
from vision.traffic.facts.cells import Ripe


class Head(NamedTuple):
    """Field by field as in `FactsBody`."""

    since_s: float
    until_s: float
    coverage: float
    pcu_table: str
    pcu_unit: PcuUnit
    view_moved: bool = False


def head_of(ripe: Ripe, table: PcuTable) -> Head:
    """Coverage is rounded down, so that a hole never rounds to nothing."""
    share = ripe.cell.watched_s / (ripe.until_s - ripe.since_s)
    coverage = min(int(share * 1e4 + 1e-6) / 1e4, 1.0)
    return Head(ripe.since_s, ripe.until_s, coverage, table.name, table.unit, ripe.cell.view_moved)

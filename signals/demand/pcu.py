"""The engine's tables of passenger-car units, with this package's own errors."""

from pathlib import Path

from signals.errors import Fault, PcuTableError
from vision import pcu
from vision.errors import PcuTableError as WrongTable
from vision.pcu import DEFAULT_TABLE, VEHICLE_NAMES, PcuTable, shipped_pcu_tables

__all__ = ["DEFAULT_TABLE", "VEHICLE_NAMES", "PcuTable", "load_pcu_tables", "pcu_table", "shipped_pcu_tables"]


def load_pcu_tables(file: Path) -> dict[str, PcuTable]:
    """A site's own tables. Raises PcuTableError."""
    try:
        return pcu.load_pcu_tables(file)
    except WrongTable as error:
        raise PcuTableError(Fault(str(file), str(error))) from error


def pcu_table(name: str = DEFAULT_TABLE) -> PcuTable:
    """The shipped table of that name. Raises PcuTableError naming the tables there are."""
    try:
        return pcu.pcu_table(name)
    except WrongTable as error:
        raise PcuTableError(Fault("pcu_table", str(error))) from error

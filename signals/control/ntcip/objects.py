"""The objects of NTCIP 1202 (actuated signal controllers) that are used here, by their numbers in the tree.

Phases are numbered from 1; in a group's mask phase 1 is bit 0. A junction here has at most eight: one group.
"""

from enum import IntEnum

ASC = (1, 3, 6, 1, 4, 1, 1206, 4, 2, 1)
GROUP_SIZE = 8
GROUP = 1
# systemPatternControl: 0 leaves the choice to the controller.
BY_ITSELF, FREE, FLASH = 0, 254, 255
MOST_PATTERNS = 253

Oid = tuple[int, ...]

MAX_PHASES = (*ASC, 1, 1, 0)
MAX_PHASE_GROUPS = (*ASC, 1, 3, 0)
_STATUS, _CONTROL = (*ASC, 1, 4, 1), (*ASC, 1, 5, 1)
UNIT_BACKUP_TIME = (*ASC, 3, 3, 0)
UNIT_CONTROL_STATUS = (*ASC, 3, 5, 0)
UNIT_FLASH_STATUS = (*ASC, 3, 6, 0)
UNIT_CONTROL = (*ASC, 3, 10, 0)
MAX_PATTERNS = (*ASC, 4, 5, 0)
PATTERN_TABLE_TYPE = (*ASC, 4, 6, 0)
_PATTERN, _SPLIT = (*ASC, 4, 7, 1), (*ASC, 4, 9, 1)
MAX_SPLITS = (*ASC, 4, 8, 0)
PATTERN_STATUS = (*ASC, 4, 10, 0)
CYCLE_STATUS = (*ASC, 4, 12, 0)
SYNC_STATUS = (*ASC, 4, 13, 0)
SYSTEM_PATTERN = (*ASC, 4, 14, 0)


class PhaseStatus(IntEnum):
    """Columns of the phase status group."""

    REDS = 2
    YELLOWS = 3
    GREENS = 4
    ONS = 10
    NEXTS = 11


class PhaseControl(IntEnum):
    """Columns of the phase control group."""

    OMIT = 2
    HOLD = 4
    FORCE_OFF = 5
    VEHICLE_CALL = 6


class Pattern(IntEnum):
    """Columns of the pattern table. A pattern has the split of its own number."""

    CYCLE = 2
    OFFSET = 3
    SPLIT = 4
    SEQUENCE = 5


class Split(IntEnum):
    """Columns of the split table; a split holds green and everything until the next green."""

    TIME = 3
    MODE = 4


def status(column: PhaseStatus) -> Oid:
    return (*_STATUS, column, GROUP)


def control(column: PhaseControl) -> Oid:
    return (*_CONTROL, column, GROUP)


def pattern(column: Pattern, number: int) -> Oid:
    return (*_PATTERN, column, number)


def split(column: Split, number: int, phase: int) -> Oid:
    return (*_SPLIT, column, number, phase)

"""What an exchange list is made of: statuses, commands and alarms of three parts of a traffic-light controller."""

from dataclasses import dataclass
from enum import StrEnum

from signals.control.rsmp.sxl.values import Kind
from signals.control.rsmp.wire.core import Version


class PartOf(StrEnum):
    """Which kind of component an entry belongs to."""

    CONTROLLER = "controller"
    SIGNAL_GROUP = "signal_group"
    DETECTOR_LOGIC = "detector_logic"


FIRST = Version(1, 0, 7)


@dataclass(frozen=True, slots=True)
class Value:
    """A named value; in the lists from `since` on, and before `until` (None: still). optional: may be left out."""

    name: str
    kind: Kind
    since: Version = FIRST
    until: Version | None = None
    optional: bool = False

    def known_to(self, version: Version) -> bool:
        return self.since <= version and (self.until is None or version < self.until)


@dataclass(frozen=True, slots=True)
class Entry:
    """One status (S…), command (M…) or alarm (A…)."""

    code: str
    part: PartOf
    values: tuple[Value, ...]
    since: Version = FIRST
    until: Version | None = None

    def known_to(self, version: Version) -> bool:
        return self.since <= version and (self.until is None or version < self.until)

    def value(self, name: str, version: Version) -> Value | None:
        return next((each for each in self.values if each.name == name and each.known_to(version)), None)


@dataclass(frozen=True, slots=True)
class Command(Entry):
    """command: the one value of `cO` it takes. level: of the security code it wants; None: none."""

    command: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class AlarmEntry(Entry):
    """priority: 1 the highest. Category is D (technical) for every alarm of a traffic-light controller."""

    priority: int = 3

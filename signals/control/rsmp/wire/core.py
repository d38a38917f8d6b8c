"""Versions of the RSMP core and of the exchange list, and what each version of the core allows.

The differences are those of the core's change log (RSMP Nordic, 3.1.2 of 2012 to 3.2.2 of 2024).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from re import fullmatch
from typing import Self

from signals.control.rsmp.errors import VersionError


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Ordered by number; `3.2` and `3.2.0` are the same."""

    major: int
    minor: int
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises VersionError for what is not two or three numbers of one or two digits."""
        found = fullmatch(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{1,2}))?", text)
        if found is None or not text.isascii():
            raise VersionError("version", f"A version is two or three numbers such as 3.2.2, found {text!r}.")
        return cls(*(int(part or 0) for part in found.groups()))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def versions(*texts: str) -> tuple[Version, ...]:
    return tuple(Version.parse(text) for text in texts)


# 3.2 goes out under both its names: older peers know only the first, newer ones only the second.
CORE_NAMES = ("3.1.2", "3.1.3", "3.1.4", "3.1.5", "3.2", "3.2.0", "3.2.1", "3.2.2")
CORES = tuple(sorted(set(versions(*CORE_NAMES))))


@dataclass(frozen=True, slots=True)
class Core:
    """One version of the core, asked by what it allows."""

    version: Version

    @property
    def has_null(self) -> bool:
        """A value nobody knows is null; an empty string before."""
        return self.version >= Version(3, 1, 3)

    @property
    def has_booleans(self) -> bool:
        """The bits of the aggregated status are JSON booleans; the texts `true` and `false` before."""
        return self.version >= Version(3, 1, 3)

    @property
    def all_alarms_at_connect(self) -> bool:
        """Also the inactive ones; before, only those that are active or suspended."""
        return self.version >= Version(3, 1, 4)

    @property
    def has_requests(self) -> bool:
        """Alarms and the aggregated status can be asked for."""
        return self.version >= Version(3, 1, 5)

    @property
    def has_send_on_change(self) -> bool:
        """Subscriptions say whether a change is sent at once; before, an interval of 0 says so."""
        return self.version >= Version(3, 1, 5)

    @property
    def is_exact(self) -> bool:
        """Upper and lower case matter."""
        return self.version >= Version(3, 2)

    @property
    def has_arrays(self) -> bool:
        return self.version >= Version(3, 2)

    @property
    def marks_old(self) -> bool:
        """Status values that waited for a connection are sent with the quality `old`."""
        return self.version >= Version(3, 2)


def newest_common(ours: Iterable[Version], theirs: Iterable[Version]) -> Version:
    """The newest version both know. Raises VersionError, naming both lists, where there is none."""
    mine, other = set(ours), set(theirs)
    if common := mine & other:
        return max(common)
    told = " and ".join(", ".join(map(str, sorted(each))) or "nothing" for each in (mine, other))
    raise VersionError("RSMP", f"RSMP versions do not match: {told} have none in common")

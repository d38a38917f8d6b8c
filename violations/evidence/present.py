"""What day it is, by more than one word: a box's clock that leaps must not make evidence look old. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from violations.evidence.checkpoint import Checkpoint
from violations.evidence.seal import Line, Seal

AGREES_WITHIN = timedelta(days=1)


class Witness(StrEnum):
    """Who else says what day it is."""

    CENTRE = "centre"  # the centre's own clock, asked just now
    PERSON = "person"  # somebody who looked at a calendar
    NEWEST = "newest_package"  # the box's own clock, when it last sealed something: it is at least as late as that


@dataclass(frozen=True, slots=True)
class Present:
    """box: what the box's clock says now. other: what the witness says, None where there is none. Both aware.

    seen: SHA-256 of a manifest → when the centre had first seen its line, as it countersigned: the package is no older
    by the centre's clock than that, whatever the box's clock said when it was recorded.
    """

    box: datetime
    witness: Witness | None = None
    other: datetime | None = None
    seen: Mapping[str, datetime] | None = None

    @property
    def by_both(self) -> datetime | None:
        """The earlier of the two; None without a witness: then nobody knows."""
        return None if self.other is None else min(self.box, self.other)

    @property
    def disagrees(self) -> bool:
        """Whether one of the clocks must be wrong. A newest package says only how late it is at least."""
        if self.other is None:
            return False
        ahead = self.box - self.other
        return ahead < -AGREES_WITHIN or (self.witness is not Witness.NEWEST and ahead > AGREES_WITHIN)

    def began(self, manifest: str, recorded: datetime) -> datetime:
        """From when a package's time counts: its label, or later, when the centre had first heard of it."""
        return max(recorded, (self.seen or {}).get(manifest, recorded))


def first_seen(lines: Sequence[Line], checkpoints: Sequence[Checkpoint]) -> dict[str, datetime]:
    """By manifest, the time of the earliest checkpoint that covers its line; of packages that none covers, nothing."""
    covered = sorted(checkpoints, key=lambda one: one.sequence)
    found: dict[str, datetime] = {}
    for line in (one for one in lines if isinstance(one, Seal)):
        times = [one.time for one in covered if one.sequence >= line.sequence]
        if times:
            found[line.manifest] = min(times)
    return found

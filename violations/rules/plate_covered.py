"""Driving without a plate that can be seen: none there, or one that is covered."""

from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Occurrence, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from vision.events.bodies import Measure
from vision.geometry.rules import Hours
from vision.vehicles import KindName

OFFENCE = "plate_covered"


@dataclass(frozen=True, slots=True)
class RearViews:
    """Views of one vehicle from behind, over its whole passage, each sharp and large enough to show a plate.

    views         good views in all; apart_s: seconds from the first to the last of them
    bare          those in which the finder surely finds no plate
    unreadable    those in which it finds one of which no character can be read, large as it is
    seen          those that may show a plate with characters, however doubtful: one is enough to let go
    missed_share  share of plates in such views that the finder overlooks, as measured; None: nobody measured it
    """

    who: Occurrence
    views: int
    apart_s: float
    bare: int
    unreadable: int
    seen: int
    missed_share: float | None


@dataclass(frozen=True, slots=True)
class PlateLimits:
    """
    kinds          whom the rule binds; hours: when it holds, empty for always
    views          so many good views there must be,
    apart_s        over so long a time
    missed_share   a finder that overlooks more plates than this proves nothing by finding none
    """

    kinds: frozenset[KindName]
    hours: tuple[Hours, ...] = ()
    views: int = 6
    apart_s: float = 0.8
    missed_share: float = 0.05

    def __post_init__(self) -> None:
        numbers = (self.views, self.apart_s, self.missed_share)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"PlateLimits: wanted numbers of 0 or more, found {numbers}")


def plate_covered(rear: RearViews, limits: PlateLimits, around: Circumstances) -> Verdict:
    """Accuse only where every one of many good views from behind shows no plate, or none that can be read.

    Scene: a line that is passed while the back is in view. Who is seen from the front alone is never accused: a
    motorbike has no plate there.
    """
    without = rear.bare + rear.unreadable
    if rear.who.vehicle not in limits.kinds or not _long_looked(rear, limits) or not 2 * without > rear.views:
        return NO_OFFENCE
    if not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    if not _surely_none(rear, limits):
        return Verdict(withheld=Withheld.PLATE_PERHAPS_SEEN)
    overlooked = (rear.missed_share or 0.0) * rear.bare
    measures = (
        Measure(name="views_without_plate", value=float(rear.bare), error=overlooked, unit="views"),
        Measure(name="views_unreadable", value=float(rear.unreadable), error=0.0, unit="views"),
        Measure(name="views_apart", value=rear.apart_s, error=0.0, unit="s"),
    )
    doubts = (*doubts_of(around, traffic=False), Doubt.PLATE_HIDDEN_BY_CHANCE)
    return decide(Accusation(OFFENCE, measures, doubts), exempted(around, limits.hours, traffic=False))


def _long_looked(rear: RearViews, limits: PlateLimits) -> bool:
    return rear.views >= limits.views and rear.apart_s >= limits.apart_s


def _surely_none(rear: RearViews, limits: PlateLimits) -> bool:
    if rear.missed_share is None or rear.seen != 0 or rear.bare + rear.unreadable != rear.views:
        return False
    return 0 <= rear.missed_share <= limits.missed_share

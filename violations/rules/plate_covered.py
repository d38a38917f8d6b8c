"""Driving with a plate that is covered: something plain hangs where others bear their plates."""

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

    views      good views in all; apart_s: seconds from the first to the last of them
    covered    those that show a plain plate-shaped thing with a rim where others bear their plates
    seen       those that may show a plate, read or not, however doubtful: one is enough to let go
    controls   vehicles of its kind that passed there and whose plates were read in views no larger than these
    unread     those of its kind that passed there, whose plates nobody could read though nothing covered them
    """

    who: Occurrence
    views: int
    apart_s: float
    covered: int
    seen: int
    controls: int
    unread: int


@dataclass(frozen=True, slots=True)
class PlateLimits:
    """
    kinds      whom the rule binds; hours: when it holds, empty for always
    covered    so many views must show a cover,
    apart_s    over so long a time
    controls   plates of so many others must have been read there: else the camera, the light or the reader may be why
    read_share of the others' plates that must have been read
    """

    kinds: frozenset[KindName]
    hours: tuple[Hours, ...] = ()
    covered: int = 4
    apart_s: float = 0.8
    controls: int = 3
    read_share: float = 0.7

    def __post_init__(self) -> None:
        numbers = (self.covered, self.apart_s, self.controls, self.read_share)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"PlateLimits: wanted numbers of 0 or more, found {numbers}")


def plate_covered(rear: RearViews, limits: PlateLimits, around: Circumstances) -> Verdict:
    """Accuse only where most of many good views from behind show a cover, none a plate, and others' plates were read.

    That nothing can be read is no proof: readers fail on sound plates. Scene: a line that is passed while the back is
    in view. Who is seen from the front alone is never accused: a motorbike has no plate there.
    """
    if rear.who.vehicle not in limits.kinds or not _long_looked(rear, limits) or not 2 * rear.covered > rear.views:
        return NO_OFFENCE
    if not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    if rear.seen != 0 or not _others_were_read(rear, limits):
        return Verdict(withheld=Withheld.PLATE_PERHAPS_SEEN)
    measures = (
        Measure(name="views_without_plate", value=float(rear.covered), error=0.0, unit="views"),
        Measure(name="views_apart", value=rear.apart_s, error=0.0, unit="s"),
    )
    doubts = (*doubts_of(around, traffic=False), Doubt.PLATE_HIDDEN_BY_CHANCE)
    return decide(Accusation(OFFENCE, measures, doubts), exempted(around, limits.hours, traffic=False))


def _long_looked(rear: RearViews, limits: PlateLimits) -> bool:
    return rear.covered >= limits.covered and rear.apart_s >= limits.apart_s


def _others_were_read(rear: RearViews, limits: PlateLimits) -> bool:
    enough = rear.controls >= limits.controls
    return enough and rear.controls >= limits.read_share * (rear.controls + rear.unread)

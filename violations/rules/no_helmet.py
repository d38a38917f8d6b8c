"""Riding a motorbike, or being carried on one, without a helmet. A cap is none."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Occurrence, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from vision.events.bodies import Measure
from vision.geometry.rules import Hours
from vision.vehicles import KindName


class Role(StrEnum):
    """Who the head belongs to."""

    DRIVER = "driver"
    PASSENGER = "passenger"
    UNKNOWN = "unknown"


OFFENCE = "no_helmet"
OFFENCE_OF = {Role.DRIVER: OFFENCE, Role.PASSENGER: "no_helmet_passenger", Role.UNKNOWN: OFFENCE}
DOUBTS_OF = {
    Role.DRIVER: (Doubt.EMERGENCY_UNSEEN,),
    Role.PASSENGER: (Doubt.EMERGENCY_UNSEEN, Doubt.CHILD_UNDER_SIX),
    Role.UNKNOWN: (),
}


@dataclass(frozen=True, slots=True)
class HeadVotes:
    """One head on one motorbike, over independent looks at it: moments apart, from places apart, nothing before it.

    looks          at the rider on which this head was found
    missed         good looks at the rider on which it was not found: hidden, or no head after all
    bare, helmet   of the looks, those that surely showed no helmet, and those that may show one
    chance         0..1 mean chance over the looks that the head is bare; chance_error: two deviations of that mean
    """

    who: Occurrence
    role: Role
    looks: int
    missed: int
    bare: int
    helmet: int
    chance: float
    chance_error: float


@dataclass(frozen=True, slots=True)
class HelmetLimits:
    """
    kinds        whom the rule binds; hours: when it holds, empty for always
    bare_looks   so many looks must surely show the head bare,
    bare_share   and this share of all good looks, the ones that missed the head included
    chance       below this mean chance, its error taken off, a head is not surely bare
    """

    kinds: frozenset[KindName] = frozenset({"motorbike"})
    hours: tuple[Hours, ...] = ()
    bare_looks: int = 4
    bare_share: float = 0.75
    chance: float = 0.65

    def __post_init__(self) -> None:
        numbers = (self.bare_looks, self.bare_share, self.chance)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"HelmetLimits: wanted numbers of 0 or more, found {numbers}")


def no_helmet(head: HeadVotes, limits: HelmetLimits, around: Circumstances) -> Verdict:
    """Accuse only of a head that several looks surely show bare and that none shows covered.

    Scene: nothing but the rule; a zone where one is named. An officer's hand excuses no bare head.
    """
    if head.who.vehicle not in limits.kinds or not head.bare >= limits.bare_looks:
        return NO_OFFENCE
    if not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    if not _agreed(head, limits):
        return Verdict(withheld=Withheld.HEADS_DISAGREE)
    measures = (
        Measure(name="bare_looks", value=float(head.bare), error=0.0, unit="looks"),
        Measure(name="good_looks", value=float(head.looks + head.missed), error=0.0, unit="looks"),
        Measure(name="bare_chance", value=head.chance, error=head.chance_error, unit="1"),
    )
    doubts = (*doubts_of(around, traffic=False), *DOUBTS_OF[head.role])
    return decide(
        Accusation(OFFENCE_OF[head.role], measures, doubts),
        exempted(around, limits.hours, traffic=False),
        Withheld.ROLE_UNSURE if head.role is Role.UNKNOWN else None,
    )


def _agreed(head: HeadVotes, limits: HelmetLimits) -> bool:
    most = head.bare >= limits.bare_share * (head.looks + head.missed)
    return most and head.helmet == 0 and head.chance - head.chance_error >= limits.chance

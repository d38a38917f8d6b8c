"""Driving against the arrow of a lane."""

from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Occurrence, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from vision.events.bodies import Measure
from vision.geometry.rules import MOTOR_KINDS, Hours
from vision.vehicles import KindName

OFFENCE = "wrong_way"


@dataclass(frozen=True, slots=True)
class WentBack:
    """One way against a lane's arrow that was not broken off. Ways are in bodies: one is the square root of the box's
    area, so that they hold near and far.

    way, way_error     net way of the feet against the arrow
    steps              equal looks that way is worth: one great leap is worth one
    slower_corner      the way of that corner of the box which went less far, as a share of the feet's
    body_px            size of the box
    off_deg, error     angle between the way and the arrow turned round
    arrow_doubted      most who drive there go against the arrow
    followed           whether anybody was seen to follow the arrow
    """

    who: Occurrence
    way: float
    way_error: float
    steps: float
    slower_corner: float
    body_px: float
    off_deg: float
    off_error_deg: float
    arrow_doubted: bool
    followed: bool


@dataclass(frozen=True, slots=True)
class WrongWayLimits:
    """
    kinds          whom the rule binds
    hours          when it holds; empty: always
    way            bodies that must surely have been driven against the arrow
    steps          looks they must be spread over: a box that jumps to the rider behind goes far in one
    slower_corner  least share for the slower corner: of a box that only grows one stays behind
    body_px        in a smaller box nobody can be told from a mark of the road
    off_deg        greatest angle, error included
    """

    kinds: frozenset[KindName] = frozenset(MOTOR_KINDS)
    hours: tuple[Hours, ...] = ()
    way: float = 2.0
    steps: float = 5.0
    slower_corner: float = 0.2
    body_px: float = 20.0
    off_deg: float = 45.0

    def __post_init__(self) -> None:
        numbers = (self.way, self.steps, self.slower_corner, self.body_px, self.off_deg)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"WrongWayLimits: wanted numbers of 0 or more, found {numbers}")


def wrong_way(went: WentBack, limits: WrongWayLimits, around: Circumstances) -> Verdict:
    """Accuse whoever surely went far, steadily, with the whole box, and not because the arrow is wrong."""
    if went.who.vehicle not in limits.kinds or not _surely_back(went, limits):
        return NO_OFFENCE
    if not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    alone = () if went.followed else (Doubt.ARROW_ALONE,)
    return decide(
        Accusation(OFFENCE, _measures(went), (*doubts_of(around), *alone)),
        exempted(around, limits.hours, went.who.at_s - went.who.since_s),
        Withheld.ARROW_DOUBTED if went.arrow_doubted else None,
    )


def _surely_back(went: WentBack, limits: WrongWayLimits) -> bool:
    far = went.way - went.way_error >= limits.way
    steady = went.steps >= limits.steps
    whole = went.slower_corner >= limits.slower_corner and went.body_px >= limits.body_px
    return far and steady and whole and went.off_deg + went.off_error_deg <= limits.off_deg


def _measures(went: WentBack) -> tuple[Measure, ...]:
    return (
        Measure(name="way_against", value=went.way, error=went.way_error, unit="bodies"),
        Measure(name="off_opposite", value=went.off_deg, error=went.off_error_deg, unit="deg"),
    )

"""Driving over a solid line."""

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Occurrence, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from vision.events.bodies import Measure
from vision.geometry.rules import MOTOR_KINDS, Hours
from vision.vehicles import KindName

OFFENCE = "solid_line"
Hand = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class WentOver:
    """One vehicle whose whole lower edge lay on one side of the marking, and then on the other.

    who               since_s: when it was last wholly on the first side; at_s: when it was first wholly on the other
    to                the hand to which it went, of someone walking along the marking
    before, after     how far the nearer end of its lower edge lay from the marking on either side, bodies
    error             two deviations of both
    along             least share of the marking by which it lay inside its ends while astride; below 0 around one
    seen              looks that showed it between the two sides or on them, without a leap
    whole             way of that corner of the box which went less far over, as a share of the feet's
    foot_hidden       whether its feet were perhaps hidden in any of those looks
    something_stood   whether something had stood long near by: whoever drives around that has a reason
    """

    who: Occurrence
    to: Hand
    before: float
    after: float
    error: float
    along: float
    seen: int
    whole: float
    foot_hidden: bool
    something_stood: bool


@dataclass(frozen=True, slots=True)
class SolidLineLimits:
    """
    kinds      whom the rule binds
    hours      when it holds; empty: always
    toward     the hand to which nobody may go over
    clear      bodies by which the whole lower edge must surely have been clear of the marking, on both sides
    along      share of the marking to keep from its ends
    seen       looks at least
    whole      least share for the slower corner: of a box that only grows one stays behind
    longest_s  a change of sides that took longer was made by two vehicles, or by a wavering box
    """

    kinds: frozenset[KindName] = frozenset(MOTOR_KINDS)
    hours: tuple[Hours, ...] = ()
    toward: Literal["left", "right", "both"] = "both"
    clear: float = 0.1
    along: float = 0.0
    seen: int = 4
    whole: float = 0.3
    longest_s: float = 6.0

    def __post_init__(self) -> None:
        numbers = (self.clear, self.along, self.seen, self.whole, self.longest_s)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"SolidLineLimits: wanted numbers of 0 or more, found {numbers}")


def solid_line(went: WentOver, limits: SolidLineLimits, around: Circumstances) -> Verdict:
    """Accuse whoever was surely wholly on one side and then surely wholly on the other, between the marking's ends."""
    if went.who.vehicle not in limits.kinds or limits.toward not in {"both", went.to}:
        return NO_OFFENCE
    if not _surely_over(went, limits) or not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    return decide(
        Accusation(OFFENCE, _measures(went), (*doubts_of(around), Doubt.WAY_ROUND)),
        exempted(around, limits.hours, went.who.at_s - went.who.since_s),
        Withheld.FOOT_HIDDEN if went.foot_hidden else None,
        Withheld.SOMETHING_STOOD if went.something_stood else None,
    )


def _surely_over(went: WentOver, limits: SolidLineLimits) -> bool:
    sides = went.before - went.error >= limits.clear and went.after - went.error >= limits.clear
    steady = went.seen >= limits.seen and went.who.at_s - went.who.since_s <= limits.longest_s
    between_ends = limits.along <= went.along <= 0.5
    return sides and steady and between_ends and went.whole >= limits.whole


def _measures(went: WentOver) -> tuple[Measure, ...]:
    return (
        Measure(name="clear_before", value=went.before, error=went.error, unit="bodies"),
        Measure(name="clear_after", value=went.after, error=went.error, unit="bodies"),
    )

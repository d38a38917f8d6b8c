"""What is told of a movement through the junction, and what every rule about one asks."""

from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Accusation, Occurrence, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from vision.events.bodies import Measure
from vision.geometry.rules import MOTOR_KINDS, Hours
from vision.vehicles import KindName


@dataclass(frozen=True, slots=True)
class Turned:
    """One vehicle that entered over a movement's first line and left over its second, each in the movement's direction.

    who          since_s: when it entered, to ± entered_error_s; at_s: when it left
    foot_hidden  whether its feet were perhaps hidden at either line
    longest_gap_s  the longest time between two looks that saw it on its way
    longest_leap   the longest way between two such looks, in bodies
    """

    who: Occurrence
    entered_error_s: float
    foot_hidden: bool
    longest_gap_s: float
    longest_leap: float


@dataclass(frozen=True, slots=True)
class TurnLimits:
    """
    kinds      whom the rule binds
    hours      when it holds; empty: always
    gap_s      whoever was out of sight for longer may be another vehicle under the same number
    leap       so may whoever went farther from one look to the next, bodies
    longest_s  whoever took longer stopped on the way; what for, nobody knows
    """

    kinds: frozenset[KindName] = frozenset(MOTOR_KINDS)
    hours: tuple[Hours, ...] = ()
    gap_s: float = 1.0
    leap: float = 2.5
    longest_s: float = 25.0

    def __post_init__(self) -> None:
        numbers = (self.gap_s, self.leap, self.longest_s)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"TurnLimits: wanted numbers of 0 or more, found {numbers}")


def judge_turn(offence: str, turned: Turned, limits: TurnLimits, around: Circumstances) -> Verdict:
    """Accuse of a movement that was surely one vehicle's; conditions are such that a NaN fails them."""
    took_s, error_s = turned.who.at_s - turned.who.since_s, turned.entered_error_s + turned.who.at_error_s
    if turned.who.vehicle not in limits.kinds or not (took_s - error_s > 0 and took_s + error_s <= limits.longest_s):
        return NO_OFFENCE
    if not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    one = turned.longest_gap_s <= limits.gap_s and turned.longest_leap <= limits.leap
    took = Measure(name="took", value=took_s, error=error_s, unit="s")
    return decide(
        Accusation(offence, (took,), doubts_of(around)),
        exempted(around, limits.hours, took_s + error_s),
        Withheld.FOOT_HIDDEN if turned.foot_hidden else None,
        None if one else Withheld.TRACK_UNSURE,
    )

"""Standing over the stop line while its lamp is red."""

from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Occurrence, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from violations.rules.shown import Shown, lamp_doubts, on_line
from vision.events.bodies import Measure
from vision.events.lamps import Lamp, LampSpan
from vision.geometry.rules import MOTOR_KINDS, Hours
from vision.vehicles import KindName

OFFENCE = "stop_line"


@dataclass(frozen=True, slots=True)
class StoodOver:
    """One vehicle that passed a stop line and stands just beyond it.

    who            since_s: when its feet passed the line, to ± crossed_error_s; at_s: now
    stood_s        for how long it has surely stood, to ± stood_error_s
    beyond         how far beyond the line its feet stand, in its own sizes, to ± beyond_error
    clear_s        the last moment at which all of it surely lay before the line; None: never seen so
    foot_hidden    whether its feet were perhaps hidden when they passed
    queue_ahead    whether somebody ahead perhaps stands too, so that it could not drive on
    may_turn       whether a sign perhaps allows it a turn on red: then it may stand to give way in it
    """

    who: Occurrence
    crossed_error_s: float
    stood_s: float
    stood_error_s: float
    beyond: float
    beyond_error: float
    clear_s: float | None
    foot_hidden: bool
    queue_ahead: bool
    may_turn: bool = False


@dataclass(frozen=True, slots=True)
class StopLineLimits:
    """
    kinds     whom the rule binds
    hours     when it holds; empty: always
    stands_s  whoever stood no longer only brakes or swings
    grace_s   whoever passed no later than this after the start of red may have been unable to stop
    farthest  own sizes beyond the line: whoever stands farther on is in the junction, which is another offence
    longest_s a red that has lasted longer than this is perhaps a broken lamp
    """

    kinds: frozenset[KindName] = frozenset(MOTOR_KINDS)
    hours: tuple[Hours, ...] = ()
    stands_s: float = 3.0
    grace_s: float = 0.5
    farthest: float = 2.0
    longest_s: float = 300.0

    def __post_init__(self) -> None:
        numbers = (self.stands_s, self.grace_s, self.farthest, self.longest_s)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"StopLineLimits: wanted numbers of 0 or more, found {numbers}")


def stop_line(stood: StoodOver, shown: Shown, limits: StopLineLimits, around: Circumstances) -> Verdict:
    """Accuse whoever passed the line in a red that surely went on, and stands there still.

    shown: by the lamp when its feet passed. Conditions are written so that a number that is no number (NaN) fails them.
    """
    if stood.who.vehicle not in limits.kinds or not _stands_over(stood, limits):
        return NO_OFFENCE
    lamp = shown.lamp
    if lamp is None or lamp.state is Lamp.UNKNOWN:
        return Verdict(withheld=Withheld.LAMP_UNKNOWN)
    if not _in_red(stood, lamp, limits) or not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    return decide(
        Accusation(OFFENCE, _measures(stood, lamp), _doubts(lamp, around)),
        exempted(around, limits.hours, stood.who.at_s - stood.who.since_s),
        Withheld.FOOT_HIDDEN if stood.foot_hidden else None,
        on_line(stood.clear_s, shown),
        Withheld.PUSHED_BY_QUEUE if stood.queue_ahead else None,
        Withheld.TURN_UNSEEN if stood.may_turn else None,
    )


def _stands_over(stood: StoodOver, limits: StopLineLimits) -> bool:
    stands = stood.stood_s - stood.stood_error_s >= limits.stands_s
    beyond = stood.beyond - stood.beyond_error > 0
    return stands and beyond and stood.beyond + stood.beyond_error <= limits.farthest


def _in_red(stood: StoodOver, lamp: LampSpan, limits: StopLineLimits) -> bool:
    """From passing the line to now, whatever the errors."""
    if lamp.state is not Lamp.RED:
        return False
    passed_s = stood.who.since_s - lamp.since_s
    late = passed_s - stood.crossed_error_s - lamp.error_s >= limits.grace_s
    still_red = lamp.until_s - stood.who.at_s - stood.who.at_error_s - lamp.error_s > 0
    return late and still_red and stood.who.at_s - lamp.since_s + lamp.error_s <= limits.longest_s


def _measures(stood: StoodOver, lamp: LampSpan) -> tuple[Measure, ...]:
    into_red_s, error_s = stood.who.since_s - lamp.since_s, stood.crossed_error_s + lamp.error_s
    return (
        Measure(name="standing_over", value=stood.stood_s, error=stood.stood_error_s, unit="s"),
        Measure(name="beyond_line", value=stood.beyond, error=stood.beyond_error, unit="bodies"),
        Measure(name="into_red", value=into_red_s, error=error_s, unit="s"),
    )


def _doubts(lamp: LampSpan, around: Circumstances) -> tuple[Doubt, ...]:
    return (*doubts_of(around), *lamp_doubts(lamp), Doubt.BREAKDOWN_UNSEEN)

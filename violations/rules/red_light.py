"""Passing the stop line while the lamp is red."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.shown import Shown, lamp_doubts, on_line
from violations.rules.turn_on_red import AllowedTurn, Taken, turned_as_allowed
from vision.events.bodies import Crossing, Direction, Measure
from vision.events.lamps import Lamp, LampSpan

OFFENCE = "red_light"
# The offence is one of drivers of motor vehicles: a bicycle has no plate and no licence, a walker no stop line.
MOTOR_VEHICLES = frozenset({"motorbike", "car", "bus", "truck"})


@dataclass(frozen=True, slots=True)
class RedLightLimits:
    """What one stop line asks before it accuses.

    enters       the direction over the line that enters the junction
    grace_s      how long after the start of red nobody is accused
    slowest_mps  below this a vehicle creeps, as the ones waiting at a line do
    vaguest      a speed whose error is more than this share of it was not measured: a box that jumped between two
                 vehicles looks like one that drove
    fastest_mps  above this the speed is a mistake of ours, and so perhaps is the crossing
    longest_s    a red that has lasted longer than this is perhaps a broken lamp
    onward_bodies   whoever was seen to go this far beyond the line did not stop there; a body is one vehicle's size
    unstoppable_mps whoever was surely faster did not either: at 7 m/s² this takes 1.8 m
    allowed      turns that a sign or an arrow allows from this line at red; none: nobody may
    """

    enters: Direction
    grace_s: float = 0.5
    slowest_mps: float = 2.0
    vaguest: float = 0.5
    fastest_mps: float = 50.0
    longest_s: float = 300.0
    onward_bodies: float = 1.0
    unstoppable_mps: float = 5.0
    allowed: tuple[AllowedTurn, ...] = ()

    def __post_init__(self) -> None:
        numbers = (
            *(self.grace_s, self.slowest_mps, self.vaguest, self.fastest_mps, self.longest_s),
            *(self.onward_bodies, self.unstoppable_mps),
        )
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"RedLightLimits: wanted numbers of 0 or more, found {numbers}")


@dataclass(frozen=True, slots=True)
class WayOver:
    """What was seen of the vehicle before and after it passed the line; what is left out nobody saw.

    clear_s         the last moment at which all of it surely lay before the line, media seconds; None: never seen so
    onward_bodies   how far beyond the line it was seen afterwards, in its own sizes, and the error of that
    followed_closely   whether somebody was close behind it on the line
    taken           the way by which it left the junction; None: nobody saw it leave
    """

    clear_s: float | None = None
    onward_bodies: float | None = None
    onward_error: float = 0.0
    followed_closely: bool = False
    taken: Taken | None = None


def red_light(
    crossing: Crossing,
    shown: Shown,
    way: WayOver,
    limits: RedLightLimits,
    around: Circumstances,
) -> Verdict:
    """Accuse only if the vehicle was late even when every doubt goes its way.

    shown: by the lamp at the crossing. All times are seconds on the camera's own clock. No offence for anything but a
    motor vehicle entering over a stop line, at a speed, while a red had lasted longer than the grace and surely went
    on; nor for one that turned as a sign allows. Conditions are written so that a number that is no number (NaN) fails
    them.
    """
    if not _drove_in(crossing, limits):
        return NO_OFFENCE
    lamp = shown.lamp
    if lamp is None or lamp.state is Lamp.UNKNOWN:
        return Verdict(withheld=Withheld.LAMP_UNKNOWN)
    if lamp.state is not Lamp.RED or not _surely_late(crossing, lamp, limits):
        return NO_OFFENCE
    turned = turned_as_allowed(crossing.vehicle, way.taken, limits.allowed, around)
    if turned == NO_OFFENCE:
        return NO_OFFENCE
    return decide(
        Accusation(OFFENCE, _measures(crossing, lamp), tuple(_doubts(crossing, lamp, way, limits, around))),
        exempted(around),
        turned.withheld if turned is not None else None,
        Withheld.FOOT_HIDDEN if crossing.foot_hidden else None,
        on_line(way.clear_s, shown),
        None if _went_on(crossing, way, limits) else Withheld.STOPPED_PAST_LINE,
    )


def _drove_in(crossing: Crossing, limits: RedLightLimits) -> bool:
    return (
        crossing.role == "stop"
        and crossing.direction is limits.enters
        and crossing.vehicle in MOTOR_VEHICLES
        and _surely_driving(crossing, limits)
    )


def _surely_late(crossing: Crossing, lamp: LampSpan, limits: RedLightLimits) -> bool:
    doubt_s = crossing.at_error_s + lamp.error_s
    into_red_s = crossing.at_s - lamp.since_s
    left_of_red_s = lamp.until_s - crossing.at_s
    late = into_red_s - doubt_s >= limits.grace_s
    still_red = left_of_red_s - doubt_s > 0
    plausible = into_red_s + doubt_s <= limits.longest_s
    return late and still_red and plausible


def _surely_driving(crossing: Crossing, limits: RedLightLimits) -> bool:
    if crossing.speed_mps is None or crossing.speed_error_mps is None:
        return False
    driving = crossing.speed_mps - crossing.speed_error_mps >= limits.slowest_mps
    measured = crossing.speed_error_mps <= limits.vaguest * crossing.speed_mps
    plausible = crossing.speed_mps + crossing.speed_error_mps <= limits.fastest_mps
    return driving and measured and plausible


def _went_on(crossing: Crossing, way: WayOver, limits: RedLightLimits) -> bool:
    assert crossing.speed_mps is not None and crossing.speed_error_mps is not None
    if crossing.speed_mps - crossing.speed_error_mps >= limits.unstoppable_mps:
        return True
    return way.onward_bodies is not None and way.onward_bodies - way.onward_error >= limits.onward_bodies


def _measures(crossing: Crossing, lamp: LampSpan) -> tuple[Measure, ...]:
    assert crossing.speed_mps is not None and crossing.speed_error_mps is not None
    into_red = crossing.at_s - lamp.since_s
    return (
        Measure(name="into_red", value=into_red, error=crossing.at_error_s + lamp.error_s, unit="s"),
        Measure(name="speed", value=crossing.speed_mps, error=crossing.speed_error_mps, unit="m/s"),
    )


def _doubts(
    crossing: Crossing, lamp: LampSpan, way: WayOver, limits: RedLightLimits, around: Circumstances
) -> Iterator[Doubt]:
    yield from doubts_of(around)
    yield from lamp_doubts(lamp)
    surely_into_red_s = crossing.at_s - lamp.since_s - crossing.at_error_s - lamp.error_s
    if surely_into_red_s < 2 * limits.grace_s:
        yield Doubt.SOON_AFTER_RED
    if way.followed_closely:
        yield Doubt.PUSHED_BY_QUEUE

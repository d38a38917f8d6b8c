"""Passing the stop line while the lamp is red."""

from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import Accusation, Doubt, Withheld
from vision.events.bodies import Crossing, Direction, Measure
from vision.events.lamps import Lamp, LampSpan

OFFENCE = "red_light"
# The offence is one of drivers of motor vehicles: a bicycle has no plate and no licence, a walker no stop line.
MOTOR_VEHICLES = frozenset({"motorbike", "car", "bus", "truck"})
LAMP_DOUBTS = {"file": Doubt.LAMP_FROM_FILE, "image": Doubt.LAMP_FROM_IMAGE}


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
    """

    enters: Direction
    grace_s: float = 0.5
    slowest_mps: float = 2.0
    vaguest: float = 0.5
    fastest_mps: float = 50.0
    longest_s: float = 300.0

    def __post_init__(self) -> None:
        numbers = (self.grace_s, self.slowest_mps, self.vaguest, self.fastest_mps, self.longest_s)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"RedLightLimits: wanted numbers of 0 or more, found {numbers}")


def red_light(
    crossing: Crossing, lamp: LampSpan | None, limits: RedLightLimits, *, view_moved: bool = False
) -> Accusation | None:
    """Accuse only if the vehicle was late even when every doubt goes its way.

    lamp: the span that covers the crossing, None where nobody knows what it showed. view_moved: whether the camera may
    have looked elsewhere than the scene says. All times are seconds on the camera's own clock. None for anything but a
    motor vehicle entering over a stop line, its feet in sight, seen at a speed, while a known red had lasted longer
    than the grace and surely went on. Conditions are written so that a number that is no number (NaN) fails them.
    """
    if lamp is None or not _offends(crossing, lamp, limits) or _withheld(crossing, view_moved):
        return None
    return Accusation(OFFENCE, _measures(crossing, lamp), _doubts(crossing, lamp, limits))


def why_withheld(
    crossing: Crossing, lamp: LampSpan | None, limits: RedLightLimits, *, view_moved: bool = False
) -> Withheld | None:
    """The doubt that alone kept `red_light` from accusing; None where it accuses or had nothing to accuse of."""
    if lamp is None or not _offends(crossing, lamp, limits):
        return None
    return _withheld(crossing, view_moved)


def _withheld(crossing: Crossing, view_moved: bool) -> Withheld | None:
    if view_moved:
        return Withheld.VIEW_MOVED
    return Withheld.FOOT_HIDDEN if crossing.foot_hidden else None


def _offends(crossing: Crossing, lamp: LampSpan, limits: RedLightLimits) -> bool:
    """Whether what was measured is the offence, if it was measured on the right road."""
    if lamp.state is not Lamp.RED or crossing.role != "stop" or crossing.direction is not limits.enters:
        return False
    return (
        crossing.vehicle in MOTOR_VEHICLES
        and _surely_late(crossing, lamp, limits)
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


def _measures(crossing: Crossing, lamp: LampSpan) -> tuple[Measure, ...]:
    assert crossing.speed_mps is not None and crossing.speed_error_mps is not None
    into_red = crossing.at_s - lamp.since_s
    return (
        Measure(name="into_red", value=into_red, error=crossing.at_error_s + lamp.error_s, unit="s"),
        Measure(name="speed", value=crossing.speed_mps, error=crossing.speed_error_mps, unit="m/s"),
    )


def _doubts(crossing: Crossing, lamp: LampSpan, limits: RedLightLimits) -> tuple[Doubt, ...]:
    doubts = [Doubt.OFFICER_UNSEEN, Doubt.PRIORITY_UNSEEN]
    if lamp.origin in LAMP_DOUBTS:
        doubts.append(LAMP_DOUBTS[lamp.origin])
    surely_into_red_s = crossing.at_s - lamp.since_s - crossing.at_error_s - lamp.error_s
    if surely_into_red_s < 2 * limits.grace_s:
        doubts.append(Doubt.SOON_AFTER_RED)
    return tuple(doubts)

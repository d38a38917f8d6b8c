"""Driving over a line faster than the limit. Which band of the law it falls into, `violations.law` knows."""

from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from vision.events.bodies import Crossing, Measure
from vision.geometry.rules import MOTOR_KINDS, Hours
from vision.vehicles import KindName

OFFENCE = "speeding"
KMH = 3.6
OVER_LIMIT = "over_limit"
"""The measure the law is asked with, km/h: by how much the speed was surely above the limit."""


@dataclass(frozen=True, slots=True)
class SpeedLimits:
    """
    limit_kmh     the sign's
    kinds, hours  whom it binds, and when; empty: always
    margin_kmh, margin_share   taken off beside the error of the measurement, whichever is more: what no fit betrays,
                  such as a calibration that is wrong as a whole. 3 km/h or 3 % is usual for approved devices
    least_over_kmh   nobody is fined for less (decree 168/2024 begins at 5)
    vaguest       a speed whose error is more than this share of it was not measured
    fastest_kmh   above this the speed is a mistake of ours
    """

    limit_kmh: float
    kinds: frozenset[KindName] = frozenset(MOTOR_KINDS)
    hours: tuple[Hours, ...] = ()
    margin_kmh: float = 3.0
    margin_share: float = 0.03
    least_over_kmh: float = 5.0
    vaguest: float = 0.15
    fastest_kmh: float = 220.0

    def __post_init__(self) -> None:
        numbers = (
            *(self.limit_kmh, self.margin_kmh, self.margin_share),
            *(self.least_over_kmh, self.vaguest, self.fastest_kmh),
        )
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"SpeedLimits: wanted numbers of 0 or more, found {numbers}")


def speeding(crossing: Crossing, limits: SpeedLimits, around: Circumstances) -> Verdict:
    """Accuse whoever was too fast by enough even when every error and the margin go his way."""
    if crossing.vehicle not in limits.kinds or crossing.speed_mps is None or crossing.speed_error_mps is None:
        return NO_OFFENCE
    speed_kmh, error_kmh = crossing.speed_mps * KMH, crossing.speed_error_mps * KMH
    over_kmh = surely_over_kmh(speed_kmh, error_kmh, limits)
    if over_kmh is None or not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    doubts = (*doubts_of(around), Doubt.LIMIT_IN_FORCE)
    return decide(
        Accusation(OFFENCE, measures_of(speed_kmh, error_kmh, over_kmh, limits), doubts),
        exempted(around, limits.hours),
        Withheld.FOOT_HIDDEN if crossing.foot_hidden else None,
    )


def surely_over_kmh(speed_kmh: float, error_kmh: float, limits: SpeedLimits) -> float | None:
    """By how much, error and margin taken off; None where it is not enough, or no speed was measured."""
    measured = error_kmh <= limits.vaguest * speed_kmh and speed_kmh + error_kmh <= limits.fastest_kmh
    over_kmh = speed_kmh - error_kmh - max(limits.margin_kmh, limits.margin_share * speed_kmh) - limits.limit_kmh
    return over_kmh if measured and over_kmh >= limits.least_over_kmh else None


def measures_of(speed_kmh: float, error_kmh: float, over_kmh: float, limits: SpeedLimits) -> tuple[Measure, ...]:
    """over_limit is what is left when error and margin are taken off, so it has no error of its own."""
    return (
        Measure(name="speed", value=speed_kmh, error=error_kmh, unit="km/h"),
        Measure(name="limit", value=limits.limit_kmh, error=0.0, unit="km/h"),
        Measure(name=OVER_LIMIT, value=over_kmh, error=0.0, unit="km/h"),
    )

"""What is told of a vehicle that drives through a lane or a zone, and what every rule about that asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Occurrence, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from vision.events.bodies import Measure
from vision.geometry.rules import Hours
from vision.vehicles import KindName

LOOK_ALIKE: frozenset[KindName] = frozenset({"car", "bus", "truck"})


@dataclass(frozen=True, slots=True)
class Drive:
    """One unbroken way of one vehicle, surely inside a lane or zone, clear of its edge by the share it must be.

    who                   since_s: when it was first surely inside
    way, clear_way        net way, in a lane along its arrow; and the part of it on which the feet were in sight and
                          nothing stood near that it may have driven around in a lane
    unit                  of the ways: metres, or bodies (one is the square root of the box's area, in the picture)
    way_error             two deviations of both
    hidden_way            the part of the way on which the feet were perhaps hidden
    speed_mps, its error  metres per second over the whole way; None where nothing is known in metres
    kind_s                for how long it has been taken for the same kind without a break
    """

    who: Occurrence
    way: float
    clear_way: float
    hidden_way: float
    way_error: float
    kind_s: float
    unit: Literal["m", "bodies"] = "m"
    speed_mps: float | None = None
    speed_error_mps: float | None = None

    @property
    def lasted_s(self) -> float:
        return self.who.at_s + self.who.at_error_s - self.who.since_s


@dataclass(frozen=True, slots=True)
class DriveLimits:
    """
    kinds      whom the rule binds
    hours      when it holds; empty: always
    way_m      so far one must surely have driven inside; way_bodies: the same where nothing is known in metres
    kind_s     for so long it must have been taken for the same kind; twice as long where the rule binds some of cars,
               buses and trucks and not others, which look alike
    """

    kinds: frozenset[KindName]
    hours: tuple[Hours, ...] = ()
    way_m: float = 8.0
    way_bodies: float = 3.0
    kind_s: float = 1.0

    def __post_init__(self) -> None:
        numbers = (self.way_m, self.way_bodies, self.kind_s)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"DriveLimits: wanted numbers of 0 or more, found {numbers}")

    @property
    def needed_kind_s(self) -> float:
        return self.kind_s if self.kinds.isdisjoint(LOOK_ALIKE) or self.kinds >= LOOK_ALIKE else 2 * self.kind_s

    def least_way(self, unit: Literal["m", "bodies"]) -> float:
        return self.way_m if unit == "m" else self.way_bodies


def judge_drive(
    offence: str, drive: Drive, limits: DriveLimits, around: Circumstances, doubts: Sequence[Doubt]
) -> Verdict:
    """Accuse of a way inside, long enough whatever its error; conditions are such that a NaN fails them."""
    if drive.who.vehicle not in limits.kinds or not drive.way - drive.way_error >= limits.least_way(drive.unit):
        return NO_OFFENCE
    if not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    accusation = Accusation(offence, _measures(drive), (*doubts_of(around), *doubts))
    return decide(accusation, exempted(around, limits.hours, drive.lasted_s), _unsure(drive, limits))


def _unsure(drive: Drive, limits: DriveLimits) -> Withheld | None:
    least = limits.least_way(drive.unit)
    if not drive.clear_way - drive.way_error >= least:
        seen_way = drive.way - drive.hidden_way - drive.way_error
        return Withheld.SOMETHING_STOOD if seen_way >= least else Withheld.FOOT_HIDDEN
    return None if drive.kind_s >= limits.needed_kind_s else Withheld.KIND_UNSURE


def _measures(drive: Drive) -> tuple[Measure, ...]:
    way = Measure(name="way_inside", value=drive.clear_way, error=drive.way_error, unit=drive.unit)
    if drive.speed_mps is None or drive.speed_error_mps is None or not drive.speed_error_mps >= 0:
        return (way,)
    return (way, Measure(name="speed", value=drive.speed_mps, error=drive.speed_error_mps, unit="m/s"))

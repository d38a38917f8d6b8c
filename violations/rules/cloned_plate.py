"""A plate that two vehicles seem to bear. A suspicion only: it leads to a person looking, never to an accusation.

Cloned plates led to fines for the wrong owner, so a suspicion is also a reason not to fine whoever is written in the
register. Every doubt goes the driver's way: more error in any measure never makes a suspicion.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, inf, isfinite, radians, sin, sqrt

from violations.rules.accusation import Accusation, Doubt, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of
from vision.events.bodies import Measure
from vision.plates.sightings import Sighting
from vision.plates.text import Ground
from vision.vehicles import KindName

OFFENCE = "cloned_plate"
"""Under this name a suspicion travels. It is for information only, whatever else is in order: no fine rests on it."""
EARTH_RADIUS_M = 6_371_000.0
"""Mean radius (IUGG). The flattening makes a great circle up to 0.6 % wrong, which EARTH_SHARE takes off."""
EARTH_SHARE = 0.994
MPS_TO_KMH = 3.6


class WhySuspected(StrEnum):
    """The values are translation keys."""

    IMPOSSIBLE_JOURNEY = "impossible_journey"  # nobody drives from one place to the other in that time
    OTHER_VEHICLE = "other_vehicle"  # another kind of vehicle than the register says
    OTHER_GROUND = "other_ground"  # another colour of plate than the register says


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One plate, perhaps on two vehicles; `sightings` are those that it rests on, in the order of time."""

    plate: str
    why: WhySuspected
    sightings: tuple[Sighting, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Road:
    """How far apart two cameras are, in metres along the shortest way anybody could take, lawful or not."""

    length_m: float
    length_error_m: float

    def __post_init__(self) -> None:
        if not (isfinite(self.length_m) and self.length_m >= 0 and self.length_error_m >= 0):
            raise ValueError(
                f"road: wanted a length and an error of 0 or more, found {self.length_m} and {self.length_error_m}"
            )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a camera stands: degrees north and east (WGS 84), known to ± error_m."""

    north_deg: float
    east_deg: float
    error_m: float

    def __post_init__(self) -> None:
        if not (abs(self.north_deg) <= 90 and abs(self.east_deg) <= 180 and self.error_m >= 0):
            raise ValueError(
                "place: wanted degrees north within 90, east within 180 and an error of 0 or more, "
                f"found {self.north_deg}, {self.east_deg} and {self.error_m}"
            )


@dataclass(frozen=True, slots=True)
class CloneLimits:
    """
    fastest_kmh  nobody drives this fast from one camera of a city to the next
    certainty    a plate read less surely than this is not used
    apart_m      cameras that are perhaps nearer than this see the same vehicle
    """

    fastest_kmh: float = 200.0
    certainty: float = 0.9
    apart_m: float = 300.0

    def __post_init__(self) -> None:
        if not (isfinite(self.fastest_kmh) and self.fastest_kmh > 0 and self.certainty >= 0 and self.apart_m >= 0):
            raise ValueError(f"CloneLimits: wanted a speed above 0 and numbers of 0 or more, found {self}")


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """What the register says of a plate; None: it does not say."""

    plate: str
    vehicle: KindName | None = None
    ground: Ground | None = None


USUAL = CloneLimits()
ALIKE: frozenset[frozenset[KindName]] = frozenset(
    {frozenset({"car", "truck"}), frozenset({"car", "bus"}), frozenset({"bus", "truck"})}
)
"""Kinds that a camera may take for each other: vans, pick-ups, minibuses."""


def straight_road(first: Place, second: Place) -> Road:
    """The straight line between two places: no road is shorter, so it never makes a journey look faster than it was."""
    north, other = radians(first.north_deg), radians(second.north_deg)
    half = sin((other - north) / 2) ** 2
    half += cos(north) * cos(other) * sin(radians(second.east_deg - first.east_deg) / 2) ** 2
    length_m = 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, half)))
    return Road(length_m, (1 - EARTH_SHARE) * length_m + first.error_m + second.error_m)


def impossible_journey(first: Sighting, second: Sighting, road: Road, limits: CloneLimits = USUAL) -> Suspicion | None:
    """Suspect where even the shortest way in the longest time would have needed an impossible speed.

    road: between the two cameras. None for different plates, the same camera, a plate that was not surely read, and a
    clock of which nobody knows how wrong it is.
    """
    if first.plate != second.plate or first.rows != second.rows or first.camera == second.camera:
        return None
    if not min(first.certainty, second.certainty) >= limits.certainty:
        return None
    if first.at_error_s is None or second.at_error_s is None:
        return None
    shortest_m = road.length_m - road.length_error_m
    took_s, error_s = abs(second.at_s - first.at_s), first.at_error_s + second.at_error_s
    longest_s = took_s + error_s
    slowest_kmh = MPS_TO_KMH * shortest_m / longest_s if longest_s > 0 else inf
    if not (shortest_m >= limits.apart_m and slowest_kmh > limits.fastest_kmh):
        return None
    measures = [
        Measure(name="distance", value=road.length_m, error=road.length_error_m, unit="m"),
        Measure(name="took", value=took_s, error=error_s, unit="s"),
    ]
    if isfinite(slowest_kmh):
        measures.append(Measure(name="slowest_speed", value=slowest_kmh, error=0.0, unit="km/h"))
    seen = (first, second) if first.at_s <= second.at_s else (second, first)
    return Suspicion(first.plate, WhySuspected.IMPOSSIBLE_JOURNEY, seen, tuple(measures))


def against_registry(seen: Sighting, row: RegistryRow, limits: CloneLimits = USUAL) -> Suspicion | None:
    """Suspect where the register says another kind of vehicle, or another colour of plate, than was seen.

    What the register does not say, or the camera did not surely see, speaks against nobody.
    """
    if seen.plate != row.plate or not seen.certainty >= limits.certainty:
        return None
    certainty = (Measure(name="certainty", value=seen.certainty, error=0.0, unit=""),)
    if row.vehicle is not None and not _may_be(seen.vehicle, row.vehicle):
        return Suspicion(seen.plate, WhySuspected.OTHER_VEHICLE, (seen,), certainty)
    if row.ground is not None and seen.ground is not None and seen.ground is not row.ground:
        return Suspicion(seen.plate, WhySuspected.OTHER_GROUND, (seen,), certainty)
    return None


def suspect(suspicion: Suspicion, around: Circumstances) -> Verdict:
    """The suspicion as something for a person to look at; never more than that."""
    if around.view_moved:
        return Verdict(withheld=Withheld.VIEW_MOVED)
    doubts = (*doubts_of(around, traffic=False), Doubt.PLATE_PERHAPS_CLONED)
    return Verdict(Accusation(OFFENCE, suspicion.measures, doubts))


def _may_be(seen: KindName, registered: KindName) -> bool:
    return seen == registered or frozenset({seen, registered}) in ALIKE

"""Driving from one camera to another faster than the limit allows: the mean speed over a stretch of known length."""

from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from violations.rules.speeding import KMH, OFFENCE, SpeedLimits, measures_of, surely_over_kmh
from vision.events.bodies import Measure
from vision.vehicles import KindName

MEAN_SPEED = "mean_speed"

__all__ = ["OFFENCE", "PlateSighting", "Section", "section_speed"]


@dataclass(frozen=True, slots=True)
class PlateSighting:
    """A plate at one camera. at_s: seconds on one clock that all cameras of the site share, to ± at_error_s, the
    camera's own clock error included; None: nobody said how wrong. plate None: the reader abstained."""

    camera: str
    plate: str | None
    vehicle: KindName
    at_s: float
    at_error_s: float | None


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of road between two cameras, along the shortest lawful way, metres to ± length_error_m."""

    name: str
    first: str
    second: str
    length_m: float
    length_error_m: float

    def __post_init__(self) -> None:
        if not (isfinite(self.length_m) and self.length_m > 0 and self.length_error_m >= 0):
            raise ValueError(
                f"section {self.name}: wanted a length above 0 and an error of 0 or more, "
                f"found {self.length_m} and {self.length_error_m}"
            )


def section_speed(
    first: PlateSighting,
    second: PlateSighting,
    section: Section,
    limits: SpeedLimits,
    around: Circumstances,
    *,
    suspected: bool = False,
) -> Verdict:
    """Accuse whoever took surely less time than the limit allows.

    Whoever was at rest on the way, or took a longer one, drove faster than this says: that goes his way.
    suspected: whether two vehicles seem to bear the plate, so that the sightings are perhaps of both.
    """
    if (first.camera, second.camera) != (section.first, section.second) or second.vehicle not in limits.kinds:
        return NO_OFFENCE
    if first.plate != second.plate:
        return NO_OFFENCE
    errors_s = (first.at_error_s, second.at_error_s)
    took_s, error_s = second.at_s - first.at_s, sum(error for error in errors_s if error is not None)
    if not took_s - error_s > 0 or not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    speed_kmh = section.length_m / took_s * KMH
    slowest_kmh = (section.length_m - section.length_error_m) / (took_s + error_s) * KMH
    over_kmh = surely_over_kmh(speed_kmh, speed_kmh - slowest_kmh, limits)
    if over_kmh is None:
        return NO_OFFENCE
    took = Measure(name="took", value=took_s, error=error_s, unit="s")
    length = Measure(name="length", value=section.length_m, error=section.length_error_m, unit="m")
    speed, *others = measures_of(speed_kmh, speed_kmh - slowest_kmh, over_kmh, limits)
    measures = (speed.model_copy(update={"name": MEAN_SPEED}), *others, took, length)
    return decide(
        Accusation(OFFENCE, measures, (*doubts_of(around), Doubt.LIMIT_IN_FORCE)),
        exempted(around, limits.hours, took_s + error_s),
        Withheld.CLOCKS_UNKNOWN if None in errors_s else None,
        Withheld.PLATE_UNSURE if first.plate is None else None,
        Withheld.PLATE_CLONED if suspected else None,
        Withheld.KIND_UNSURE if first.vehicle != second.vehicle else None,
    )

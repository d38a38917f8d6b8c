"""Level of service, from the thresholds of the Highway Capacity Manual.

Signalised delay: HCM 6th edition (2016), exhibit 19-8. Unsignalised delay: exhibit 20-2 (two-way stop). Density of
basic freeway segments: exhibit 12-15, passenger cars per mile and lane. They were found for North American car traffic:
in motorbike traffic a grade compares times and places, it does not promise the comfort the manual means.
"""

from bisect import bisect_left
from typing import Literal

from vision.events.facts import Figure, Grade, LevelOfService

Basis = Literal["hcm_signalised_delay", "hcm_unsignalised_delay", "hcm_freeway_density"]
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D", "E", "F")
KM_PER_MILE = 1.609344
# The last value of each grade but F: seconds per vehicle, or passenger cars per kilometre and lane.
THRESHOLDS: dict[Basis, tuple[float, ...]] = {
    "hcm_signalised_delay": (10.0, 20.0, 35.0, 55.0, 80.0),
    "hcm_unsignalised_delay": (10.0, 15.0, 25.0, 35.0, 50.0),
    "hcm_freeway_density": tuple(cars / KM_PER_MILE for cars in (11.0, 18.0, 26.0, 35.0, 45.0)),
}


def grade(value: float, basis: Basis) -> Grade:
    return GRADES[bisect_left(THRESHOLDS[basis], value)]


def level_of_service(measured: Figure, basis: Basis, per_unit: float = 1.0) -> LevelOfService | None:
    """The grade of `measured` · per_unit, and the grades at both ends of its error; None where nothing was measured."""
    if measured.value is None or measured.error is None:
        return None
    value, error = measured.value * per_unit, measured.error * per_unit
    return LevelOfService(
        grade=grade(value, basis), best=grade(value - error, basis), worst=grade(value + error, basis), basis=basis
    )

"""Flow per movement, with its error, from vehicles that were counted.

Vehicles are taken to arrive as a Poisson stream: n counted vehicles carry an error of at least √n. Time in which
no frame was analysed is not counted as empty road: the flow is what was seen per second of seeing. All errors are
one standard deviation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from signals.demand.pcu import PcuTable
from vision.vehicles import KindName

SHORTEST_PERIOD_S = 900.0
"""15 minutes: the analysis period of the Highway Capacity Manual. Shorter counts are used, with a warning."""


@dataclass(frozen=True, slots=True)
class Flow:
    """`units_h`: pcu or mcu per hour, by the table used; `error_units_h`: one standard deviation; `origin`: words."""

    movement: str
    units_h: float
    error_units_h: float
    origin: str


@dataclass(frozen=True, slots=True)
class UnknownFlow:
    """A movement nobody can speak for. `why`: a sentence that says what would make it known."""

    movement: str
    why: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Vehicles of one movement in `seen_s` seconds of really analysed time. `share` of them makes the movement."""

    counts: Mapping[KindName, int]
    seen_s: float
    share: float = 1.0


def flow_from_tallies(movement: str, tallies: list[Tally], table: PcuTable, origin: str) -> Flow:
    """Flows of several lines add up; their variances too.

    A movement where nothing passed has an error of one car: seeing none does not prove that none ever comes.
    """
    parts = [_rate(tally, table) for tally in tallies]
    units_h = sum(rate for rate, _ in parts)
    error_units_h = sqrt(sum(variance for _, variance in parts))
    return Flow(movement, units_h, error_units_h, origin)


def _rate(tally: Tally, table: PcuTable) -> tuple[float, float]:
    """Units per hour and their variance: for independent Poisson kinds, Σ factor² · n."""
    per_hour = 3600.0 / tally.seen_s
    vehicles = {kind: number for kind, number in tally.counts.items() if kind != "pedestrian"}
    units = sum(table.factors[kind] * number for kind, number in vehicles.items())
    variance = sum(table.factors[kind] ** 2 * number for kind, number in vehicles.items())
    variance = max(variance * tally.share, table.units_per_car**2 if not units else 0.0)
    return units * tally.share * per_hour, variance * per_hour**2


def stated_flow(movement: str, units_h: float, error_units_h: float | None, table: PcuTable) -> Flow:
    """A flow somebody states. Without an error it gets that of 15 minutes of random arrivals, no better."""
    if error_units_h is not None:
        return Flow(movement, units_h, error_units_h, "stated with its error")
    error = sqrt(max(units_h, table.units_per_car) * table.units_per_car * 3600.0 / SHORTEST_PERIOD_S)
    return Flow(movement, units_h, error, "stated; its error is that of 15 minutes of random arrivals")

"""How far a number may be off because the detector errs: what an error model says of counts, carried over."""

from functools import cached_property
from math import hypot
from typing import Protocol

import numpy as np

from vision.arrays import F64
from vision.events.facts import Figure, Volumes
from vision.pcu import PcuTable
from vision.vehicles import VehicleKind

LEVEL = 0.95
DEVIATIONS = 2.0
DIGITS = 4
# So many vehicles that chance evens out and only what is wrong with the detector itself is left.
MANY = 200
NOT_PEDESTRIAN = np.array([kind is not VehicleKind.PEDESTRIAN for kind in VehicleKind], np.float64)


class ErrorModel(Protocol):
    """What is known of the detector's errors: learned from checked clips, or a prior (see `vision.traffic.errors`)."""

    def interval(
        self, count: float, coverage: float = 1.0, *, level: float = 0.9, by_kind: bool = False
    ) -> tuple[float, float]:
        """(low, high) vehicles that truly came where `count` were counted."""


class Doubt:
    """Figures with the errors that an error model gives them, in the units of one table."""

    def __init__(self, model: ErrorModel, table: PcuTable) -> None:
        self._model = model
        self.table = table
        self.units = np.array([table.factors.get(kind.label, 0.0) for kind in VehicleKind], np.float64)

    def half_width(self, count: float, by_kind: bool = False) -> float:
        low, high = self._model.interval(count, level=LEVEL, by_kind=by_kind)
        return max(count - low, high - count)

    def volumes(self, by_kind: F64) -> Volumes:
        """(6,) counts; kinds not seen are left out."""
        return {
            VehicleKind(kind).label: figure(count, self.half_width(count, by_kind=True))
            for kind, count in enumerate(by_kind.tolist())
            if count
        }

    def vehicles(self, by_kind: F64) -> Figure:
        count = float(by_kind @ NOT_PEDESTRIAN)
        return figure(count, self.half_width(count))

    def units_of(self, by_kind: F64) -> Figure:
        """Passenger-car (or motorbike) units. Kinds err one by one; having counted none leaves the doubt of a car."""
        counts = by_kind * NOT_PEDESTRIAN
        errors = [self.half_width(count, by_kind=True) for count in counts[counts > 0].tolist()]
        error = hypot(*(self.units[counts > 0] * errors)) if errors else self.half_width(0) * self.table.units_per_car
        return figure(float(counts @ self.units), error, round(float(counts.sum())))

    @cached_property
    def share(self) -> float:
        """Half-width, as a share of it, of a mean over many vehicles: what is wrong with the detector itself."""
        return self.half_width(MANY) / MANY

    def share_of(self, count: float) -> float:
        """Half-width of a number that goes with one over a count, as a share of it."""
        return self.half_width(count) / count if count else 1.0


def figure(value: float, error: float, n: int | None = None) -> Figure:
    return Figure(value=round(value, DIGITS), error=round(error, DIGITS), n=n)


def scaled(one: Figure, by: float) -> Figure:
    """The same number in another unit."""
    if one.value is None or one.error is None:
        return one
    return figure(one.value * by, one.error * abs(by), one.n)


def unknown(why: str, n: int | None = None) -> Figure:
    return Figure(why=why, n=n)

"""What actors can be sent to do at a place; each act tries once and says whether it found room."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from models.datasets.drawn.mesh import Cover
from twin.offences.bodies import Body, Garage
from twin.offences.cast import FPS, Actor, Cast, Claim
from twin.offences.motion import Motion
from twin.offences.path import Path
from twin.offences.place import Place
from vision.vehicles import VehicleKind

Act = Callable[[], bool]
FROM_M, TO_M = -22.0, 115.0
"""Where vehicles appear and leave, along the road."""


class Acts(ABC):
    """OFFENCES: what is committed here. offences: the act for each; lawful: those that only look like it."""

    OFFENCES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, place: Place, cast: Cast, garage: Garage, rng: np.random.Generator) -> None:
        self.place, self.cast, self.garage, self.rng = place, cast, garage, rng
        self.street = place.street

    @abstractmethod
    def offences(self) -> dict[str, Act]: ...

    @abstractmethod
    def lawful(self) -> Sequence[Act]: ...

    def lawless(self, actor: Actor) -> bool:
        """Whether somebody of the crowd does what would be an offence here; nobody where all keep their strips."""
        del actor
        return False

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def any_time_s(self, before_end_s: float = 5.0) -> float:
        return self.between(2.0, self.cast.frames / FPS - before_end_s)

    def bike(self) -> Body:
        return self.garage.motorbike([Cover.HELMET])

    def car_or_bike(self, cars: float = 0.5) -> Body:
        return self.garage.lawful(VehicleKind.CAR) if self.rng.random() < cars else self.bike()

    def lane_x_m(self, lane: float) -> float:
        """The middle of a lane, counted from 0 at the left."""
        return self.street.median_m / 2 + (lane + 0.5) * self.street.lane_m

    def straight(self, x_m: float) -> Path:
        return Path.through([(x_m, FROM_M), (x_m, TO_M)])


def claims_of(offence: str | None, from_m: float, to_m: float) -> Callable[[Motion, float], list[Claim]]:
    """That this offence is committed between two lengths of the way; None: that none is."""
    if offence is None:
        return lambda _motion, _since_s: []
    return lambda motion, since_s: [
        Claim(offence, round(since_s + motion.first_s(from_m), 3), round(since_s + motion.first_s(to_m), 3))
    ]


def stays_at(offence: str | None, halt_m: float) -> Callable[[Motion, float], list[Claim]]:
    """That this offence is committed by standing there; None: that none is."""
    if offence is None:
        return lambda _motion, _since_s: []
    return lambda motion, since_s: [
        Claim(offence, round(since_s + motion.first_s(halt_m), 3), round(since_s + motion.leaves_s(halt_m), 3))
    ]

"""Plates seen lately by the cameras of one site: for speeds over a section and for plates that are in two places.

Passers-by are not kept: a sighting lives in memory alone, no longer than it may still be needed, as one of a bounded
number; nothing touches a disk, and what was not surely read never enters.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite

from vision.plates.text import Ground
from vision.plates.voted import VotedPlate
from vision.vehicles import KindName


@dataclass(frozen=True, slots=True)
class SeenThen:
    """What a later proof says of a sighting. All of it is forgotten with the sighting.

    line            over which the vehicle passed; media_s ± media_error_s: when, on that camera's own clock
    time            the UTC label of that moment
    clock_error_s   by how much that camera's clock may differ from the site's; None: nobody said
    frame, picture  the plate alone, as PNG, and the frame it was cut from
    lacks           why that camera's word was not in order for a prosecution then; none: it was
    """

    line: str
    media_s: float
    media_error_s: float
    time: datetime
    clock_error_s: float | None
    frame: int
    picture: bytes = field(repr=False)
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A plate that was surely read.

    rows        as it stands on the plate: eight characters may be a car's or a motorbike's, and are then two plates
    at_s        seconds on one clock that all cameras of the site share, to ± at_error_s, each camera's own clock error
                included; None: nobody knows how wrong
    certainty   0..1 of the text
    ground      None: not surely seen
    """

    plate: str
    rows: tuple[str, ...]
    camera: str
    at_s: float
    at_error_s: float | None
    vehicle: KindName
    certainty: float
    ground: Ground | None = None
    then: SeenThen | None = None

    def __post_init__(self) -> None:
        if not (isfinite(self.at_s) and (self.at_error_s is None or self.at_error_s >= 0)):
            raise ValueError(
                f"sighting at {self.camera}: wanted a finite time and an error of 0 or more, "
                f"found {self.at_s} and {self.at_error_s}"
            )


class Sightings:
    """The latest sightings of one site. Not for use from two threads at once.

    abstained: plates that were not let in, for nobody was sure of them. expired: forgotten in time. evicted: forgotten
    early, for want of room.
    """

    def __init__(
        self, most: int = 20_000, keep_s: float = 900.0, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """most: held at once. keep_s: after so long, by the clock `seconds`, each is forgotten."""
        if most < 1 or not keep_s > 0:
            raise ValueError(f"Sightings: wanted room for 1 or more, kept for more than 0 s, found {most}, {keep_s} s")
        self._most, self._keep_s, self._seconds = most, keep_s, seconds
        self._order: deque[tuple[float, str]] = deque()
        self._by_plate: dict[str, deque[Sighting]] = {}
        self.abstained = 0
        self.expired = 0
        self.evicted = 0

    def __len__(self) -> int:
        self.forget()
        return len(self._order)

    def add(
        self,
        voted: VotedPlate,
        *,
        camera: str,
        at_s: float,
        at_error_s: float | None,
        vehicle: KindName,
        then: SeenThen | None = None,
    ) -> Sighting | None:
        """Let in what was surely read; None where it was not."""
        if voted.text is None:
            self.abstained += 1
            return None
        sighting = Sighting(
            voted.text, voted.rows, camera, at_s, at_error_s, vehicle, voted.certainty, voted.ground, then
        )
        self._order.append((self._seconds(), sighting.plate))
        self._by_plate.setdefault(sighting.plate, deque()).append(sighting)
        self.forget()
        while len(self._order) > self._most:
            self._drop_first()
            self.evicted += 1
        return sighting

    def of(self, plate: str) -> tuple[Sighting, ...]:
        """In the order of time."""
        self.forget()
        return tuple(sorted(self._by_plate.get(plate, ()), key=lambda one: one.at_s))

    def before(self, sighting: Sighting) -> tuple[Sighting, ...]:
        """Earlier ones of the same plate at other cameras, the latest first."""
        earlier = [one for one in self.of(sighting.plate) if one.at_s <= sighting.at_s]
        return tuple(one for one in reversed(earlier) if one.camera != sighting.camera)

    def forget(self) -> None:
        """Whatever is too old; done at every use, and to be called where there may be none for long."""
        least_s = self._seconds() - self._keep_s
        while self._order and self._order[0][0] < least_s:
            self._drop_first()
            self.expired += 1

    def forget_all(self) -> None:
        """Nothing more will be asked."""
        self.expired += len(self._order)
        self._order.clear()
        self._by_plate.clear()

    def _drop_first(self) -> None:
        _, plate = self._order.popleft()
        kept = self._by_plate[plate]
        kept.popleft()
        if not kept:
            del self._by_plate[plate]

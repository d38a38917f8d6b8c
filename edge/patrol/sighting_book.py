"""The sightings that the cameras of one site share while they work, each in a thread of its own."""

import logging
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from math import inf, isfinite

from vision.plates.sightings import SeenThen, Sighting, Sightings
from vision.plates.voted import VotedPlate
from vision.vehicles import KindName

log = logging.getLogger(__name__)

MOST_SIGHTINGS = 2_000
"""At some ten kilobytes each, most of it the picture of the plate."""
MOST_SUSPECTED = 1_000
# A camera's pictures come late, its plates are read a while after the line, and it waits for the other cameras.
SLACK_S = 15.0
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class SightingTally:
    """kept: let in. abstained: not surely read. expired, evicted: forgotten in time, and early for want of room."""

    kept: int
    abstained: int
    expired: int
    evicted: int


class SightingBook:
    """keep_s: seconds after which no accusation or suspicion can follow from a sighting any more."""

    def __init__(self, keep_s: float, most: int = MOST_SIGHTINGS, patience_s: float = PATIENCE_S) -> None:
        self.began = (time.time(), time.monotonic())
        self.keep_s = keep_s + SLACK_S
        self._patience_s = patience_s
        self._sightings = Sightings(most, self.keep_s, self._now_s)
        self._changed = threading.Condition()
        self._reached_s: dict[str, float] = {}
        self._live: dict[str, bool] = {}
        self._suspected: dict[str, float] = {}
        self._kept = 0

    def join(self, camera: str, since_s: float, *, live: bool) -> None:
        """A camera begins, at that second of the site's clock."""
        with self._changed:
            self._reached_s[camera] = since_s
            self._live[camera] = live
            self._changed.notify_all()

    @property
    def is_one_clock(self) -> bool:
        """Live cameras and recordings have no clock in common."""
        return len(set(self._live.values())) <= 1

    def reached(self, camera: str, site_s: float) -> None:
        """Every plate of that camera up to this second is in the book."""
        with self._changed:
            self._reached_s[camera] = site_s
            self._sightings.forget()
            self._changed.notify_all()

    def leave(self, camera: str) -> None:
        """It will see nothing more."""
        self.reached(camera, inf)

    def close(self) -> None:
        """Nobody will ask any more: all is forgotten."""
        with self._changed:
            self._sightings.forget_all()
            self._suspected.clear()

    def known_until_s(self, cameras: Collection[str]) -> float:
        """Up to which second of the site's clock all plates of these are in; those that left will add none."""
        with self._changed:
            return self._least_s(cameras)

    def wait_until(self, cameras: Collection[str], site_s: float) -> bool:
        """Wait until those have come so far; False where they stood still for too long."""
        with self._changed:
            while self._least_s(cameras) < site_s:
                before = dict(self._reached_s)
                if not self._changed.wait(self._patience_s) and before == self._reached_s:
                    return False
            return True

    def add(
        self,
        voted: VotedPlate,
        *,
        camera: str,
        at_s: float,
        at_error_s: float | None,
        vehicle: KindName,
        then: SeenThen | None,
    ) -> Sighting | None:
        with self._changed:
            sighting = self._sightings.add(
                voted, camera=camera, at_s=at_s, at_error_s=at_error_s, vehicle=vehicle, then=then
            )
            self._kept += sighting is not None
            return sighting

    def before(self, sighting: Sighting) -> tuple[Sighting, ...]:
        with self._changed:
            return self._sightings.before(sighting)

    def suspect(self, sighting: Sighting) -> None:
        """Two vehicles seem to bear that plate; remembered as long as a sighting."""
        with self._changed:
            self._suspected[sighting.plate] = sighting.at_s
            if len(self._suspected) > MOST_SUSPECTED:
                del self._suspected[min(self._suspected, key=self._suspected.__getitem__)]

    def is_suspected(self, sighting: Sighting) -> bool:
        with self._changed:
            at_s = self._suspected.get(sighting.plate)
            return at_s is not None and abs(sighting.at_s - at_s) <= self.keep_s

    def tally(self) -> SightingTally:
        with self._changed:
            told = self._sightings
            return SightingTally(self._kept, told.abstained, told.expired, told.evicted)

    def _least_s(self, cameras: Collection[str]) -> float:
        return min((self._reached_s[name] for name in cameras if name in self._reached_s), default=inf)

    def _now_s(self) -> float:
        """The site's clock: for live cameras this box's own, so that nothing outlives a camera that stands still."""
        if not self._live or any(self._live.values()):
            return time.monotonic()
        return min((at_s for at_s in self._reached_s.values() if isfinite(at_s)), default=-inf)

"""Whose plates were read at a line, and where on the vehicle they hung: what one without a plate is compared with."""

from collections import deque
from dataclasses import dataclass

from vision.plates.cover import Seat, usual

MOST = 40
"""Vehicles of each kind that are remembered: of other light and other lanes nothing follows for now."""
NO_LARGER = 1.1
"""A plate that was read only in views larger than these by more proves nothing for them."""


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """seat: where its plate was read; None: nobody could read it. wide_px: of the plate in the smallest view read."""

    track: int
    seat: Seat | None
    wide_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """seat: the usual one of those whose plates were read, None without any; read and unread: how many of each."""

    seat: Seat | None
    read: int
    unread: int


class SeatBook:
    """By kind of vehicle. A track stands in it once."""

    def __init__(self) -> None:
        self._passed: dict[int, deque[Passed]] = {}

    def add(self, kind: int, passed: Passed) -> None:
        known = self._passed.setdefault(kind, deque(maxlen=MOST))
        for one in [one for one in known if one.track == passed.track]:
            known.remove(one)
        known.append(passed)

    def compare(self, kind: int, track: int, wide_px: float) -> Compared:
        """With the others of that kind, for a vehicle whose plate may be this wide where it is smallest."""
        others = [one for one in self._passed.get(kind, ()) if one.track != track]
        seats = [one.seat for one in others if one.seat is not None and one.wide_px <= NO_LARGER * wide_px]
        return Compared(usual(seats) if seats else None, len(seats), sum(one.seat is None for one in others))

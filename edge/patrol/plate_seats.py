"""Whose plates were read at a line, and where on the vehicle they hung: what one without a plate is compared with."""

from collections import deque
from dataclasses import dataclass

from vision.plates.cover import Seat, usual

MOST = 40
"""Vehicles of each kind that are remembered: of other light and other lanes nothing follows for now."""
NO_LARGER, NO_SHARPER = 1.1, 1.25
"""A plate that was read only in views larger or sharper than these by more proves nothing for them."""


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """seat: where its plate was read; None: nobody could read it. wide_px, sharpness: of the smallest and of the least
    sharp view in which it was."""

    track: int
    seat: Seat | None
    wide_px: float = 0.0
    sharpness: float = 0.0


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

    def compare(self, kind: int, track: int, wide_px: float, sharpness: float) -> Compared:
        """With the others of that kind, for a vehicle whose plate may be this wide where it is smallest, in views that
        are mostly as sharp as this."""
        others = [one for one in self._passed.get(kind, ()) if one.track != track]
        alike = [
            one for one in others if one.wide_px <= NO_LARGER * wide_px and one.sharpness <= NO_SHARPER * sharpness
        ]
        seats = [one.seat for one in alike if one.seat is not None]
        return Compared(usual(seats) if seats else None, len(seats), sum(one.seat is None for one in others))

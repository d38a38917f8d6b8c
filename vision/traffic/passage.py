"""Whether one track passed one line: hysteresis, so that a box that trembles on the line passes it once or not at all.

A track is at home on the hand where it was last clearly seen. Between the hands lies a band, as wide as a box may
tremble; what happens inside it is only remembered. Clearly beyond the band it has passed; clearly back at home it
never did. Only seen boxes are evidence: a gap is bridged by the boxes around it and makes the moment less exact.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vision.arrays import F32, F64
from vision.geometry.lines import Meeting

# A box hidden from below by a vehicle in front moves one edge; a vehicle that drives moves all four. Perspective
# shrinks the far edge's share, so a fifth of the way of the feet is enough.
LEAST_SHARE_OF_FAR_EDGE = 0.2
# A passage made by one edge alone is believed once it has stood this long.
SETTLED_AFTER_S = 1.0
# One deviation of the feet, as a share of half the band: the band is two and a half deviations to each side.
FOOT_ERROR_SHARE = 0.4


class Sighting(NamedTuple):
    """One seen box. feet_px (2,) float64, box_px (4,) float32 xyxy; hidden: a nearer box may cover its lower edge."""

    frame: int
    media_s: float
    feet_px: F64
    box_px: F32
    hidden: bool = False


class Stand(NamedTuple):
    """How a sighting stands to one line: `hand` +1 clearly left, -1 clearly right, 0 within `band_px` of it."""

    distance_px: float
    band_px: float
    hand: int


class Touch(NamedTuple):
    """The feet passed the line between two neighbouring sightings; at_s and place_px are interpolated."""

    before_s: float
    after: Sighting
    at_s: float
    place_px: F64
    of_line: float


class Passed(NamedTuple):
    """Feet passed from hand `-to_hand` to `to_hand` at at_s ± at_error_s; frame: the first that shows them beyond.

    foot_hidden: they were perhaps hidden in one of the sightings that say so, or only the lower edge passed.
    """

    to_hand: int
    frame: int
    at_s: float
    at_error_s: float
    place_px: F64
    foot_hidden: bool


def touch(before: Sighting, after: Sighting, meeting: Meeting) -> Touch:
    at_s = before.media_s + meeting.of_step * (after.media_s - before.media_s)
    place_px = before.feet_px + meeting.of_step * (after.feet_px - before.feet_px)
    return Touch(before.media_s, after, at_s, place_px, meeting.of_line)


@dataclass(slots=True)
class Passage:
    """One track at one line.

    home_hand       hand of the last settled side; 0 until the track was once clearly on one
    home, beyond    last sighting clearly at home; first sighting clearly beyond since then
    first, last     touches of the line since `home`: apart when the feet trembled on it
    hidden          whether the feet were perhaps hidden in any sighting since `home`
    """

    home_hand: int = 0
    home: tuple[Sighting, Stand] | None = None
    beyond: tuple[Sighting, Stand] | None = None
    first: Touch | None = None
    last: Touch | None = None
    hidden: bool = False

    @property
    def open(self) -> bool:
        """Whether the line was touched since the track was last clearly at home."""
        return self.first is not None or self.beyond is not None

    def step(self, now: Sighting, stand: Stand, touched: Touch | None, left: F64, believed: bool) -> Passed | None:
        """Take in one sighting. `left` (2,) is the line's unit normal; only a `believed` track passes."""
        self.hidden |= now.hidden
        if touched is not None:
            self.first, self.last = self.first or touched, touched
        if stand.hand in (0, self.home_hand) or not self.home_hand:
            if stand.hand:
                self._settle(now, stand)
            return None
        self.beyond = self.beyond or (now, stand)
        whole = self._whole(now, left * stand.hand)
        if not (believed and (whole or now.media_s - self.beyond[0].media_s >= SETTLED_AFTER_S)):
            return None
        passed = self._passed(stand.hand, whole)
        self._settle(now, stand)
        return passed

    def _settle(self, now: Sighting, stand: Stand) -> None:
        self.home_hand, self.home = stand.hand, (now, stand)
        self.beyond = self.first = self.last = None
        self.hidden = False

    def _whole(self, now: Sighting, onward: F64) -> bool:
        """True if the whole box moved over, not one edge alone."""
        if self.home is None:
            return False
        moved = (now.box_px - self.home[0].box_px).astype(np.float64)
        slowest_corner = (moved.reshape(2, 2) * onward).min(axis=0).sum()
        feet = float((now.feet_px - self.home[0].feet_px) @ onward)
        return bool(slowest_corner >= LEAST_SHARE_OF_FAR_EDGE * feet)

    def _passed(self, hand: int, whole: bool) -> Passed | None:
        """The passage from home to `hand`; None where it went around the end of the line."""
        if self.first is None or self.last is None or self.home is None or self.beyond is None:
            return None
        if not 0 <= (self.first.of_line + self.last.of_line) / 2 <= 1:
            return None
        at_s = (self.first.at_s + self.last.at_s) / 2
        reach_s = max(at_s - self.first.before_s, self.last.after.media_s - at_s)
        place_px = (self.first.place_px + self.last.place_px) / 2
        hidden = self.hidden or self.home[0].hidden or not whole
        return Passed(hand, self.last.after.frame, at_s, reach_s + self._tremble_s(), place_px, hidden)

    def _tremble_s(self) -> float:
        """The time in which the feet went as far as they may be wrong."""
        assert self.home is not None and self.beyond is not None
        (here, start), (there, stop) = self.home, self.beyond
        way_px = abs(stop.distance_px - start.distance_px)
        return FOOT_ERROR_SHARE * stop.band_px * (there.media_s - here.media_s) / way_px

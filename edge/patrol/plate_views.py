"""What one view of a vehicle from behind says of its plate."""

from dataclasses import dataclass

import numpy as np

from vision.arrays import F32
from vision.plates import worth
from vision.plates.cover import MANY_STROKES, Seat, strokes_on
from vision.plates.found import MARGINS
from vision.plates.own import stray
from vision.plates.search import SearchSettings, first_look
from vision.plates.shots import Shot
from vision.plates.straighten import straighten
from vision.plates.track_plate import PlateEyes
from vision.plates.voted import Stray
from vision.vehicles import VehicleKind

# On long plates the strokes of characters run together earlier than on a motorbike's.
GOOD_PLATE_PX = {VehicleKind.MOTORBIKE: 20.0}
GOOD_LONG_PLATE_PX = 28.0
# Less is night or rain; how sharp is enough, the plates of others tell that were read there.
SHARP = 0.03
UNCOVERED = 0.95
# Of the vehicle's width, that must lie in the picture beside it and below it.
LEAST_MARGIN = 0.04
# On a lamp the reader sees a character or two; on a plate it hardly reads, four.
SOME_CHARACTERS = 4
READ_CHARACTERS = 6
# What is found farther from where others bear their plates, in sides of a plate, is a wheel or a lamp.
NEAR_SIDES = 2.0
IN_THE_VEHICLE = SearchSettings(everywhere=False)


@dataclass(frozen=True, slots=True, eq=False)
class Find:
    """middle: (2,) in shares of the vehicle's box; characters: that the reader sees; strokes: of a row."""

    middle: F32
    characters: int
    strokes: float


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """
    box_px   (4,) of the vehicle, in pixels of the shot's crop; wide_px: about how wide its plate may be there
    finds    whatever may be a plate
    seat     where its own plate was read; None: it was not, or hardly
    """

    shot: Shot
    box_px: F32
    wide_px: float
    finds: tuple[Find, ...]
    seat: Seat | None

    @property
    def legible(self) -> bool:
        """Whether anything on it shows characters."""
        return any(find.characters >= SOME_CHARACTERS for find in self.finds)

    def seen(self, seat: Seat) -> bool:
        """Whether something may be its plate, where others bear theirs: a find, or strokes that are no find."""
        struck = (find for find in self.finds if find.strokes >= MANY_STROKES)
        return self.legible or any(seat.away(find.middle) <= NEAR_SIDES for find in struck)


def good(shot: Shot) -> bool:
    """Large, sharp, with nothing before its lower half and nothing of another's that reaches into it from nearer by."""
    box_px = shot.box_px[None]
    least_px = GOOD_PLATE_PX.get(shot.kind, GOOD_LONG_PLATE_PX)
    open_share = float(worth.uncovered(box_px, np.zeros(1, np.int64), shot.others_px.reshape(-1, 4))[0])
    large = _wide_px(shot) >= least_px and not _at_the_edge(shot)
    return large and shot.sharpness >= SHARP and open_share >= UNCOVERED


def _at_the_edge(shot: Shot) -> bool:
    """Whether the picture ends beside it or below it: its plate may lie beyond. A crop has a margin unless it does."""
    x1, _, x2, y2 = shot.box_px.tolist()
    left, _, right, foot = shot.rect_px
    least_px = LEAST_MARGIN * (x2 - x1)
    return bool(x1 - left < least_px or right - x2 < least_px or foot - y2 < least_px)


def viewed(shot: Shot, eyes: PlateEyes) -> View:
    offset = np.array(shot.rect_px[:2], np.float32)
    box_px = (shot.box_px - np.tile(offset, 2)).astype(np.float32)
    found = first_look(shot.crop, box_px[None], eyes.finder, IN_THE_VEHICLE)
    finds, seat = [], None
    for quad in found.quad_px:
        looks = eyes.reader.look([straighten(shot.crop, quad, margin=margin) for margin in MARGINS])
        characters = max(len(look.reading.text) for look in looks)
        place = Seat.of(quad, box_px)
        finds.append(Find(place.corners.mean(axis=0), characters, strokes_on(shot.crop, quad)))
        own = stray(quad + offset, shot) in (None, Stray.ODD_PLACE)
        if own and seat is None and characters >= READ_CHARACTERS:
            seat = place
    return View(shot, box_px, _wide_px(shot), tuple(finds), seat)


def _wide_px(shot: Shot) -> float:
    return float(worth.plate_width_px(shot.box_px[None], np.array([shot.kind], np.int8))[0])

"""The shots of one track go in, its plate comes out: finds it in each shot, reads what is its own, lets them vote."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from vision.arrays import F32, U8
from vision.plates.count import ShotLooks
from vision.plates.doubts import ShotSaid, VoteLimits
from vision.plates.finder import PlateFinder
from vision.plates.found import MARGINS, agreed
from vision.plates.grammar import Grammar, load_grammar
from vision.plates.own import stray
from vision.plates.reader import PlateLook
from vision.plates.search import SearchSettings, search
from vision.plates.shots import Shot
from vision.plates.straighten import aspect_of, straighten
from vision.plates.vote import vote
from vision.plates.voted import Point, ReadShot, Stray, VotedPlate, WhyNoPlate
from vision.vehicles import VehicleKind

IN_THE_VEHICLE = SearchSettings(everywhere=False)
SURELY_A_PLATE = 0.7
"""In a car, bus or truck, what scores less and cannot be read may be a lamp or a letter painted on it."""


class Looks(Protocol):
    """The reader, as far as it is used here."""

    def look(self, pictures: Sequence[U8]) -> list[PlateLook]:
        """One look at each picture of a plate."""


@dataclass(frozen=True, slots=True)
class PlateEyes:
    """The networks that find and read, and what is known of plates. One thread at a time may use them."""

    finder: PlateFinder
    reader: Looks
    grammar: Grammar = field(default_factory=load_grammar)
    limits: VoteLimits = field(default_factory=VoteLimits)


def read_plate(shots: Sequence[Shot], eyes: PlateEyes) -> VotedPlate:
    """The plate of the track whose shots these are; abstained where there is none, or none that is surely its own.

    Where one shot shows two plates in the vehicle's box, the box held two vehicles, and nobody knows which of them the
    other shots are of: then none counts. Raise ModelError when a network fails.
    """
    if not shots:
        return VotedPlate(None, WhyNoPlate.NO_SHOT)
    strays: list[Stray] = []
    said = [own for shot in shots if (own := own_plate(shot, eyes, strays)) is not None]
    if Stray.SEVERAL in strays:
        said = []
    return vote(said, shots[-1].kind.label, eyes.grammar, strays, eyes.limits)


def own_plate(shot: Shot, eyes: PlateEyes, strays: list[Stray]) -> ShotSaid | None:
    """What the shot's own plate says; None where it shows none. Plates of others are told in `strays`."""
    offset = np.array(shot.rect_px[:2], np.float32)
    box_px = shot.box_px - np.tile(offset, 2)
    quads = search(shot.crop, box_px[None], eyes.finder, IN_THE_VEHICLE)
    sure = eyes.finder.card.thresholds.sure
    # Motorbikes side by side are taken for one far more often than a car's lamps for a plate.
    surely = sure if shot.kind is VehicleKind.MOTORBIKE else SURELY_A_PLATE
    own: list[tuple[bool, ShotSaid]] = []
    odd: list[tuple[bool, ShotSaid]] = []
    for quad, score in zip(quads.quad_px, quads.score.tolist(), strict=True):
        why_not = stray(quad + offset, shot)
        if why_not in (None, Stray.ODD_PLACE):
            said = _read(quad, shot, eyes.reader)
            is_legible = said.read.given or eyes.grammar.knows(said.read.text)
            # As everywhere: a doubtful find is a plate only if its text can be read.
            if why_not is None and (score >= sure or is_legible):
                own.append((is_legible or score >= surely, said))
            elif is_legible:
                odd.append((True, said))
        if why_not is not None and score >= sure:
            strays.append(why_not)
    plates = [said for is_plate, said in (*own, *odd) if is_plate]
    if len({one.read.text for one in plates}) > 1:
        strays += [Stray.SEVERAL] * len(plates)
        return None
    return max(own, key=lambda one: one[0])[1] if own else None


def _read(quad_px: F32, shot: Shot, reader: Looks) -> ShotSaid:
    """`quad_px` in pixels of the shot's crop."""
    looks = reader.look([straighten(shot.crop, quad_px, margin=margin) for margin in MARGINS])
    reading = agreed([look.reading for look in looks])
    read = ReadShot(
        frame=shot.frame,
        media_s=shot.media_s,
        quad_px=_points(quad_px + np.array(shot.rect_px[:2], np.float32)),
        rect_px=shot.rect_px,
        text=reading.text,
        certainty=reading.certainty,
        given=not reading.abstained,
    )
    return ShotSaid(read, ShotLooks(tuple(looks), aspect_of(quad_px)))


def _points(quad_px: F32) -> tuple[Point, Point, Point, Point]:
    a, b, c, d = ((float(x), float(y)) for x, y in quad_px)
    return a, b, c, d

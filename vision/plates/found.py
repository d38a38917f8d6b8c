"""A picture goes in, the plates on it with what stands on them come out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np

from vision.arrays import F32, U8
from vision.detections import Detections
from vision.plates.finder import PlateFinder, PlateQuads
from vision.plates.reader import Doubt, PlateReading
from vision.plates.search import WITH_PLATES, SearchSettings, search
from vision.plates.straighten import straighten

MARGINS = (0.0, 0.04, 0.08)
"""Of a plate's sides, left around it in the looks that are taken at it: no corner is exact, and which margin suits the
reader best differs from plate to plate."""
CROP_BORDER = 0.15
"""Of a plate crop's larger side, added in grey around it: a finder sees a plate only with something beside it."""
LEAST_CROP_SHARE = 0.3
"""What is found in a plate crop must fill at least this share of it; less is a part of the plate, not the plate."""


class Reads(Protocol):
    """The reader, as far as it is used here."""

    def read(self, pictures: Sequence[U8]) -> list[PlateReading]:
        """One reading for each picture of a plate."""


@dataclass(frozen=True, slots=True, eq=False)
class PlateFound:
    """
    quad_px  (4, 2) float32  corners in full-frame pixels, clockwise from the plate's own top left
    score    how sure the finder is that this is a plate, 0..1; None: nobody asked it, the picture was given as a plate
    reading  what stands on it; abstained where the reader is not sure
    """

    quad_px: F32
    score: float | None
    reading: PlateReading


def read_plates(
    image: U8,
    vehicles: Detections | None,
    finder: PlateFinder,
    reader: Reads,
    settings: SearchSettings | None = None,
) -> list[PlateFound]:
    """Plates of a photograph (height, width, 3) uint8 BGR, the surest first.

    `vehicles` None: no detector was asked; only the tiles of the picture are searched. A find that the finder doubts
    is a plate only if the reader gives a text; so doubt upon doubt never becomes a plate.
    """
    quads = search(image, plate_bearers(vehicles), finder, settings or SearchSettings())
    readings = read_quads(image, quads.quad_px, reader)
    found = [
        PlateFound(quad, float(score), reading)
        for quad, score, reading in zip(quads.quad_px, quads.score, readings, strict=True)
    ]
    sure = finder.card.thresholds.sure
    return [one for one in found if (one.score or 0) >= sure or not one.reading.abstained]


def plate_bearers(vehicles: Detections | None) -> F32:
    """(n, 4) boxes of the vehicles that may carry a plate."""
    if vehicles is None:
        return np.zeros((0, 4), np.float32)
    return vehicles.xyxy_px[np.isin(vehicles.kind, [int(kind) for kind in WITH_PLATES])]


def read_quads(image: U8, quad_px: F32, reader: Reads) -> list[PlateReading]:
    """One reading for each of the (n, 4, 2) quads, agreed on by several looks at it."""
    pictures = [straighten(image, quad, margin=margin) for quad in quad_px for margin in MARGINS]
    looks = reader.read(pictures) if pictures else []
    return [agreed(looks[first : first + len(MARGINS)]) for first in range(0, len(looks), len(MARGINS))]


def agreed(looks: Sequence[PlateReading]) -> PlateReading:
    """The surest reading of the text that most looks give; in doubt unless more than half of them give it."""
    votes = Counter(look.text for look in looks)
    best = max(looks, key=lambda look: (votes[look.text], not look.abstained, look.certainty))
    if 2 * votes[best.text] > len(looks):
        return best
    return replace(best, doubt=best.doubt or Doubt.UNSURE)


def read_crop(image: U8, finder: PlateFinder, reader: Reads) -> PlateFound:
    """A picture that shows one plate and little else: straightened where the finder sees its corners, else as it is.

    Both ways are read where there are two. If they differ, the surer reading counts.
    """
    height, width = image.shape[:2]
    whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    plain = PlateFound(whole, None, reader.read([image])[0])
    found = _in_crop(image, finder)
    if not len(found):
        return plain
    reading = read_quads(image, found.quad_px[:1], reader)[0]
    straight = PlateFound(found.quad_px[0], float(found.score[0]), reading)
    return max(straight, plain, key=lambda way: (not way.reading.abstained, way.reading.certainty))


def _in_crop(image: U8, finder: PlateFinder) -> PlateQuads:
    """The plate that fills the crop, if the finder is sure of it; in the crop's own pixels."""
    height, width = image.shape[:2]
    border = max(4, round(max(height, width) * CROP_BORDER))
    grey = finder.card.input.pad_value
    framed = cv2.copyMakeBorder(image, *(border,) * 4, cv2.BORDER_CONSTANT, value=(grey, grey, grey))
    found = finder.find([np.asarray(framed, np.uint8)])[0]
    shares = np.array([cv2.contourArea(quad) / (height * width) for quad in found.quad_px])
    large = np.flatnonzero((found.score >= finder.card.thresholds.sure) & (shares >= LEAST_CROP_SHARE))
    chosen = found.take(large)
    return PlateQuads(chosen.quad_px - np.float32(border), chosen.score)

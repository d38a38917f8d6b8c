"""A picture goes in, the plates on it with what stands on them come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from vision.arrays import F32, U8
from vision.detections import Detections
from vision.plates.finder import PlateFinder, PlateQuads
from vision.plates.reader import PlateReading
from vision.plates.search import WITH_PLATES, SearchSettings, search
from vision.plates.straighten import straighten

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
    readings = reader.read([straighten(image, quad) for quad in quads.quad_px]) if len(quads) else []
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


def read_crop(image: U8, finder: PlateFinder, reader: Reads) -> PlateFound:
    """A picture that shows one plate and little else: straightened where the finder sees its corners, else as it is.

    Both ways are read where there are two, and the surer reading counts.
    """
    height, width = image.shape[:2]
    whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    ways: list[tuple[F32, float | None, U8]] = [(whole, None, image)]
    found = _in_crop(image, finder)
    if len(found):
        ways.insert(0, (found.quad_px[0], float(found.score[0]), straighten(image, found.quad_px[0])))
    readings = reader.read([picture for _, _, picture in ways])
    best = max(range(len(ways)), key=lambda way: _sureness(readings[way]))
    return PlateFound(ways[best][0], ways[best][1], readings[best])


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


def _sureness(reading: PlateReading) -> tuple[bool, float]:
    return not reading.abstained, reading.certainty

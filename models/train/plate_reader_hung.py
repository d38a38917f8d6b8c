"""Plates for the reader to learn from as the finder cuts them out: hung into photographs, found, straightened."""

from collections.abc import Iterator, Sequence

import numpy as np

from models.datasets.plate_hung import HungPlate, found, hang, looks, shows_all
from models.datasets.plate_scenes import Photo
from models.datasets.plates.choose import random_plate
from models.datasets.plates.draw import draw_plate
from models.datasets.plates.plate import Layout
from models.datasets.plates.wear import wear
from models.errors import DatasetError
from models.train.plate_reader_samples import Sample
from vision.arrays import F32
from vision.plates.finder import PlateFinder
from vision.plates.found import MARGINS as LOOKS

REAL_SHARE = 0.4
LOOKS_OF_EACH = 3
"""Finding costs far more than straightening once more with another margin."""
MARGINS = (-0.02, 0.14)
MISSES_BORNE = 300
LONG_ONCE_MORE = 0.35
"""Share of drawn plates that are drawn again until they are long ones of cars: the hardest for a finder's corners."""


def hung_samples(
    real: Sequence[Sample], photos: Sequence[Photo], finder: PlateFinder, rng: np.random.Generator
) -> Iterator[Sample]:
    """Endless, to learn from. What the finder does not see, or cuts into, is left out."""
    for flat, hung, quad in _found(real, photos, finder, rng):
        margins = [float(one) for one in rng.uniform(*MARGINS, LOOKS_OF_EACH) if shows_all(hung, quad, float(one))]
        for picture in looks(hung, quad, margins):
            yield Sample(picture, flat.rows, flat.colour)


def served_samples(
    real: Sequence[Sample], photos: Sequence[Photo], finder: PlateFinder, rng: np.random.Generator
) -> Iterator[Sample]:
    """Endless, to choose by: for each plate the looks that service takes, also where the finder cut into the text."""
    for flat, hung, quad in _found(real, photos, finder, rng):
        for picture in looks(hung, quad, LOOKS):
            yield Sample(picture, flat.rows, flat.colour)


def _drawn(rng: np.random.Generator) -> Sample:
    plate = random_plate(rng)
    if rng.random() < LONG_ONCE_MORE:
        while plate.layout is not Layout.CAR_LONG:
            plate = random_plate(rng)
    return Sample(wear(draw_plate(plate, rng), rng), plate.rows, plate.colour)


def _found(
    real: Sequence[Sample], photos: Sequence[Photo], finder: PlateFinder, rng: np.random.Generator
) -> Iterator[tuple[Sample, HungPlate, F32]]:
    """Flat plates, where they hang, and the corners the finder gives. DatasetError where it sees hardly any."""
    misses = 0
    while misses < MISSES_BORNE:
        flat = real[int(rng.integers(len(real)))] if rng.random() < REAL_SHARE else _drawn(rng)
        hung = hang(photos[int(rng.integers(len(photos)))], flat.picture, rng)
        quad = None if hung is None else found(hung, finder, rng)
        if hung is not None and quad is not None:
            misses = 0
            yield flat, hung, quad
        misses += 1
    raise DatasetError(f"hung plates: wanted a finder that sees some, found {misses} in a row that it does not see")

"""What the plate reader learns from, one picture at a time: drawn plates, real crops, pieces without a plate."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.datasets.labels import ReadReport
from models.datasets.picture import read_picture
from models.datasets.plates.capture import capture, recapture
from models.datasets.plates.choose import random_plate
from models.datasets.plates.draw import draw_plate
from models.datasets.plates.garage import Part, read_garage
from models.datasets.plates.wear import wear
from models.errors import DatasetError
from vision.arrays import I8, U8
from vision.plates.fit import fit
from vision.plates.grammar import load_grammar
from vision.plates.text import ALPHABET, GROUNDS, Ground, canonical

WIDTH_PX, HEIGHT_PX = 160, 56
MOST_CHARACTERS = 10
CODES = {character: code for code, character in enumerate(ALPHABET, 1)}
EMPTY_SETS = ("detect/atl_highway_camera", "detect/manaus_intersections")
"""Pictures of far roads: a piece of them is no legible plate."""
FAILURES_BORNE = 200
LEAST_SIDE_PX = 32
SHORTEST_OF_MOTORBIKES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Row i of every column is the same picture.

    pictures  (n, HEIGHT_PX, WIDTH_PX, 3) uint8  RGB
    rows      (n, 2, MOST_CHARACTERS) int8       1-based places in ALPHABET, 0 fills up; one-line texts stand above
    lines     (n,) int8                          1 or 2; 0: no plate at all
    colour    (n,) int8                          place in GROUNDS, -1 not known
    """

    pictures: U8
    rows: I8
    lines: I8
    colour: I8

    def texts(self) -> list[str]:
        return ["".join(ALPHABET[code - 1] for code in rows.ravel() if code) for rows in self.rows]

    def first(self, count: int) -> "Samples":
        return Samples(self.pictures[:count], self.rows[:count], self.lines[:count], self.colour[:count])

    def save(self, file: Path) -> None:
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            np.savez(stream, pictures=self.pictures, rows=self.rows, lines=self.lines, colour=self.colour)
        part.replace(file)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """`rows` empty: no plate."""

    picture: U8
    rows: tuple[str, ...]
    colour: Ground | None


def load_samples(files: list[Path]) -> Samples:
    """All chunks in one. Raise DatasetError when there is none."""
    if not files:
        raise DatasetError("samples: wanted at least one chunk (.npz), found none")
    parts = []
    for file in files:
        with np.load(file, allow_pickle=False) as arrays:
            parts.append({name: arrays[name] for name in ("pictures", "rows", "lines", "colour")})
    return Samples(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def pack(samples: list[Sample]) -> Samples:
    rows = np.zeros((len(samples), 2, MOST_CHARACTERS), np.int8)
    for sample, target in zip(samples, rows, strict=True):
        for row, text in enumerate(sample.rows):
            codes = [CODES[character] for character in canonical(text)]
            target[row, : len(codes)] = codes
    return Samples(
        pictures=np.stack([fit(sample.picture, WIDTH_PX, HEIGHT_PX)[..., ::-1] for sample in samples]),
        rows=rows,
        lines=np.array([len(sample.rows) for sample in samples], np.int8),
        colour=np.array([-1 if one.colour is None else GROUNDS.index(one.colour) for one in samples], np.int8),
    )


def drawn_sample(rng: np.random.Generator) -> Sample:
    plate = random_plate(rng)
    return Sample(capture(wear(draw_plate(plate, rng), rng), rng), plate.rows, plate.colour)


def garage_samples(data: Path, part: Part, report: ReadReport) -> list[Sample]:
    """The real crops of one part as they are. All of them are private plates: white."""
    grammar = load_grammar()
    samples = []
    for crop in read_garage(data, part, report):
        picture = read_picture(crop.file, report)
        if picture is None:
            continue
        if crop.truth is None:
            report.leave("a text that no person can read", crop.file)
        elif not grammar.knows(crop.truth, crop.lines):
            report.leave("a text that no format fits", crop.file)
        else:
            samples.append(Sample(picture, _rows(crop.truth, crop.lines), Ground.WHITE))
    return samples


def _rows(text: str, lines: int) -> tuple[str, ...]:
    """Above stand four characters on motorbikes, three on cars; the garage's square car plates are old and short."""
    head = 4 if len(text) >= SHORTEST_OF_MOTORBIKES else 3
    return (text,) if lines == 1 else (text[:head], text[head:])


def retaken(samples: list[Sample], rng: np.random.Generator) -> Iterator[Sample]:
    """Endless variations of real crops; one-line ones, which are fewer, come as often as the others."""
    by_lines = [[one for one in samples if len(one.rows) == lines] for lines in (1, 2)]
    kinds = [kind for kind in by_lines if kind]
    while True:
        kind = kinds[int(rng.random() < 0.6) % len(kinds)]
        sample = kind[int(rng.integers(len(kind)))]
        yield Sample(recapture(sample.picture, rng), sample.rows, sample.colour)


def empty_samples(files: list[Path], rng: np.random.Generator, report: ReadReport) -> Iterator[Sample]:
    """Endless pieces of road pictures, as a finder that errs would hand them over. Raise DatasetError when hardly any
    can be read."""
    failures = 0
    while failures < FAILURES_BORNE:
        picture = read_picture(files[int(rng.integers(len(files)))], report)
        if picture is None or min(picture.shape[:2]) < LEAST_SIDE_PX:
            failures += 1
            continue
        height = int(rng.integers(16, min(110, picture.shape[0])))
        width = min(round(height * rng.uniform(1.0, 5.0)), picture.shape[1])
        top, left = (int(rng.integers(0, side + 1)) for side in np.subtract(picture.shape[:2], (height, width)))
        yield Sample(recapture(picture[top : top + height, left : left + width], rng), (), None)
    raise DatasetError(f"{files[0].parent}: wanted pictures of roads, found {failures} that cannot be read")

"""Pictures the plate reader learns from, made once and kept: `python -m models.train.plate_reader_chunks`.

Chunks of a fixed number of pictures lie as .npz files in one folder, so that drawing can be cut and go on, and
fresh chunks can be added while a training runs.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from rich.progress import track

from models.datasets.labels import ReadReport
from models.datasets.plate_scenes import Photo
from models.datasets.plate_scenes_sources import PHOTO_SETS, read_photos
from models.datasets.plates.garage import Part
from models.errors import DatasetError, ModelsError
from models.registry.advice import card_path
from models.registry.shipped import shipped
from models.train.plate_reader_hung import hung_samples, served_samples
from models.train.plate_reader_samples import (
    EMPTY_SETS,
    Sample,
    drawn_sample,
    empty_samples,
    garage_samples,
    pack,
    retaken,
)
from vision.detect.card_file import load_card
from vision.plates.finder import PlateFinder
from vision.plates.finder_card import FinderCard
from vision.plates.found import MARGINS

EVERY = 8
"""Of the photographs to hang plates into one of so many is read: the plates are what differs."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Chunks of each kind, and the pictures in a chunk."""

    drawn: int = 60
    real: int = 14
    hung: int = 8
    empty: int = 2
    chunk: int = 1000


def fill(out: Path, name: str, chunks: int, size: int, make: Callable[[np.random.Generator], Iterator[Sample]]) -> None:
    """Write the chunks `name`-0000.npz … that are not there yet; each has its own seed."""
    out.mkdir(parents=True, exist_ok=True)
    for chunk in track(range(chunks), name):
        file = out / f"{name}-{chunk:04d}.npz"
        if file.exists():
            continue
        source = make(np.random.default_rng([sum(name.encode()), chunk]))
        pack([next(source) for _ in range(size)]).save(file)


def _drawing(rng: np.random.Generator) -> Iterator[Sample]:
    while True:
        yield drawn_sample(rng)


def prepare(data: Path, out: Path, amounts: Amounts, finder: Path | None = None) -> ReadReport:
    """Bring `out` to so many chunks, and one each of drawn and hung plates to choose by.

    `finder`: the model whose corners the hung plates are cut out with; None: the one that ships. Raise DatasetError
    without real crops.
    """
    report = ReadReport()
    teaching, choosing = (garage_samples(data, part, report) for part in (Part.TRAIN, Part.CHOOSE))
    if not teaching or not choosing:
        raise DatasetError(f"{data}: wanted garage crops to teach and to choose by, found none")
    roads = [file for name in EMPTY_SETS for file in sorted((data / name / "images" / "train").glob("*.jpg"))]
    size = amounts.chunk
    if roads:
        fill(out, "empty", amounts.empty, size, lambda rng: empty_samples(roads, rng, report))
    fill(out, "check", 1, size, _drawing)
    fill(out, "garage", amounts.real, size, lambda rng: retaken(teaching, rng))
    _fill_hung(data, out, amounts, finder or shipped("plate-finder"), (teaching, choosing), report)
    fill(out, "drawn", amounts.drawn, size, _drawing)
    return report


def _fill_hung(  # noqa: PLR0917  where from, where to, how many, found by what, from which plates: as `prepare` has them
    data: Path,
    out: Path,
    amounts: Amounts,
    finder_file: Path,
    plates: tuple[list[Sample], list[Sample]],
    report: ReadReport,
) -> None:
    """Chunks of hung plates, if there are photographs to hang them into."""
    names = [f"hung-{chunk:04d}.npz" for chunk in range(amounts.hung)] + ["chosen-0000.npz"]
    photos = backgrounds(data, report) if amounts.hung and any(not (out / name).exists() for name in names) else []
    if not photos:
        return
    finder = PlateFinder.open(finder_file, load_card(card_path(finder_file), FinderCard))
    teaching, choosing = plates
    fill(out, "hung", amounts.hung, amounts.chunk, lambda rng: hung_samples(teaching, photos, finder, rng))
    fill(out, "chosen", 1, len(MARGINS) * amounts.chunk, lambda rng: served_samples(choosing, photos, finder, rng))


def backgrounds(data: Path, report: ReadReport) -> list[Photo]:
    """Some photographs of each set that is there, training part only: what plates are hung into."""
    sets = [one for one in PHOTO_SETS if (data / one.folder / "data.yaml").is_file()]
    return [
        photo for one in sets for photo in read_photos(data / one.folder, "train", one.legible, report, every=EVERY)
    ]


def add_amounts(parser: argparse.ArgumentParser) -> None:
    usual = Amounts()
    parser.add_argument("--drawn", type=int, default=usual.drawn, help="chunks of drawn plates")
    parser.add_argument("--real", type=int, default=usual.real, help="chunks of varied real crops")
    parser.add_argument("--hung", type=int, default=usual.hung, help="chunks of plates found in photographs")
    parser.add_argument("--chunk", type=int, default=usual.chunk, help="pictures in a chunk")
    parser.add_argument("--finder", type=Path, help="plate finder (.onnx) that cuts those out; default: the shipped")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with plates/vn_crops_hcmc_garage")
    parser.add_argument("--out", type=Path, required=True)
    add_amounts(parser)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    amounts = Amounts(given.drawn, given.real, given.hung, chunk=given.chunk)
    try:
        print(prepare(given.data, given.out, amounts, given.finder).sentence())
    except ModelsError as error:
        parser.exit(2, f"models.train.plate_reader_chunks: {error}\n")


if __name__ == "__main__":
    main()

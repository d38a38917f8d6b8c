"""Vietnamese plate crops read: `python -m benchmarks.accuracy.plates [--peer] [--json]`.

The kept fifth of `plates/vn_crops_hcmc_garage` below NGATU_TEST_DATA, which neither taught nor chose anything. Its
texts were read by a machine and some are wrong: `models/datasets/plates/garage_corrections.yaml` holds what a person
read there, and both figures are told. `--peer` also runs rapidocr, where it is installed (pip install rapidocr), on
crops enlarged to 160 pixels of height and padded, its lines joined from top to bottom.
"""

import argparse
import importlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from models.datasets.labels import ReadReport
from models.datasets.picture import read_picture
from models.datasets.plates.garage import Crop, Part, read_garage
from models.registry.advice import card_path
from models.registry.shipped import shipped
from vision.arrays import U8
from vision.detect.card_file import load_card
from vision.plates.card import PlateReaderCard
from vision.plates.reader import PlateReader

PEER_HEIGHT_PX, PEER_PADDING_PX = 160, 40
PEER_ON_ONE_CORE = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
SHAPES = {"one line": (1,), "two lines": (2,), "all": (1, 2)}


@dataclass(frozen=True, slots=True)
class Read:
    """One crop's reading, whether it was given or held back, and the processor time it took on one core."""

    text: str
    given: bool
    ms: float


@dataclass(frozen=True, slots=True)
class Score:
    """Of one reader on crops of one shape. `corrected` leaves out crops whose text no person could read.

    exact_*          share read exactly, what was held back counted too
    given            share of the readings that were given
    given_wrong_*    share of those given that were wrong
    """

    reader: str
    shape: str
    crops: int
    exact_as_is: float
    exact_corrected: float
    given: float
    given_wrong_as_is: float
    given_wrong_corrected: float
    median_ms: float


def ours(model: Path) -> Callable[[U8], Read]:
    reader = PlateReader.open(model, load_card(card_path(model), PlateReaderCard), threads=1)

    def read(picture: U8) -> Read:
        began = time.process_time()
        reading = reader.read([picture])[0]
        return Read(reading.text, not reading.abstained, 1000 * (time.process_time() - began))

    return read


def peer() -> Callable[[U8], Read]:
    """rapidocr as it comes out of its wheel. Raise BenchmarkError where it is not installed."""
    try:
        engine = importlib.import_module("rapidocr").RapidOCR(params=PEER_ON_ONE_CORE)
    except ImportError as error:
        raise BenchmarkError("--peer: wanted rapidocr, found none: pip install rapidocr") from error

    def read(picture: U8) -> Read:
        began = time.process_time()
        found = engine(_enlarged(picture))
        return Read(_joined(found), True, 1000 * (time.process_time() - began))

    return read


def _enlarged(picture: U8) -> U8:
    scale = PEER_HEIGHT_PX / picture.shape[0]
    large = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    edge = PEER_PADDING_PX
    return np.asarray(
        cv2.copyMakeBorder(large, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(128,) * 3), np.uint8
    )


def _joined(found: Any) -> str:
    """The lines from top to bottom, letters and digits only."""
    if found.txts is None:
        return ""
    heights = [float(np.mean(np.asarray(box)[:, 1])) for box in found.boxes]
    lines = [text for _, text in sorted(zip(heights, found.txts, strict=True))]
    return re.sub(r"[^0-9A-Z]", "", "".join(lines).upper().replace("Đ", "D"))


def read_all(name: str, read: Callable[[U8], Read], crops: Sequence[Crop]) -> list[Read]:
    """In the order of `crops`. Raise BenchmarkError for a picture that cannot be read."""
    pictures = [read_picture(crop.file, ReadReport()) for crop in crops]
    kept = [picture for picture in pictures if picture is not None]
    if len(kept) < len(crops) or not kept:
        raise BenchmarkError(f"garage crops: wanted {len(crops)} pictures, at least one, found {len(kept)}")
    read(kept[0])  # the first run of a network takes longer
    return [read(picture) for picture in track(kept, name, console=Console(stderr=True))]


def score(name: str, shape: str, crops: Sequence[Crop], reads: Sequence[Read]) -> Score:
    """`reads` in the order of `crops`; only those of the shape count."""
    chosen = [(crop, read) for crop, read in zip(crops, reads, strict=True) if crop.lines in SHAPES[shape]]
    as_is = [(crop.text, read) for crop, read in chosen]
    corrected = [(crop.truth, read) for crop, read in chosen if crop.truth is not None]
    return Score(
        reader=name,
        shape=shape,
        crops=len(chosen),
        exact_as_is=_share(text == read.text for text, read in as_is),
        exact_corrected=_share(text == read.text for text, read in corrected),
        given=_share(read.given for _, read in chosen),
        given_wrong_as_is=_share(text != read.text for text, read in as_is if read.given),
        given_wrong_corrected=_share(text != read.text for text, read in corrected if read.given),
        median_ms=median(read.ms for _, read in chosen),
    )


def _share(answers: Iterable[bool]) -> float:
    counted = list(answers)
    return sum(counted) / max(1, len(counted))


def as_markdown(scores: Sequence[Score]) -> str:
    head = ["reader", "plates", "crops", "exact %, texts as they are", "exact %, texts corrected", "given %",
            "wrong of given %, as they are", "wrong of given %, corrected", "ms"]  # fmt: skip
    rows = [
        [one.reader, one.shape, one.crops]
        + [f"{100 * value:.1f}" for value in (one.exact_as_is, one.exact_corrected, one.given)]
        + [f"{100 * value:.2f}" for value in (one.given_wrong_as_is, one.given_wrong_corrected)]
        + [f"{one.median_ms:.1f}"]
        for one in scores
    ]
    return table(head, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="default: the shipped reader")
    parser.add_argument("--peer", action="store_true", help="also run rapidocr")
    parser.add_argument("--wrong", action="store_true", help="name every reading that differs from the corrected text")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the plate crops, found it unset")
    cv2.setNumThreads(1)
    crops = read_garage(Path(folder), Part.SCORE, ReadReport())
    readers = {"ngatu": ours(given.model or shipped("plate-reader"))} | ({"rapidocr": peer()} if given.peer else {})
    reads = {name: read_all(name, read, crops) for name, read in readers.items()}
    scores = [score(name, shape, crops, reads[name]) for name in readers for shape in SHAPES]
    if given.json:
        print(json.dumps({"made": asdict(circumstances()), "scores": [asdict(one) for one in scores]}))
    else:
        print(circumstances().sentence(), as_markdown(scores), sep="\n\n")
    if given.wrong:
        _tell_wrong(crops, reads)


def _tell_wrong(crops: Sequence[Crop], reads: Mapping[str, Sequence[Read]]) -> None:
    for name, each in reads.items():
        for crop, read in zip(crops, each, strict=True):
            if crop.truth not in (None, read.text):
                held = "" if read.given else " (held back)"
                print(f"{name} {crop.file.name}: wanted {crop.truth}, found {read.text}{held}", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")

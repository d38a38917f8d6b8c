"""How well plates are found, and read end to end: `python -m benchmarks.accuracy.plate_scenes [--json]`.

Three measures, none of them on what was trained on. Real plates of the valid part of `helmets/india_rider_helmet`
(boxes drawn loosely, and only those of motorbikes: a find elsewhere may be a car's true plate). Scenes composed from
the valid parts of the labelled sets with plates hung into them, whose corners are known exactly. And the photographs
`plates/vn_scenes_*`, whose legible plates must be read exactly. NGATU_TEST_DATA names the folder of the data.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks.accuracy.plate_tally import Finding, Tally
from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from models.datasets.labels import ReadReport
from models.datasets.picture import read_picture
from models.datasets.plate_scenes import PlateScene
from models.datasets.plate_scenes_sources import read_material, read_photos
from models.registry.advice import card_path
from models.registry.resolve import resolve_model
from models.registry.shipped import shipped
from vision.detect.card_file import load_card
from vision.detect.detector import Detector
from vision.plates.card import PlateReaderCard
from vision.plates.finder import PlateFinder, boxes_of
from vision.plates.finder_card import FinderCard
from vision.plates.found import read_plates
from vision.plates.reader import PlateReader
from vision.plates.search import SearchSettings, search
from vision.plates.text import canonical

SCENES, DRAWN = 400, 250
SEED = 77
ILLEGIBLE = "?"

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Reading:
    """Of one photograph: plates by text. wrong: given readings that match no legible plate of it."""

    photo: str
    legible: tuple[str, ...]
    read: tuple[str, ...]
    missed: tuple[str, ...]
    abstained: tuple[str, ...]
    wrong: tuple[str, ...]
    seconds: float


def score_india(data: Path, finder: PlateFinder) -> Finding:
    photos = read_photos(data / "helmets/india_rider_helmet", "valid", legible=False, report=ReadReport())
    tally = Tally()
    for photo in _told(photos, "helmets/india_rider_helmet"):
        found = search(photo.image, photo.vehicle_xyxy_px, finder, SearchSettings())
        sure = found.take(np.flatnonzero(found.score >= finder.card.thresholds.sure))
        tally.add(photo.plates.quad_px, sure.quad_px, np.zeros((0, 4), np.float32), corners_known=False)
    return tally.finding()


def score_scenes(data: Path, finder: PlateFinder) -> Finding:
    scenes: list[PlateScene] = read_material(data, DRAWN, SEED, ReadReport(), held_back=True).scenes(
        SCENES, np.random.default_rng(SEED)
    )
    tally = Tally()
    for scene in _told(scenes, "composed scenes"):
        found = finder.find([scene.image])[0]
        sure = found.take(np.flatnonzero(found.score >= finder.card.thresholds.sure))
        drawn = scene.plates.quad_px[scene.plates.trust == 1]
        rest = np.concatenate([scene.unsure_xyxy_px, boxes_of(scene.plates.quad_px[scene.plates.trust < 1])])
        tally.add(drawn, sure.quad_px, rest, corners_known=True)
    return tally.finding()


def read_scenes(data: Path, finder: PlateFinder, reader: PlateReader, detector: Detector) -> list[Reading]:
    """Every photograph of the plate scenes, end to end."""
    files = sorted(data.glob("plates/vn_scenes_*/plates_hand_read.json"))
    if not files:
        raise BenchmarkError(f"{data}: wanted plates/vn_scenes_*/plates_hand_read.json, found none")
    photos = [
        (file.parent / "images" / name, texts)
        for file in files
        for name, texts in sorted(json.loads(file.read_text("utf-8")).items())
    ]
    return [_read_one(file, texts, finder, reader, detector) for file, texts in _told(photos, "plate scenes")]


def _read_one(
    file: Path, texts: Sequence[str], finder: PlateFinder, reader: PlateReader, detector: Detector
) -> Reading:
    """Texts as written down by hand, perhaps with the colour behind in brackets; one with a `?` is not legible."""
    image = read_picture(file, ReadReport())
    if image is None:
        raise BenchmarkError(f"{file}: wanted a picture, found none that can be read")
    legible = [canonical(text.split()[0]) for text in texts if ILLEGIBLE not in text]
    began = time.perf_counter()
    found = read_plates(image, detector.detect([image])[0], finder, reader)
    seconds = time.perf_counter() - began
    given = [one.reading.text for one in found if not one.reading.abstained]
    return Reading(
        f"{file.parent.parent.name}/{file.name}",
        tuple(legible),
        tuple(text for text in legible if text in given),
        tuple(text for text in legible if text not in given),
        tuple(one.reading.text for one in found if one.reading.abstained),
        tuple(text for text in given if text not in legible),
        seconds,
    )


def milliseconds(finder: PlateFinder, rounds: int = 30) -> float:
    """Median time of one vehicle crop of 400 × 300 pixels."""
    crop = np.random.default_rng(0).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        finder.find([np.asarray(cv2.blur(crop, (3, 3)), np.uint8)])
        times.append(time.perf_counter() - began)
    return 1000 * float(np.median(times))


def _told(items: Sequence[Item], what: str) -> list[Item]:
    return list(track(items, what, console=Console(stderr=True)))


def as_markdown(findings: dict[str, Finding], readings: Sequence[Reading], find_ms: float) -> str:
    """What was found where, then what was read."""
    rows = [
        [
            name,
            one.pictures,
            one.plates,
            *(f"{100 * share:.1f} %" for share in (one.found_share, one.centred_share)),
            f"{one.false_a_picture:.2f}",
            "-" if one.corner_error is None else " / ".join(f"{100 * error:.1f} %" for error in one.corner_error),
        ]
        for name, one in findings.items()
    ]
    head = [
        "set",
        "pictures",
        "plates",
        "found (IoU 0.5)",
        "middle found",
        "false a picture",
        "corner error (median/90th)",
    ]
    legible, read, abstained, wrong = (
        sum(len(getattr(one, part)) for one in readings) for part in ("legible", "read", "abstained", "wrong")
    )
    lines = [
        f"photographs end to end: {read} of {legible} legible plates read exactly; {wrong} given readings match none, "
        f"{abstained} abstained; {np.mean([one.seconds for one in readings]):.2f} s a photograph",
        f"finder: {find_ms:.1f} ms a vehicle crop, one thread",
    ]
    return "\n\n".join([table(head, rows), *lines])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--finder", type=Path)
    parser.add_argument("--reader", type=Path)
    parser.add_argument("--model", type=Path, help="vehicle detector")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the real data, found it unset")
    data = Path(folder)
    finder_file, reader_file = given.finder or shipped("plate-finder"), given.reader or shipped("plate-reader")
    finder = PlateFinder.open(finder_file, load_card(card_path(finder_file), FinderCard))
    reader = PlateReader.open(reader_file, load_card(card_path(reader_file), PlateReaderCard))
    resolved = resolve_model(given.model)
    findings = {"helmets/india_rider_helmet valid": score_india(data, finder), "composed": score_scenes(data, finder)}
    readings = read_scenes(data, finder, reader, Detector.open(resolved.file, resolved.card))
    find_ms = milliseconds(finder)
    if given.json:
        parts = {"findings": {name: asdict(one) for name, one in findings.items()}, "find_ms": find_ms}
        print(json.dumps({"made": asdict(circumstances()), **parts, "readings": [asdict(one) for one in readings]}))
    else:
        print(circumstances().sentence(), as_markdown(findings, readings, find_ms), sep="\n\n")
        for one in readings:
            if one.missed or one.wrong:
                print(f"{one.photo}: missed {one.missed}, wrong {one.wrong}, abstained {one.abstained}")


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")

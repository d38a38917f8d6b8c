"""The real crops `plates/vn_crops_hcmc_garage`: which may teach, which choose, which only score."""

import csv
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from models.datasets.labels import ReadReport
from models.errors import DatasetError
from vision.plates.text import canonical

FOLDER = Path("plates/vn_crops_hcmc_garage")
ONE_LINE_MARK = "CarLongPlate"


class Part(StrEnum):
    TRAIN = "train"
    CHOOSE = "choose"
    """A tenth of what is not scored: stops and thresholds are chosen on it."""
    SCORE = "score"
    """The kept fifth."""


@dataclass(frozen=True, slots=True)
class Crop:
    """
    text    canonical, machine-read by the set's authors, about 95 % right
    lines   1 or 2, from the file's name where it tells the truth
    truth   what a person read where the text is wrong, else the text; None: no person can read it
    """

    file: Path
    text: str
    lines: int
    truth: str | None


@dataclass(frozen=True, slots=True)
class Corrections:
    """By file name, from `garage_corrections.yaml` beside this file."""

    truths: dict[str, str | None]
    two_lines: frozenset[str]


@cache
def corrections() -> Corrections:
    read = yaml.safe_load(files("models.datasets.plates").joinpath("garage_corrections.yaml").read_text("utf-8"))
    return Corrections(read["corrections"], frozenset(read["two_lines"]))


def part_of(text: str) -> Part:
    """The same plate always falls into the same part, whatever else the set holds."""
    place = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % 1000
    if place < 200:
        return Part.SCORE
    return Part.CHOOSE if place < 280 else Part.TRAIN


def read_garage(data: Path, part: Part, report: ReadReport) -> list[Crop]:
    """The crops of one part whose text has a plate's form; the others are counted in `report`. Raise DatasetError when
    the set is missing or empty."""
    table = data / FOLDER / "plates.csv"
    try:
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise DatasetError(f"{table}: the table of plate texts cannot be read: {error}") from error
    if not rows or not {"file", "text_norm", "format_valid"} <= set(rows[0]):
        raise DatasetError(f"{table}: wanted rows with file, text_norm and format_valid, found {list(rows[:1])}")
    crops = [crop for row in rows if (crop := _crop(row, table.parent / "images", report)) is not None]
    report.images += len(crops)
    return [crop for crop in crops if part_of(crop.text) is part]


def _crop(row: dict[str, str], images: Path, report: ReadReport) -> Crop | None:
    file = images / row["file"]
    if row["format_valid"] != "1":
        report.leave("text without a plate's form", file)
        return None
    if canonical(row["text_norm"]) != row["text_norm"]:
        report.leave("text with characters that no plate bears", file)
        return None
    if not file.is_file():
        report.leave("no picture", file)
        return None
    text, known = row["text_norm"], corrections()
    has_one = ONE_LINE_MARK in file.name and file.name not in known.two_lines
    return Crop(file, text, 1 if has_one else 2, known.truths.get(file.name, text))

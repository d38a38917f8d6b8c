"""What `ngatu plates` says: a document for --json, a table for people, pictures with the plates drawn in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.errors import ModelsError
from vision.arrays import U8
from vision.plates.found import PlateFound

READ_BGR, ABSTAINED_BGR = (60, 200, 60), (40, 160, 255)


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """One picture and its plates; size_px is (width, height)."""

    file: Path
    size_px: tuple[int, int]
    plates: Sequence[PlateFound]


@dataclass(slots=True)
class Account:
    """What was read, and each fault of the input in a sentence."""

    looked: list[Looked] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        plates = [plate for one in self.looked for plate in one.plates]
        abstained = sum(plate.reading.abstained for plate in plates)
        read = f"{len(plates)} plates, {len(plates) - abstained} read, {abstained} abstained"
        return f"{len(self.looked)} pictures, {read}; {len(self.problems)} inputs not usable"


def fail(sentence: str) -> None:
    """What ended the command."""
    Console(stderr=True).print(Text.assemble(("ngatu plates:", "bold red"), " ", sentence), soft_wrap=True)


def warn(sentence: str) -> None:
    """For the user, on stderr: stdout stays data."""
    Console(stderr=True).print(Text.assemble(("note:", "yellow"), " ", sentence), soft_wrap=True, highlight=False)


def print_account(account: Account, as_json: bool) -> None:
    """Plates on stdout, what could not be used on stderr."""
    for problem in account.problems:
        warn(problem)
    if as_json:
        print(json.dumps(document(account), ensure_ascii=False))
    else:
        if account.looked:
            Console().print(_table(account), highlight=False)
        Console(stderr=True).print(Text(account.sentence()), highlight=False)


def document(account: Account) -> dict[str, Any]:
    return {
        "images": [
            {"file": str(one.file), "size_px": list(one.size_px), "plates": [_plate(plate) for plate in one.plates]}
            for one in account.looked
        ],
        "problems": account.problems,
    }


def _plate(plate: PlateFound) -> dict[str, Any]:
    """An abstained plate keeps its text: what the reader saw, not what it stands for."""
    reading = plate.reading
    return {
        "text": reading.text,
        "abstained": reading.abstained,
        "reason": reading.reason,
        "confidence": [round(float(value), 4) for value in reading.confidence],
        "certainty": round(float(reading.certainty), 4),
        "lines": reading.lines,
        "colour": str(reading.colour),
        "quad_px": [[round(float(value), 2) for value in corner] for corner in plate.quad_px],
        "finder_score": None if plate.score is None else round(plate.score, 4),
    }


def _table(account: Account) -> Table:
    """Without the folders and the corners, which --json tells: the text must fit a narrow terminal."""
    table = Table("picture", "plate", "confidence %", "lines", "colour", "said")
    for one in account.looked:
        if not one.plates:
            table.add_row(Text(one.file.name), "-", "", "", "", "no plate found")
        for plate in one.plates:
            reading = plate.reading
            table.add_row(
                Text(one.file.name),
                reading.text or "-",
                " ".join(f"{100 * value:.0f}" for value in reading.confidence),
                str(reading.lines),
                str(reading.colour),
                f"abstained: {reading.reason}" if reading.abstained else "read",
            )
    return table


def annotated(image: U8, plates: Sequence[PlateFound]) -> U8:
    """A copy with each plate's corners and text drawn in; a red dot marks the plate's own top left."""
    drawn = image.copy()
    thick = max(1, round(max(image.shape[:2]) / 600))
    for plate in plates:
        colour = ABSTAINED_BGR if plate.reading.abstained else READ_BGR
        cv2.polylines(drawn, [np.round(plate.quad_px).astype(np.int32)], True, colour, thick, cv2.LINE_AA)
        left, top = plate.quad_px.min(axis=0)
        word = f"{plate.reading.text}{'?' if plate.reading.abstained else ''}"
        at = (max(0, int(left)), max(18 * thick, int(top) - 5))
        for shade, width in (((0, 0, 0), 3 * thick), (colour, thick)):
            cv2.putText(drawn, word, at, cv2.FONT_HERSHEY_SIMPLEX, 0.55 * thick, shade, width, cv2.LINE_AA)
        cv2.circle(drawn, [round(float(v)) for v in plate.quad_px[0]], 2 * thick, (0, 0, 255), -1, cv2.LINE_AA)
    return drawn


def write_annotated(folder: Path, file: Path, image: U8, plates: Sequence[PlateFound]) -> Path:
    """`folder`/NAME.plates.jpg, numbered where the name is taken. ModelsError where it cannot be written."""
    target, number = folder / f"{file.stem}.plates.jpg", 2
    while target.exists():
        target, number = folder / f"{file.stem}.{number}.plates.jpg", number + 1
    code = cv2.imencode(".jpg", annotated(image, plates), [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
    try:
        target.write_bytes(code.tobytes())
    except OSError as error:
        raise ModelsError(f"--pictures: {target} cannot be written: {error}") from error
    return target

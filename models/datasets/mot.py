"""MOTChallenge sequences: seqinfo.ini and gt/gt.txt with one row per box. https://motchallenge.net/instructions/

Two dialects are read: truth of MOT16 and later (frame, id, left, top, width, height, considered, class, visibility)
and the ten columns of results and of 2D MOT 2015 (…, score, x, y, z in the world), which name no class. Corners are
taken as they stand, as trackers and TrackEval do, although the paper counts pixels from 1.
"""

import configparser
import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from models.datasets.labels import Meaning, ReadReport
from models.errors import DatasetError
from vision.arrays import F32, I8, I64, Bool, Column, check_columns
from vision.vehicles import VehicleKind

K = VehicleKind
DECIMALS = 3
"""Of a pixel."""
WITH_CLASS, WITHOUT_CLASS = 9, 10
"""Columns of the two dialects."""

CLASSES: Mapping[int, Meaning] = MappingProxyType(
    {1: K.PEDESTRIAN, 3: K.CAR, 4: K.BICYCLE, 5: K.MOTORBIKE, 101: K.BUS, 102: K.TRUCK}
    | dict.fromkeys((2, 6, 7, 8, 9, 10, 11, 12, 13))
)
"""MOT16's and MOT20's class numbers. 101 and 102 are ours: the format has no bus and no truck. A person on a vehicle
(2) is part of the vehicle to us; 6 to 13 are no road users or not to be scored."""


@dataclass(frozen=True, slots=True)
class Sequence2D:
    """What seqinfo.ini says."""

    name: str
    fps: float
    frames: int
    size_px: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class MotBoxes:
    """Row i of every column describes the same box.

    frame       (n,)   int64    from 1
    id          (n,)   int64    of the object, the same over the sequence; -1: a detection that nobody followed
    xyxy_px     (n, 4) float32  full-frame pixels, which may reach beyond the frame: the format guesses hidden parts
    kind        (n,)   int8     VehicleKind
    considered  (n,)   bool     False: whoever scores leaves it out
    visible     (n,)   float32  share that is seen, 0..1
    """

    frame: I64
    id: I64
    xyxy_px: F32
    kind: I8
    considered: Bool
    visible: F32

    def __post_init__(self) -> None:
        columns: dict[str, Column] = {
            "frame": (self.frame, (), np.int64),
            "id": (self.id, (), np.int64),
            "xyxy_px": (self.xyxy_px, (4,), np.float32),
            "kind": (self.kind, (), np.int8),
            "considered": (self.considered, (), np.bool_),
            "visible": (self.visible, (), np.float32),
        }
        check_columns("MotBoxes", len(self.frame), columns)


Box = tuple[float, float, float, float]
Row = tuple[int, int, Box, int, bool, float]


def read_sequence(folder: Path) -> Sequence2D:
    """seqinfo.ini of a sequence; DatasetError where it is missing or does not say rate, length and size."""
    file = folder / "seqinfo.ini"
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(file.read_text("utf-8"))
        part = parser["Sequence"]
        size_px = (int(part["imWidth"]), int(part["imHeight"]))
        read = Sequence2D(part.get("name", folder.name), float(part["frameRate"]), int(part["seqLength"]), size_px)
    except FileNotFoundError as error:
        raise DatasetError(f"{folder}: wanted a MOTChallenge sequence with a seqinfo.ini, found none") from error
    except (OSError, KeyError, ValueError, configparser.Error) as error:
        raise DatasetError(
            f"{file}: wanted [Sequence] with frameRate, seqLength, imWidth and imHeight: {error}"
        ) from error
    if not (read.fps > 0 and read.frames > 0 and min(read.size_px) > 0):
        raise DatasetError(f"{file}: wanted a rate, a length and a size above 0, found {read}")
    return read


def read_mot(folder: Path, report: ReadReport, classes: Mapping[int, Meaning] = CLASSES) -> MotBoxes:
    """The truth of a sequence. A class that means None is left aside and counted, as is what makes no sense."""
    return read_boxes(folder / "gt" / "gt.txt", report, classes, sequence=read_sequence(folder))


def read_boxes(
    file: Path,
    report: ReadReport,
    classes: Mapping[int, Meaning] = CLASSES,
    *,
    sequence: Sequence2D | None = None,
    classless: VehicleKind = VehicleKind.PEDESTRIAN,
) -> MotBoxes:
    """One file of boxes, ordered by frame and id.

    `classless` is what the rows of ten columns show. With `sequence` boxes outside its pictures or its length are
    left aside and counted. DatasetError where the file is missing or holds not one box that makes sense.
    """
    try:
        lines = [line for line in csv.reader(file.read_text("utf-8").splitlines()) if line]
    except FileNotFoundError as error:
        raise DatasetError(f"{file}: wanted a MOTChallenge file, found none") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{file}: wanted a MOTChallenge file, found none that can be read: {error}") from error
    reader = _Reader(classes, classless, sequence, file.name, report)
    read = [reader.row(line) for line in lines]
    rows = sorted(row for row in read if row is not None)
    once = {(row[0], row[1]): row for row in reversed(rows) if row[1] >= 0}
    kept = [row for row in rows if row[1] < 0 or once[row[0], row[1]] is row]
    for _ in range(len(rows) - len(kept)):
        report.leave("boxes of an id that its frame has already", file.name)
    if lines and not kept:
        raise DatasetError(f"{file}: wanted MOTChallenge rows, found none that can be used; {report.sentence()}")
    report.images += len({row[0] for row in kept})
    report.boxes += len(kept)
    return _columns(kept)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the rows of one file; what it refuses it counts."""

    classes: Mapping[int, Meaning]
    classless: VehicleKind
    sequence: Sequence2D | None
    file: str
    report: ReadReport

    def row(self, line: Sequence[str]) -> Row | None:
        numbers = _numbers(line)
        fault = "unreadable label rows" if numbers is None else self._fault(numbers)
        if numbers is None or fault is not None:
            self.report.leave(str(fault), self.file)
            return None
        frame, track, x, y, w, h = int(numbers[0]), int(numbers[1]), *numbers[2:6]
        has_class = len(numbers) == WITH_CLASS
        kind = self.classes[int(numbers[7])] if has_class else self.classless
        assert kind is not None  # a class that means None is a fault
        considered, seen = (numbers[6] != 0, numbers[8]) if has_class else (True, 1.0)
        return frame, track, (x, y, x + w, y + h), int(kind), considered, seen

    def _fault(self, numbers: Sequence[float]) -> str | None:
        """Why this row is left aside; None: it is not. A box that touches the picture is kept whole."""
        x, y, w, h = numbers[2:6]
        number = numbers[7] if len(numbers) == WITH_CLASS else None
        frames, (width, height) = (math.inf, (math.inf, math.inf))
        left, top = -math.inf, -math.inf
        if self.sequence is not None:
            frames, (width, height), left, top = self.sequence.frames, self.sequence.size_px, 0, 0
        faults = {
            "boxes of unknown class numbers": number is not None and number not in self.classes,
            "boxes of classes not taught": number is not None and self.classes.get(int(number), 0) is None,
            "boxes outside the sequence": not 1 <= numbers[0] <= frames,
            "boxes without area": w <= 0 or h <= 0,
            "boxes outside the picture": not (x < width and y < height and x + w > left and y + h > top),
        }
        return next((reason for reason, holds in faults.items() if holds), None)


def _numbers(line: Sequence[str]) -> list[float] | None:
    """The cells of a row of either dialect, frame and id whole (some writers put them as 3.0); None for others."""
    try:
        numbers = [float(cell) for cell in line]
    except ValueError:
        return None
    if len(numbers) not in (WITH_CLASS, WITHOUT_CLASS) or not all(map(math.isfinite, numbers)):
        return None
    return numbers if all(number.is_integer() for number in numbers[:2]) else None


def _columns(rows: Sequence[Row]) -> MotBoxes:
    return MotBoxes(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.float32).reshape(-1, 4),
        np.array([row[3] for row in rows], np.int8),
        np.array([row[4] for row in rows], np.bool_),
        np.array([row[5] for row in rows], np.float32),
    )


def write_mot(folder: Path, sequence: Sequence2D, boxes: MotBoxes, classes: Mapping[int, Meaning] = CLASSES) -> None:
    """Write seqinfo.ini and gt/gt.txt of nine columns. Pictures, if any, belong into img1.

    DatasetError where a kind has no class number or the folder cannot be written.
    """
    numbers = {kind: number for number, kind in reversed(list(classes.items())) if kind is not None}
    missing = sorted({K(value).label for value in boxes.kind.tolist() if K(value) not in numbers})
    if missing:
        raise DatasetError(f"{folder}: no class number given for {', '.join(missing)}")
    corners = boxes.xyxy_px.astype(np.float64)
    sized = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1).tolist()
    lines = [
        ",".join(
            [f"{frame},{track}", *(f"{value:.{DECIMALS}f}" for value in box), f"{considered:d},{numbers[K(kind)]}"]
        )
        for frame, track, box, considered, kind in zip(
            boxes.frame.tolist(),
            boxes.id.tolist(),
            sized,
            boxes.considered.tolist(),
            boxes.kind.tolist(),
            strict=True,
        )
    ]
    rows = [f"{line},{seen:.4f}\n" for line, seen in zip(lines, boxes.visible.tolist(), strict=True)]
    info = (
        f"[Sequence]\nname={sequence.name}\nimDir=img1\nframeRate={sequence.fps:g}\nseqLength={sequence.frames}\n"
        f"imWidth={sequence.size_px[0]}\nimHeight={sequence.size_px[1]}\nimExt=.jpg\n"
    )
    try:
        (folder / "gt").mkdir(parents=True, exist_ok=True)
        (folder / "seqinfo.ini").write_text(info, "utf-8")
        (folder / "gt" / "gt.txt").write_text("".join(rows), "utf-8")
    except OSError as error:
        raise DatasetError(f"{folder}: wanted a folder to write a MOTChallenge sequence into: {error}") from error

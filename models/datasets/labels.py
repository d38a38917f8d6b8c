"""Pictures with boxes, as every trainer and evaluator here reads them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import yaml

from models.errors import DatasetError
from vision.arrays import F32, I8
from vision.vehicles import VehicleKind

PICTURES = (".jpg", ".jpeg", ".png")
Meaning = VehicleKind | None


@dataclass(frozen=True, slots=True, eq=False)
class LabelledImage:
    """xyxy_px (n, 4) float32 and kind (n,) int8 (VehicleKind), row for row, in pixels of the picture in `file`."""

    file: Path
    xyxy_px: F32
    kind: I8


@dataclass(slots=True)
class ReadReport:
    """What was read and what was left aside, by reason: nothing is dropped silently."""

    images: int = 0
    boxes: int = 0
    left_aside: Counter[str] = field(default_factory=Counter)

    def sentence(self) -> str:
        aside = ", ".join(f"{count} {reason}" for reason, count in sorted(self.left_aside.items()))
        return f"{self.images} images, {self.boxes} boxes" + (f"; left aside: {aside}" if aside else "")


def yolo_names(folder: Path) -> list[str]:
    """The class names in a YOLO set's data.yaml, in order of their numbers."""
    file = folder / "data.yaml"
    if not file.is_file():
        raise DatasetError(f"{folder}: wanted a YOLO set with a data.yaml, found none")
    names = (yaml.safe_load(file.read_text("utf-8")) or {}).get("names")
    if isinstance(names, Mapping):
        names = [names[number] for number in sorted(names)]
    if not isinstance(names, Sequence) or not names:
        raise DatasetError(f"{file}: wanted a list `names` of class names, found {names!r}")
    return [str(name) for name in names]


def read_yolo(folder: Path, split: str, meanings: Mapping[str, Meaning], report: ReadReport) -> list[LabelledImage]:
    """One split of a YOLO set (images/SPLIT, labels/SPLIT), its class names translated by `meanings`.

    A name that means None is left aside and counted; a name absent from `meanings` raises DatasetError.
    """
    names = yolo_names(folder)
    unknown = sorted(set(names) - set(meanings))
    if unknown:
        raise DatasetError(f"{folder}/data.yaml: no meaning given for {unknown}; known are {sorted(meanings)}")
    kinds = [meanings[name] for name in names]
    pictures = sorted(file for file in (folder / "images" / split).glob("*") if file.suffix.lower() in PICTURES)
    if not pictures:
        raise DatasetError(f"{folder / 'images' / split}: wanted pictures ({', '.join(PICTURES)}), found none")
    read = [_read_one(file, folder / "labels" / split / f"{file.stem}.txt", kinds, report) for file in pictures]
    return [image for image in read if image is not None]


def _read_one(picture: Path, labels: Path, kinds: Sequence[Meaning], report: ReadReport) -> LabelledImage | None:
    image = cv2.imread(str(picture))
    if image is None:
        report.left_aside["unreadable pictures"] += 1
        return None
    if not labels.is_file():
        report.left_aside["pictures without a label file"] += 1
        return None
    rows = [line.split() for line in labels.read_text("ascii").splitlines() if line.strip()]
    boxes, found = [], []
    for row in rows:
        box = _box(row, len(kinds), report)
        if box is None:
            continue
        kind = kinds[int(row[0])]
        if kind is None:
            report.left_aside["boxes of classes not taught"] += 1
            continue
        boxes.append(box)
        found.append(int(kind))
    height, width = image.shape[:2]
    scale = np.array([width, height, width, height], np.float32)
    report.images += 1
    report.boxes += len(boxes)
    xyxy = np.array(boxes, np.float32).reshape(-1, 4) * scale
    return LabelledImage(picture, xyxy, np.array(found, np.int8))


def _box(row: Sequence[str], classes: int, report: ReadReport) -> tuple[float, float, float, float] | None:
    """A YOLO row as x1 y1 x2 y2 fractions cut to the picture; None (and counted) where it makes no sense."""
    try:
        number, x, y, w, h = int(row[0]), *(float(value) for value in row[1:5])
    except (ValueError, IndexError):
        report.left_aside["unreadable label rows"] += 1
        return None
    if not 0 <= number < classes:
        report.left_aside["boxes of unknown class numbers"] += 1
        return None
    x1, y1, x2, y2 = (min(max(value, 0.0), 1.0) for value in (x - w / 2, y - h / 2, x + w / 2, y + h / 2))
    if x2 - x1 <= 0 or y2 - y1 <= 0:
        report.left_aside["boxes outside the picture"] += 1
        return None
    return x1, y1, x2, y2

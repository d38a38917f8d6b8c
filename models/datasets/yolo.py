"""YOLO sets: data.yaml with the class names, images/SPLIT, and labels/SPLIT with one text file per picture."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import yaml

from models.datasets.labels import LabelledImage, Meaning, ReadReport, box_inside, labelled, refuse_unknown
from models.datasets.picture import PICTURES, read_picture
from models.errors import DatasetError
from vision.vehicles import KIND_NAMES

Box = tuple[float, float, float, float]
DECIMALS = 7
"""Of a fraction: a thousandth of a pixel in the largest picture."""


def yolo_names(folder: Path) -> list[str]:
    """The class names in a YOLO set's data.yaml, in order of their numbers."""
    file = folder / "data.yaml"
    if not file.is_file():
        raise DatasetError(f"{folder}: wanted a YOLO set with a data.yaml, found none")
    try:
        written = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DatasetError(f"{file}: cannot be read as YAML: {error}") from error
    names = written.get("names") if isinstance(written, Mapping) else None
    if isinstance(names, Mapping):
        if sorted(names, key=str) != sorted(range(len(names)), key=str):
            raise DatasetError(f"{file}: wanted `names` numbered 0, 1, 2, …, found {list(names)}")
        names = [names[number] for number in range(len(names))]
    if not isinstance(names, list) or not names:
        raise DatasetError(f"{file}: wanted a list `names` of class names, found {names!r}")
    return [str(name) for name in names]


def read_yolo(folder: Path, split: str, meanings: Mapping[str, Meaning], report: ReadReport) -> list[LabelledImage]:
    """One split of a YOLO set (images/SPLIT, labels/SPLIT), its class names translated by `meanings`.

    A name that means None is left aside and counted; a name absent from `meanings` raises DatasetError, and so does
    a set without pictures. An outline (class, then three points or more) becomes the box around it.
    """
    names = yolo_names(folder)
    refuse_unknown(set(names), set(meanings), f"{folder}/data.yaml")
    kinds = [meanings[name] for name in names]
    pictures = sorted(file for file in (folder / "images" / split).glob("*") if file.suffix.lower() in PICTURES)
    if not pictures:
        raise DatasetError(f"{folder / 'images' / split}: wanted pictures ({', '.join(PICTURES)}), found none")
    labels = folder / "labels" / split
    for orphan in sorted({file.stem for file in labels.glob("*.txt")} - {file.stem for file in pictures}):
        report.leave("label files without a picture", f"{orphan}.txt")
    read = [read_yolo_labels(file, labels / f"{file.stem}.txt", kinds, report) for file in pictures]
    return [image for image in read if image is not None]


def read_yolo_labels(picture: Path, labels: Path, kinds: Sequence[Meaning], report: ReadReport) -> LabelledImage | None:
    """One picture and its label file, class numbers translated by their place in `kinds`; None, and counted, where
    either cannot be used."""
    image = read_picture(picture, report)
    if image is None:
        return None
    if not labels.is_file():
        report.leave("pictures without a label file", picture.name)
        return None
    try:
        rows = [line.split() for line in labels.read_text("ascii").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError):
        report.leave("pictures with an unreadable label file", picture.name)
        return None
    size_px = (image.shape[1], image.shape[0])
    found = [one for one in (_row(row, kinds, size_px, labels.name, report) for row in rows) if one is not None]
    report.images += 1
    report.boxes += len(found)
    return labelled(picture, [box for box, _ in found], [kind for _, kind in found])


def _row(
    row: Sequence[str], kinds: Sequence[Meaning], size_px: tuple[int, int], file: str, report: ReadReport
) -> tuple[Box, int] | None:
    """A label row as the visible box in pixels and its kind; None (and counted) where it makes no sense."""
    try:
        number, box = int(row[0]), _corners([float(value) for value in row[1:]])
    except ValueError:
        report.leave("unreadable label rows", file)
        return None
    if not 0 <= number < len(kinds):
        report.leave("boxes of unknown class numbers", file)
        return None
    kind = kinds[number]
    if kind is None:
        report.leave("boxes of classes not taught", file)
        return None
    width, height = size_px
    inside = box_inside((box[0] * width, box[1] * height, box[2] * width, box[3] * height), size_px, file, report)
    if inside is None:
        return None
    if len(row) > 5:
        report.mend("outlines read as the boxes around them", file)
    return inside, int(kind)


def _corners(numbers: Sequence[float]) -> Box:
    """Fractions x1, y1, x2, y2 from middle and size, or from the points of an outline. ValueError for neither."""
    if len(numbers) == 4:
        x, y, w, h = numbers
        return x - w / 2, y - h / 2, x + w / 2, y + h / 2
    if len(numbers) < 6 or len(numbers) % 2:
        raise ValueError("neither a box nor an outline")
    across, down = numbers[::2], numbers[1::2]
    return min(across), min(down), max(across), max(down)


def write_yolo(folder: Path, split: str, images: Sequence[LabelledImage], report: ReadReport) -> None:
    """Add pictures (copied) with their boxes to a split, classes in the engine's own names and order.

    Ignored regions have no place in the format: they are counted in `report`. DatasetError where a picture cannot be
    read, two share a name, or the folder holds a set of other classes.
    """
    stems = [image.file.stem for image in images]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise DatasetError(f"{folder}: wanted pictures of different names, found {', '.join(twice)} more than once")
    _begin(folder, split)
    for image in images:
        _write_one(folder, split, image, report)


def _begin(folder: Path, split: str) -> None:
    file = folder / "data.yaml"
    if file.exists() and yolo_names(folder) != list(KIND_NAMES):
        raise DatasetError(f"{file}: wanted the classes {', '.join(KIND_NAMES)}, found {', '.join(yolo_names(folder))}")
    try:
        for part in ("images", "labels"):
            (folder / part / split).mkdir(parents=True, exist_ok=True)
        if not file.exists():
            names = {"path": ".", "train": "images/train", "val": "images/valid", "names": list(KIND_NAMES)}
            file.write_text(yaml.safe_dump(names, sort_keys=False), "utf-8")
    except OSError as error:
        raise DatasetError(f"{folder}: wanted a folder to write a YOLO set into: {error}") from error


def _write_one(folder: Path, split: str, image: LabelledImage, report: ReadReport) -> None:
    unread = ReadReport()
    picture = read_picture(image.file, unread)
    if picture is None:
        raise DatasetError(f"{image.file}: cannot go into a YOLO set: {', '.join(unread.left_aside)}")
    target, label = folder / "images" / split / image.file.name, folder / "labels" / split / f"{image.file.stem}.txt"
    try:
        if not (target.exists() and target.samefile(image.file)):
            shutil.copyfile(image.file, target)
        label.write_text(yolo_rows(image, (picture.shape[1], picture.shape[0])), "ascii")
    except OSError as error:
        raise DatasetError(f"{target}: cannot be written: {error}") from error
    for _ in image.ignored_kind:
        report.leave("ignored regions, for which YOLO has no place", image.file.name)
    report.images += 1
    report.boxes += len(image.kind)


def yolo_rows(image: LabelledImage, size_px: tuple[int, int]) -> str:
    """One line per box: kind, middle and size as fractions of the picture."""
    fractions = image.xyxy_px.astype(np.float64) / np.array([*size_px, *size_px], np.float64)
    middles, sides = (fractions[:, :2] + fractions[:, 2:]) / 2, fractions[:, 2:] - fractions[:, :2]
    return "".join(
        f"{kind} " + " ".join(f"{value:.{DECIMALS}f}" for value in (*middle, *side)) + "\n"
        for kind, middle, side in zip(image.kind.tolist(), middles.tolist(), sides.tolist(), strict=True)
    )

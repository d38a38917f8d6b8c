"""COCO detection files: one JSON with pictures, categories and boxes. https://cocodataset.org/#format-data"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.datasets.labels import LabelledImage, Meaning, ReadReport, box_inside, refuse_unknown
from models.datasets.picture import read_picture
from models.errors import DatasetError
from vision.arrays import F32, I8
from vision.vehicles import KIND_NAMES

DECIMALS = 3
"""Of a pixel."""
Rows = list[Mapping[str, Any]]


def coco_names(annotations: Path) -> list[str]:
    """The category names of a COCO file, in its order."""
    return [str(one["name"]) for one in _load(annotations)["categories"]]


def read_coco(
    annotations: Path, images: Path, meanings: Mapping[str, Meaning], report: ReadReport
) -> list[LabelledImage]:
    """The pictures of a COCO file, whose file names start from `images`, category names translated by `meanings`.

    A name that means None is left aside and counted; a name absent from `meanings` raises DatasetError, and so does
    a file that is no COCO file or names no picture. A box with `iscrowd` becomes an ignored region of its kind.
    """
    found = _load(annotations)
    names = {one["id"]: str(one["name"]) for one in found["categories"]}
    refuse_unknown(set(names.values()), set(meanings), str(annotations))
    kinds = {number: meanings[name] for number, name in names.items()}
    pictures = {one["id"]: one for one in found["images"]}
    if not pictures:
        raise DatasetError(f"{annotations}: wanted pictures under `images`, found none")
    for one in found["images"]:
        if pictures[one["id"]] is not one:
            report.leave("pictures whose id another has too", str(one["file_name"]))
    boxes: dict[Any, Rows] = {number: [] for number in pictures}
    for box in found["annotations"]:
        if box.get("image_id") in boxes:
            boxes[box["image_id"]].append(box)
        else:
            report.leave("boxes of unknown pictures", annotations.name)
    read = [_read_one(images, one, boxes[number], kinds, report) for number, one in pictures.items()]
    return [image for image in read if image is not None]


def _load(annotations: Path) -> dict[str, Rows]:
    """The three lists of a COCO file, each entry with the keys without which it says nothing."""
    try:
        document = json.loads(annotations.read_text("utf-8"))
    except FileNotFoundError as error:
        raise DatasetError(f"{annotations}: wanted a COCO annotation file, found none") from error
    except (OSError, ValueError, RecursionError) as error:
        raise DatasetError(f"{annotations}: wanted a COCO file (JSON), found none that can be read: {error}") from error
    wanted = {"images": {"id", "file_name"}, "categories": {"id", "name"}, "annotations": set[str]()}
    for part, keys in wanted.items():
        rows = document.get(part) if isinstance(document, dict) else None
        if not isinstance(rows, list):
            raise DatasetError(f"{annotations}: wanted a COCO file with a list `{part}`, found none")
        for row in rows:
            if not isinstance(row, dict) or not keys <= row.keys() or not isinstance(row.get("id", 0), int | str):
                raise DatasetError(f"{annotations}: {part}: wanted entries with {sorted(keys)}, found {str(row)[:60]}")
    return {part: document[part] for part in wanted}


def _read_one(
    images: Path, picture: Mapping[str, Any], rows: Rows, kinds: Mapping[Any, Meaning], report: ReadReport
) -> LabelledImage | None:
    file = images / str(picture["file_name"])
    if not file.resolve().is_relative_to(images.resolve()):
        report.leave("pictures outside the set's folder", str(picture["file_name"]))
        return None
    image = read_picture(file, report)
    if image is None:
        return None
    size_px = (image.shape[1], image.shape[0])
    if size_px != (picture.get("width", size_px[0]), picture.get("height", size_px[1])):
        report.leave("pictures of another size than the file states", file.name)
        return None
    boxes, found, crowd = [], [], []
    for row in rows:
        box = _box(row, kinds, size_px, file.name, report)
        if box is not None:
            boxes.append(box)
            found.append(kinds[row["category_id"]])
            crowd.append(bool(row.get("iscrowd")))
    xyxy_px, kind, ignored = np.array(boxes, np.float32).reshape(-1, 4), np.array(found, np.int8), np.array(crowd, bool)
    report.images += 1
    report.boxes += int((~ignored).sum())
    return LabelledImage(file, xyxy_px[~ignored], kind[~ignored], xyxy_px[ignored], kind[ignored])


def _box(
    row: Mapping[str, Any], kinds: Mapping[Any, Meaning], size_px: tuple[int, int], file: str, report: ReadReport
) -> tuple[float, float, float, float] | None:
    """The visible part of one annotation; None (and counted) where it makes no sense or is not taught."""
    try:
        x, y, w, h = (float(value) for value in row["bbox"])
        category = kinds.get(row["category_id"], "unknown")
    except (KeyError, TypeError, ValueError):
        report.leave("unreadable label rows", file)
        return None
    if category == "unknown":
        report.leave("boxes of unknown class numbers", file)
        return None
    if category is None:
        report.leave("boxes of classes not taught", file)
        return None
    return box_inside((x, y, x + w, y + h), size_px, file, report)


def write_coco(annotations: Path, images: Path, labelled: Sequence[LabelledImage], report: ReadReport) -> None:
    """Write the boxes of pictures that lie under `images` as one COCO file, categories in the engine's own names.

    The pictures stay where they are. DatasetError where one cannot be read or lies elsewhere.
    """
    pictures, rows = list[Any](), list[Any]()
    for number, image in enumerate(labelled, start=1):
        pictures.append(_picture(image.file, images, number))
        for xyxy_px, kind, crowd in (
            (image.xyxy_px, image.kind, 0),
            (image.ignored_xyxy_px, image.ignored_kind, 1),
        ):
            rows += _rows(xyxy_px, kind, crowd, number, len(rows) + 1)
        report.images += 1
        report.boxes += len(image.kind)
    categories = [{"id": number, "name": name} for number, name in enumerate(KIND_NAMES, start=1)]
    document = {"images": pictures, "annotations": rows, "categories": categories}
    partial = annotations.with_name(f"{annotations.name}.part")
    try:
        partial.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        partial.replace(annotations)
    except OSError as error:
        raise DatasetError(f"{annotations}: cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _picture(file: Path, images: Path, number: int) -> dict[str, Any]:
    unread = ReadReport()
    image = read_picture(file, unread)
    if image is None:
        raise DatasetError(f"{file}: cannot go into a COCO set: {', '.join(unread.left_aside)}")
    if not file.resolve().is_relative_to(images.resolve()):
        raise DatasetError(f"{file}: wanted a picture under {images}, found one elsewhere")
    name = file.resolve().relative_to(images.resolve()).as_posix()
    return {"id": number, "file_name": name, "width": image.shape[1], "height": image.shape[0]}


def _rows(xyxy_px: F32, kind: I8, crowd: int, picture: int, first: int) -> list[dict[str, Any]]:
    corners = xyxy_px.astype(np.float64)
    boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1).round(DECIMALS).tolist()
    return [
        {
            "id": number,
            "image_id": picture,
            "category_id": value + 1,
            "bbox": box,
            "area": box[2] * box[3],
            "iscrowd": crowd,
        }
        for number, (box, value) in enumerate(zip(boxes, kind.tolist(), strict=True), start=first)
    ]

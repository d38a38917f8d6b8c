"""Writes drawn pictures as a YOLO set."""

from collections.abc import Callable
from pathlib import Path

import cv2
import yaml

from models.datasets.drawn.render import DrawnFrame, draw_scene
from models.datasets.drawn.scene import random_scene
from models.datasets.drawn.studio import Studio
from models.errors import DatasetError
from vision.vehicles import KIND_NAMES

SIZE_PX = (960, 544)
# Kept high: the camera's own compression is already in the picture.
JPEG_KEPT = 94


def write_set(
    folder: Path, count: int, seed: int, size_px: tuple[int, int] = SIZE_PX, *, first: int = 0,
    done: Callable[[int], None] = lambda boxes: None,
) -> None:  # fmt: skip
    """Pictures `first` to `first + count` of the endless set named by `seed`, into images/train and labels/train.

    A picture that is already there is kept, so that a run that was cut goes on. `done` is called after each picture
    with its number of boxes. DatasetError where the folder cannot be written.
    """
    images, labels = folder / "images" / "train", folder / "labels" / "train"
    try:
        for each in (images, labels):
            each.mkdir(parents=True, exist_ok=True)
        _write_names(folder)
    except OSError as error:
        raise DatasetError(f"{folder}: wanted a folder to write a YOLO set into: {error}") from error
    studio = Studio(size_px)
    for number in range(first, first + count):
        name = f"drawn_{seed}_{number:06}"
        label = labels / f"{name}.txt"
        if not label.is_file():
            frame = draw_scene(studio, random_scene((seed, number), size_px))
            _write_picture(images / f"{name}.jpg", frame)
            # Last, and at once: the label file says that the pair is whole.
            partial = label.with_suffix(".part")
            partial.write_text(yolo_rows(frame), "ascii")
            partial.replace(label)
            done(len(frame.kind))
        else:
            done(len(label.read_text("ascii").splitlines()))
    studio.close()


def yolo_rows(frame: DrawnFrame) -> str:
    """One line per box: kind, middle and size as fractions of the picture."""
    height, width = frame.image.shape[:2]
    rows = []
    for kind, (x1, y1, x2, y2) in zip(frame.kind.tolist(), frame.xyxy_px.tolist(), strict=True):
        x, y, w, h = (x1 + x2) / 2 / width, (y1 + y2) / 2 / height, (x2 - x1) / width, (y2 - y1) / height
        rows.append(f"{kind} {x:.6f} {y:.6f} {w:.6f} {h:.6f}\n")
    return "".join(rows)


def _write_names(folder: Path) -> None:
    names = {"path": ".", "train": "images/train", "val": "images/train", "names": dict(enumerate(KIND_NAMES))}
    (folder / "data.yaml").write_text(yaml.safe_dump(names, sort_keys=False), "utf-8")


def _write_picture(file: Path, frame: DrawnFrame) -> None:
    if not cv2.imwrite(str(file), frame.image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_KEPT]):
        raise DatasetError(f"{file}: the picture cannot be written; is the disk full?")

"""Writes drawn pictures as a YOLO set, with a JSON file of all truth beside each."""

from collections.abc import Callable
from pathlib import Path

import cv2
import yaml

from models.datasets.drawn.chance import random_scene
from models.datasets.drawn.frame import DrawnFrame
from models.datasets.drawn.render import draw_scene
from models.datasets.drawn.studio import Studio
from models.datasets.drawn.truth_file import truth_of
from models.datasets.labels import LabelledImage
from models.datasets.yolo import yolo_rows
from models.errors import DatasetError
from vision.vehicles import KIND_NAMES

SIZE_PX = (960, 544)
# Kept high: the camera's own compression is already in the picture.
JPEG_KEPT = 94


def write_set(
    folder: Path, count: int, seed: int, size_px: tuple[int, int] = SIZE_PX, *, first: int = 0,
    done: Callable[[int], None] = lambda boxes: None,
) -> None:  # fmt: skip
    """Pictures `first` to `first + count` of the endless set named by `seed`, into images/train and labels/train, and
    truth/NAME.json with the plates, heads and lamps that the format has no place for.

    A picture that is already there is kept, so that a run that was cut goes on. `done` is called after each picture
    with its number of boxes. DatasetError where the folder cannot be written.
    """
    images, labels, truths = folder / "images" / "train", folder / "labels" / "train", folder / "truth"
    try:
        for each in (images, labels, truths):
            each.mkdir(parents=True, exist_ok=True)
        _write_names(folder)
    except OSError as error:
        raise DatasetError(f"{folder}: wanted a folder to write a YOLO set into: {error}") from error
    studio = Studio(size_px)
    for number in range(first, first + count):
        label = labels / f"drawn_{seed}_{number:06}.txt"
        if label.is_file():
            done(len(label.read_text("ascii").splitlines()))
        else:
            frame = draw_scene(studio, random_scene((seed, number), size_px))
            _write_one(frame, images / f"{label.stem}.jpg", label, truths / f"{label.stem}.json")
            done(len(frame.kind))
    studio.close()


def _write_one(frame: DrawnFrame, picture: Path, label: Path, truth: Path) -> None:
    size_px = frame.image.shape[1], frame.image.shape[0]
    _write_picture(picture, frame)
    truth.write_text(truth_of(frame, picture.name).model_dump_json(indent=1) + "\n", "utf-8")
    # Last, and at once: the label file says that all of it is whole.
    partial = label.with_suffix(".part")
    partial.write_text(yolo_rows(LabelledImage(picture, frame.xyxy_px, frame.kind), size_px), "ascii")
    partial.replace(label)


def _write_names(folder: Path) -> None:
    names = {"path": ".", "train": "images/train", "val": "images/train", "names": dict(enumerate(KIND_NAMES))}
    (folder / "data.yaml").write_text(yaml.safe_dump(names, sort_keys=False), "utf-8")


def _write_picture(file: Path, frame: DrawnFrame) -> None:
    if not cv2.imwrite(str(file), frame.image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_KEPT]):
        raise DatasetError(f"{file}: the picture cannot be written; is the disk full?")

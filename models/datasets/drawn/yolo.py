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
    begin_set(folder)
    studio = Studio(size_px)
    for number in range(first, first + count):
        name = f"drawn_{seed}_{number:06}"
        label = folder / "labels" / "train" / f"{name}.txt"
        if label.is_file():
            done(len(label.read_text("ascii").splitlines()))
        else:
            frame = draw_scene(studio, random_scene((seed, number), size_px))
            write_picture(folder, name, frame)
            done(len(frame.kind))
    studio.close()


def begin_set(folder: Path) -> None:
    """Make the folders of a set and name its kinds. DatasetError where they cannot be made."""
    try:
        for each in ("images/train", "labels/train", "truth"):
            (folder / each).mkdir(parents=True, exist_ok=True)
        _write_names(folder)
    except OSError as error:
        raise DatasetError(f"{folder}: wanted a folder to write a YOLO set into: {error}") from error


def write_picture(folder: Path, name: str, frame: DrawnFrame) -> None:
    """One picture of a set, its truth and, last, its boxes. DatasetError where it cannot be written."""
    picture, label = folder / "images" / "train" / f"{name}.jpg", folder / "labels" / "train" / f"{name}.txt"
    truth = folder / "truth" / f"{name}.json"
    size_px = frame.image.shape[1], frame.image.shape[0]
    if not cv2.imwrite(str(picture), frame.image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_KEPT]):
        raise DatasetError(f"{picture}: the picture cannot be written; is the disk full?")
    truth.write_text(truth_of(frame, picture.name).model_dump_json(indent=1) + "\n", "utf-8")
    # Last, and at once: the label file says that all of it is whole.
    partial = label.with_suffix(".part")
    partial.write_text(yolo_rows(LabelledImage(picture, frame.xyxy_px, frame.kind), size_px), "ascii")
    partial.replace(label)


def _write_names(folder: Path) -> None:
    names = {"path": ".", "train": "images/train", "val": "images/train", "names": dict(enumerate(KIND_NAMES))}
    (folder / "data.yaml").write_text(yaml.safe_dump(names, sort_keys=False), "utf-8")

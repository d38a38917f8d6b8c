"""Which labelled sets teach the detector, and what their class names mean here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.datasets.labels import LabelledImage, Meaning, ReadReport
from models.datasets.yolo import read_yolo, read_yolo_labels
from models.errors import DatasetError
from vision.vehicles import VehicleKind

K = VehicleKind


@dataclass(frozen=True, slots=True)
class TeachingSet:
    """
    folder        under the data folder
    riders_apart  people on motorbikes have a box of their own there
    partly        not everything we know is boxed there; models.train.complete names the rest
    """

    folder: str
    licence: str
    meanings: Mapping[str, Meaning]
    riders_apart: bool = False
    partly: bool = False


SETS = (
    TeachingSet(
        "detect/atl_highway_camera",
        "CC BY 4.0",
        {"bike": K.MOTORBIKE, "bus": K.BUS, "car": K.CAR, "truck": K.TRUCK},
        partly=True,
    ),
    TeachingSet(
        "detect/manaus_intersections",
        "CC BY 4.0",
        {"biker": K.MOTORBIKE, "car": K.CAR, "cyclist": K.BICYCLE, "people": K.PEDESTRIAN, "truck": K.TRUCK},
        partly=True,
    ),
    TeachingSet(
        "detect/indonesia_highway_objects",
        "CC BY 4.0",
        {"bus": K.BUS, "car": K.CAR, "motorbike": K.MOTORBIKE, "person": K.PEDESTRIAN, "truck": K.TRUCK},
        riders_apart=True,
    ),
    TeachingSet(
        "helmets/india_rider_helmet",
        "CC BY 4.0",
        {
            "plate": None,
            "no_helmet": None,
            "helmet": None,
            "improper_helmet": None,
            "rider_motorbike": K.MOTORBIKE,
        },
        partly=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Sources:
    """Folders; None: not used.

    data                  holds the labelled sets
    drawn, pseudo, fleet  sets in our own names; a set's share of what is shown grows with the root of its size
    also                  what the labelled sets left unlabelled, as models.train.complete wrote it
    """

    data: Path | None = None
    drawn: Path | None = None
    pseudo: Path | None = None
    also: Path | None = None
    fleet: Path | None = None

    def read(self, report: ReadReport, split: str = "train") -> dict[str, list[LabelledImage]]:
        """That split of every set by the set's name, riders merged with their machines.

        A set without a split other than `train` is left out. DatasetError where nothing at all is named, and for a
        `train` split that is missing or holds no picture that can be used.
        """
        if self == Sources():
            raise DatasetError(
                "wanted a folder of labelled sets (--data) or of drawn pictures (--drawn), found neither"
            )
        parts = {
            one.folder: _read(self.data, one, split, report, self.also)
            for one in SETS
            if self.data is not None and _has(self.data / one.folder, split)
        }
        ours: dict[str, Meaning] = {kind.label: kind for kind in K}
        for name, folder in (("drawn", self.drawn), ("fleet", self.fleet), ("pseudo", self.pseudo)):
            if folder is not None and _has(folder, split):
                parts[name] = read_yolo(folder, split, ours, report)
        unusable = [name for name, images in parts.items() if not images]
        if unusable:
            raise DatasetError(f"{', '.join(unusable)}: wanted pictures to {split} on, found {report.sentence()}")
        return parts


def _has(folder: Path, split: str) -> bool:
    """Without its training split a set is faulty, and its reader says so; the others may be absent."""
    return split == "train" or (folder / "images" / split).is_dir()


def _read(
    data: Path, one: TeachingSet, split: str, report: ReadReport, also: Path | None = None
) -> list[LabelledImage]:
    read = read_yolo(data / one.folder, split, one.meanings, report)
    if also is not None and one.partly and split == "train":
        read = [_with_more(image, also / one.folder / "labels" / split, report) for image in read]
    return [merge_riders(image) for image in read] if one.riders_apart else read


def _with_more(image: LabelledImage, labels: Path, report: ReadReport) -> LabelledImage:
    """DatasetError where the picture was never completed: half a completed set would teach both habits."""
    file = labels / f"{image.file.stem}.txt"
    if not file.is_file():
        raise DatasetError(
            f"{file}: wanted the boxes {image.file} lacks, found no file; run models.train.complete again"
        )
    more = read_yolo_labels(image.file, file, tuple(K), report)
    if more is None:
        return image
    boxes = np.concatenate([image.xyxy_px, more.xyxy_px])
    kinds = np.concatenate([image.kind, more.kind])
    return LabelledImage(image.file, boxes, kinds)


def merge_riders(image: LabelledImage) -> LabelledImage:
    """Join each pedestrian who sits on a motorbike to it: one box around both, one MOTORBIKE.

    A person sits on the machine whose width holds the person's middle (±15 %), when the person's head is above
    the machine's middle and the feet end between its top and a third below it.
    """
    bikes, people = (np.flatnonzero(image.kind == kind) for kind in (K.MOTORBIKE, K.PEDESTRIAN))
    boxes = image.xyxy_px.copy()
    taken = []
    for person in people:
        x1, y1, x2, y2 = image.xyxy_px[person]
        bx1, by1, bx2, by2 = image.xyxy_px[bikes].T
        spare, height = 0.15 * (bx2 - bx1), by2 - by1
        middle = (x1 + x2) / 2
        sits = (bx1 - spare <= middle) & (middle <= bx2 + spare) & (y1 < (by1 + by2) / 2)
        sits &= (y2 > by1 + 0.15 * height) & (y2 < by2 + 0.3 * height)
        if sits.any():
            bike = bikes[np.argmax(sits)]
            boxes[bike, :2] = np.minimum(boxes[bike, :2], (x1, y1))
            boxes[bike, 2:] = np.maximum(boxes[bike, 2:], (x2, y2))
            taken.append(person)
    left = np.setdiff1d(np.arange(len(boxes)), taken)
    return LabelledImage(image.file, boxes[left], image.kind[left])

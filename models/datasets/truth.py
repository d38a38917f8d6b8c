"""A labelled set made ready to score a detector against: names to kinds, and riders joined with their machines."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from models.datasets.coco import coco_names, read_coco
from models.datasets.labels import LabelledImage, Meaning, ReadReport
from models.datasets.yolo import read_yolo, yolo_names
from models.errors import DatasetError
from vision.detect.meanings import Meaning as CardMeaning
from vision.detect.meanings import default_meanings
from vision.detect.riders import merge_riders
from vision.vehicles import KIND_NAMES, VehicleKind

MACHINES = (VehicleKind.MOTORBIKE, VehicleKind.BICYCLE)
Told = Mapping[str, CardMeaning]


def coco_truth(annotations: Path, images: Path, told: Told, report: ReadReport) -> list[LabelledImage]:
    """A COCO set in the engine's kinds; `told`: what names mean that do not speak for themselves."""
    meanings = _meanings(coco_names(annotations), told, annotations)
    return _ready(read_coco(annotations, images, _kinds(meanings), report), meanings, annotations, report)


def yolo_truth(folder: Path, split: str, told: Told, report: ReadReport) -> list[LabelledImage]:
    """One split of a YOLO set in the engine's kinds."""
    meanings = _meanings(yolo_names(folder), told, folder)
    return _ready(read_yolo(folder, split, _kinds(meanings), report), meanings, folder, report)


def _meanings(names: Sequence[str], told: Told, where: Path) -> dict[str, CardMeaning]:
    """One for every name of the set. DatasetError for a name that nobody explains, or an explanation nobody needs."""
    foreign = sorted(set(told) - set(names))
    if foreign:
        raise DatasetError(f"{where}: --meaning: wanted one of its classes {', '.join(names)}, found {foreign[0]}")
    meanings = default_meanings(names) | dict(told)
    silent = [name for name in names if name not in meanings]
    if silent:
        wanted = f"{', '.join(KIND_NAMES)}, person (may be riding) or ignored"
        options = " ".join(f"--meaning '{name}=…'" for name in silent)
        raise DatasetError(f"{where}: nothing says what {', '.join(silent)} are; add {options} with one of {wanted}")
    return meanings


def _kinds(meanings: Mapping[str, CardMeaning]) -> dict[str, Meaning]:
    roles: dict[CardMeaning, Meaning] = {"person": VehicleKind.PEDESTRIAN, "ignored": None}
    return {
        name: roles[meaning] if meaning in roles else VehicleKind(KIND_NAMES.index(meaning))
        for name, meaning in meanings.items()
    }


def _ready(
    images: Sequence[LabelledImage], meanings: Mapping[str, CardMeaning], where: Path, report: ReadReport
) -> list[LabelledImage]:
    if not any(len(image.kind) for image in images):
        raise DatasetError(f"{where}: wanted boxes to score against, found {report.sentence()}")
    joined = "person" in meanings.values()
    return [_joined(image) if joined else image for image in images]


def _joined(image: LabelledImage) -> LabelledImage:
    """Persons who ride become part of the machine, by the very rule by which the detector joins them."""
    machine = np.flatnonzero(np.isin(image.kind, MACHINES))
    person = np.flatnonzero(image.kind == VehicleKind.PEDESTRIAN)
    sure = np.ones(len(image.kind), np.float32)
    merged = merge_riders(image.xyxy_px[machine], sure[machine], image.xyxy_px[person], sure[person])
    xyxy_px, stays = image.xyxy_px.copy(), np.ones(len(image.kind), np.bool_)
    xyxy_px[machine], stays[person] = merged.machine_xyxy_px, merged.on_foot
    return LabelledImage(image.file, xyxy_px[stays], image.kind[stays], image.ignored_xyxy_px, image.ignored_kind)

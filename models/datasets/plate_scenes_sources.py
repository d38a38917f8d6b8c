"""Where the finder's training pictures come from: photographs of the labelled sets, and plates to hang into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.datasets.labels import LabelledImage, Meaning, ReadReport
from models.datasets.picture import read_picture
from models.datasets.plate_scenes import Photo, PlatePicture, Plates, PlateScene, compose
from models.datasets.plates.choose import random_plate
from models.datasets.plates.draw import draw_plate
from models.datasets.plates.garage import Part, read_garage
from models.datasets.yolo import read_yolo, yolo_names
from vision.arrays import F32, U8
from vision.vehicles import VehicleKind

LONGEST_SIDE_PX = 960
PLATE = VehicleKind.PEDESTRIAN
"""Stands for the class `plate` while a set is read: none of these sets' pedestrians is asked for."""
BOX_TRUST = 0.0
"""Boxes drawn by hand around plates: often twice as large as the plate, so they teach its place only."""
CROP_TRUST = 0.25
"""A crop cut out by a machine: its edges are about those of the plate."""
VEHICLES: Mapping[str, Meaning] = {
    "bike": VehicleKind.MOTORBIKE,
    "biker": VehicleKind.MOTORBIKE,
    "motorbike": VehicleKind.MOTORBIKE,
    "rider_motorbike": VehicleKind.MOTORBIKE,
    "car": VehicleKind.CAR,
    "bus": VehicleKind.BUS,
    "truck": VehicleKind.TRUCK,
    "plate": PLATE,
}


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """
    folder    under the data folder, a YOLO set
    legible   its vehicles show plates of a readable size that the set has no boxes for
    share     of the training pictures, next to the others' shares
    """

    folder: str
    licence: str
    legible: bool
    share: int


PHOTO_SETS = (
    PhotoSet("helmets/india_rider_helmet", "CC BY 4.0", legible=False, share=3),
    PhotoSet("detect/indonesia_highway_objects", "CC BY 4.0", legible=True, share=4),
    PhotoSet("detect/atl_highway_camera", "CC BY 4.0", legible=False, share=1),
    PhotoSet("detect/manaus_intersections", "CC BY 4.0", legible=False, share=1),
)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What scenes are made of; photos in the order of PHOTO_SETS."""

    photos: Sequence[Sequence[Photo]]
    plates: Sequence[PlatePicture]

    def scenes(self, count: int, rng: np.random.Generator) -> list[PlateScene]:
        """Each set as often as its share says."""
        pool = [part for one, part in zip(PHOTO_SETS, self.photos, strict=True) for _ in range(one.share) if part]
        return [compose(pool, self.plates, rng) for _ in range(count)]


def read_material(data: Path, drawn: int, seed: int, report: ReadReport, *, held_back: bool = False) -> Material:
    """Photographs of the labelled sets, `drawn` plates and those cut out. held_back: only what no training ever sees.

    DatasetError where a set is missing or empty.
    """
    split, part = ("valid", Part.SCORE) if held_back else ("train", Part.TRAIN)
    photos = [read_photos(data / one.folder, split, one.legible, report) for one in PHOTO_SETS]
    crops = crop_plates([crop.file for crop in read_garage(data, part, report)], report)
    # Half and half: cut-out plates have real wear, drawn ones every layout and exact corners.
    share = max(1, round(drawn / max(1, 2 * len(crops))))
    return Material(photos, [*drawn_plates(drawn, seed), *crops * share])


def read_photos(folder: Path, split: str, legible: bool, report: ReadReport, *, every: int = 1) -> list[Photo]:
    """One split of a YOLO set: its plates where it has that class, its vehicles, everything else left aside.

    every      only one picture of so many is read
    legible    every vehicle may carry a plate without a box: it is unsure until somebody looks
    (`models.train.plate_mining`)
    """
    meanings = {name: VEHICLES.get(name) for name in yolo_names(folder)}
    read = read_yolo(folder, split, meanings, report)
    photos = [_photo(one, legible, report) for one in read[::every]]
    return [photo for photo in photos if photo is not None]


def _photo(one: LabelledImage, legible: bool, report: ReadReport) -> Photo | None:
    image = read_picture(one.file, report)
    if image is None:
        return None
    scale = min(1.0, LONGEST_SIDE_PX / max(image.shape[:2]))
    if scale < 1:
        image = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    boxes = one.xyxy_px * np.float32(scale)
    vehicles, plates = boxes[one.kind != PLATE], boxes[one.kind == PLATE]
    unsure = vehicles if legible else np.zeros((0, 4), np.float32)
    return Photo(image, vehicles, Plates(quads_of(plates), np.full(len(plates), BOX_TRUST, np.float32)), unsure)


def quads_of(xyxy_px: F32) -> F32:
    """(n, 4) boxes as (n, 4, 2) upright quads, clockwise from the top left."""
    return xyxy_px[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)


def drawn_plates(count: int, seed: int) -> list[PlatePicture]:
    """Plates of every layout and colour, drawn by us."""
    rng = np.random.default_rng([seed, 7])
    return [PlatePicture(_small(draw_plate(random_plate(rng), rng)), 1.0) for _ in range(count)]


def crop_plates(files: Sequence[Path], report: ReadReport) -> list[PlatePicture]:
    """Photographed plates, each cut out as one picture."""
    pictures = [read_picture(file, report) for file in files]
    report.images += sum(picture is not None for picture in pictures)
    return [PlatePicture(_small(picture), CROP_TRUST) for picture in pictures if picture is not None]


def _small(picture: U8) -> U8:
    """At most 320 pixels wide: no hung plate is wider."""
    if picture.shape[1] <= 320:
        return picture
    size = (320, max(8, round(picture.shape[0] * 320 / picture.shape[1])))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)

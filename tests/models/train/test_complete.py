"""A teacher names what a set left unlabelled; the set's own boxes always win."""

from pathlib import Path

import numpy as np
import pytest

from models.datasets.labels import LabelledImage, ReadReport
from models.datasets.yolo import yolo_rows
from models.errors import DatasetError
from models.registry.shipped import shipped
from models.train.complete import complete, missing
from models.train.sets import SETS, Sources
from vision.detections import Detections
from vision.vehicles import VehicleKind

CAR, BUS = int(VehicleKind.CAR), int(VehicleKind.BUS)


def labelled(*boxes):
    return LabelledImage(Path("x"), np.array(boxes, np.float32).reshape(-1, 4), np.full(len(boxes), BUS, np.int8))


SIZE_PX = (200, 100)


def found(*boxes, kinds=None):
    kinds = np.full(len(boxes), CAR, np.int8) if kinds is None else np.array(kinds, np.int8)
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4), np.linspace(0.9, 0.8, len(boxes), dtype=np.float32), kinds
    )


def test_what_nobody_labelled_is_missing():
    lacking = missing(found((0, 0, 10, 10), (100, 0, 140, 20)), labelled((0, 0, 10, 11)), SIZE_PX)
    assert lacking.xyxy_px.tolist() == [[100, 0, 140, 20]]
    assert lacking.kind.tolist() == [CAR]


@pytest.mark.parametrize("box", [(2, 2, 8, 8), (0, 0, 10, 10), (-5, -5, 30, 30)])
def test_a_part_or_a_hull_of_a_labelled_thing_is_not_missing(box):
    assert len(missing(found(box), labelled((0, 0, 10, 10)), SIZE_PX).kind) == 0


def test_a_picture_without_labels_lacks_everything_found_and_nothing_found_lacks_nothing():
    assert len(missing(found((0, 0, 9, 9)), labelled(), SIZE_PX).kind) == 1
    assert len(missing(found(), labelled((0, 0, 9, 9)), SIZE_PX).kind) == 0


MOTORBIKE, PEDESTRIAN = int(VehicleKind.MOTORBIKE), int(VehicleKind.PEDESTRIAN)


def test_riders_doubles_doubtful_kinds_and_boxes_as_large_as_the_picture_are_not_added():
    rider, bike, walker = (10, 0, 20, 40), (5, 10, 25, 60), (100, 0, 110, 40)
    lacking = missing(
        found(bike, rider, walker, (6, 12, 24, 58), (150, 0, 190, 30), (0, 0, 200, 90),
              kinds=[MOTORBIKE, PEDESTRIAN, PEDESTRIAN, MOTORBIKE, BUS, CAR]),
        labelled(), SIZE_PX,
    )  # fmt: skip
    assert lacking.xyxy_px.tolist() == [list(bike), list(walker)]


@pytest.fixture
def data(tmp_path, stored):
    """The teaching sets with one picture each, one labelled box of the set's first class."""
    for one in SETS:
        folder = tmp_path / "data" / one.folder
        for part in ("images/train", "labels/train"):
            (folder / part).mkdir(parents=True)
        (folder / "data.yaml").write_text(f"names: {list(one.meanings)}", "utf-8")
        (folder / "images/train/a.png").write_bytes(stored.read_bytes())
        taught = next(place for place, meaning in enumerate(one.meanings.values()) if meaning is not None)
        (folder / "labels/train/a.txt").write_text(f"{taught} 0.5 0.5 0.2 0.2\n", "ascii")
    return tmp_path / "data"


def also(folder: Path, *boxes: tuple[float, float, float, float]) -> Path:
    for one in SETS:
        labels = folder / one.folder / "labels/train"
        labels.mkdir(parents=True)
        image = LabelledImage(Path("a"), np.array(boxes, np.float32).reshape(-1, 4), np.full(len(boxes), CAR, np.int8))
        (labels / "a.txt").write_text(yolo_rows(image, (100, 100)), "ascii")
    return folder


def test_completed_labels_join_the_partly_labelled_sets_only(data, tmp_path):
    parts = Sources(data=data, also=also(tmp_path / "also", (0, 0, 20, 20))).read(ReadReport())
    partly = {one.folder for one in SETS if one.partly}
    assert partly
    assert {name: len(images[0].kind) for name, images in parts.items()} == {
        one.folder: 2 if one.folder in partly else 1 for one in SETS
    }


def test_a_set_completed_in_part_is_refused(data, tmp_path):
    folder = also(tmp_path / "also")
    file = next(file for one in SETS if one.partly for file in (folder / one.folder).rglob("a.txt"))
    file.unlink()
    with pytest.raises(DatasetError, match=r"a\.txt: wanted the boxes .*a\.png lacks, found no file"):
        Sources(data=data, also=folder).read(ReadReport())


def test_our_own_detector_can_complete_the_sets(data, tmp_path):
    complete(data, [shipped("detector")], tmp_path / "out")
    written = sorted(file.relative_to(tmp_path / "out").parts[0] for file in (tmp_path / "out").rglob("a.txt"))
    assert len(written) == sum(one.partly for one in SETS)
    assert Sources(data=data, also=tmp_path / "out").read(ReadReport())

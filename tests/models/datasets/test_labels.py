from pathlib import Path

import cv2
import numpy as np
import pytest

from models.datasets.labels import LabelledImage, ReadReport, read_yolo
from models.errors import DatasetError
from models.train.sets import merge_riders
from vision.vehicles import VehicleKind

MEANINGS = {"moto": VehicleKind.MOTORBIKE, "plate": None}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images/train").mkdir(parents=True)
    (tmp_path / "labels/train").mkdir(parents=True)
    (tmp_path / "data.yaml").write_text("names: [moto, plate]\n", "utf-8")
    return tmp_path


def add(folder: Path, name: str, labels: str | None, picture: bytes | None = None) -> None:
    content = cv2.imencode(".jpg", np.zeros((50, 100, 3), np.uint8))[1].tobytes() if picture is None else picture
    (folder / f"images/train/{name}.jpg").write_bytes(content)
    if labels is not None:
        (folder / f"labels/train/{name}.txt").write_text(labels, "ascii")


def test_boxes_are_pixels_of_the_picture(folder):
    add(folder, "a", "0 0.5 0.5 0.2 0.4\n")
    report = ReadReport()
    [image] = read_yolo(folder, "train", MEANINGS, report)
    np.testing.assert_allclose(image.xyxy_px, [[40, 15, 60, 35]], atol=1e-4)
    assert image.kind.tolist() == [VehicleKind.MOTORBIKE]
    assert report.sentence() == "1 images, 1 boxes"


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("1 0.5 0.5 0.2 0.4", "boxes of classes not taught"),
        ("7 0.5 0.5 0.2 0.4", "boxes of unknown class numbers"),
        ("0 1.5 0.5 0.2 0.4", "boxes outside the picture"),
        ("0 0.5 0.5 0.2", "unreadable label rows"),
        ("moto 0.5 0.5 0.2 0.4", "unreadable label rows"),
    ],
)
def test_a_box_left_aside_is_counted_by_its_reason(folder, labels, reason):
    add(folder, "a", labels)
    report = ReadReport()
    [image] = read_yolo(folder, "train", MEANINGS, report)
    assert len(image.kind) == 0
    assert report.left_aside == {reason: 1}


@pytest.mark.parametrize(
    ("labels", "picture", "reason"),
    [(None, None, "pictures without a label file"), ("", b"not a picture", "unreadable pictures")],
)
def test_a_picture_left_aside_is_counted_by_its_reason(folder, labels, picture, reason):
    add(folder, "a", labels, picture)
    report = ReadReport()
    assert read_yolo(folder, "train", MEANINGS, report) == []
    assert report.left_aside == {reason: 1}


def test_an_unknown_class_name_is_refused(folder):
    add(folder, "a", "")
    with pytest.raises(DatasetError, match=r"no meaning given for .*'plate'"):
        read_yolo(folder, "train", {"moto": VehicleKind.MOTORBIKE}, ReadReport())


@pytest.mark.parametrize(("remove", "wanted"), [("data.yaml", "data.yaml"), (None, "pictures")])
def test_a_set_without_its_parts_is_refused(folder, remove, wanted):
    if remove:
        (folder / remove).unlink()
    with pytest.raises(DatasetError, match=wanted):
        read_yolo(folder, "train", MEANINGS, ReadReport())


def test_a_rider_and_the_machine_become_one_box_and_a_bystander_stays():
    rider, bike, bystander = (42, 10, 58, 60), (40, 40, 60, 80), (200, 10, 215, 80)
    kinds = [VehicleKind.PEDESTRIAN, VehicleKind.MOTORBIKE, VehicleKind.PEDESTRIAN]
    image = LabelledImage(Path("x"), np.array([rider, bike, bystander], np.float32), np.array(kinds, np.int8))
    merged = merge_riders(image)
    assert merged.xyxy_px.tolist() == [[40, 10, 60, 80], list(bystander)]
    assert merged.kind.tolist() == [VehicleKind.MOTORBIKE, VehicleKind.PEDESTRIAN]

import shutil
from pathlib import Path

import numpy as np
import pytest

from models.datasets.labels import LabelledImage, ReadReport
from models.datasets.yolo import write_yolo
from models.errors import DatasetError
from models.train.sets import Sources, merge_riders
from vision.vehicles import VehicleKind


def test_a_rider_and_the_machine_become_one_box_and_a_bystander_stays():
    rider, bike, bystander = (42, 10, 58, 60), (40, 40, 60, 80), (200, 10, 215, 80)
    kinds = [VehicleKind.PEDESTRIAN, VehicleKind.MOTORBIKE, VehicleKind.PEDESTRIAN]
    image = LabelledImage(Path("x"), np.array([rider, bike, bystander], np.float32), np.array(kinds, np.int8))
    merged = merge_riders(image)
    assert merged.xyxy_px.tolist() == [[40, 10, 60, 80], list(bystander)]
    assert merged.kind.tolist() == [VehicleKind.MOTORBIKE, VehicleKind.PEDESTRIAN]


@pytest.fixture
def drawn(tmp_path, stored) -> Path:
    """A set of one picture in our own names, with a training split only."""
    box, kind = np.array([[10, 10, 50, 50]], np.float32), np.array([VehicleKind.CAR], np.int8)
    write_yolo(tmp_path / "drawn", "train", [LabelledImage(stored, box, kind)], ReadReport())
    return tmp_path / "drawn"


def test_drawn_pictures_alone_teach(drawn):
    report = ReadReport()
    parts = Sources(drawn=drawn).read(report)
    assert {name: len(images) for name, images in parts.items()} == {"drawn": 1}
    assert report.sentence() == "1 images, 1 boxes"


def test_a_set_without_a_validation_split_is_left_out_of_it(drawn):
    assert Sources(drawn=drawn).read(ReadReport(), "valid") == {}


def test_nothing_named_is_refused():
    with pytest.raises(DatasetError, match=r"\(--data\) or of drawn pictures \(--drawn\), found neither"):
        Sources().read(ReadReport())


def without_data_yaml(folder):
    (folder / "data.yaml").unlink()


def without_pictures(folder):
    shutil.rmtree(folder / "images/train")


def only_damaged_pictures(folder):
    for file in (folder / "images/train").iterdir():
        file.write_bytes(file.read_bytes()[:200])


def of_another_class(folder):
    (folder / "data.yaml").write_text("names: [tram]", "utf-8")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (without_data_yaml, "wanted a YOLO set with a data.yaml"),
        (without_pictures, "images/train: wanted pictures"),
        (only_damaged_pictures, "wanted pictures to train on, found 0 images, 0 boxes; left aside: 1 unreadable"),
        (of_another_class, "no meaning given for .*tram"),
    ],
)
def test_a_set_that_cannot_teach_is_refused(drawn, spoil, sentence):
    spoil(drawn)
    with pytest.raises(DatasetError, match=sentence):
        Sources(drawn=drawn).read(ReadReport())


def test_a_data_folder_without_the_labelled_sets_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="atl_highway_camera: wanted a YOLO set"):
        Sources(data=tmp_path).read(ReadReport())

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.datasets.coco import read_coco, write_coco
from models.datasets.labels import LabelledImage, ReadReport
from models.datasets.truth import coco_truth
from models.errors import DatasetError
from vision.vehicles import VehicleKind

MEANINGS = {"moto": VehicleKind.MOTORBIKE, "plate": None}
OURS = {kind.label: kind for kind in VehicleKind}


@pytest.fixture
def write(tmp_path, pictures):
    """A COCO file beside one picture a.jpg; `box` changes its only annotation, `parts` whole lists."""
    (tmp_path / "a.jpg").write_bytes(pictures["good"])

    def document(box: dict | None = None, **parts: object) -> Path:
        plain = {
            "images": [{"id": 7, "file_name": "a.jpg", "width": 200, "height": 100}],
            "categories": [{"id": 3, "name": "moto"}, {"id": 4, "name": "plate"}],
            "annotations": [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [80, 30, 40, 40]} | (box or {})],
        }
        file = tmp_path / "truth.json"
        file.write_text(json.dumps(plain | parts), "utf-8")
        return file

    return document


def read(file: Path) -> tuple[list[LabelledImage], ReadReport]:
    report = ReadReport()
    return read_coco(file, file.parent, MEANINGS, report), report


def test_boxes_are_corners_in_pixels(write):
    [image], report = read(write())
    assert image.xyxy_px.tolist() == [[80, 30, 120, 70]]
    assert image.kind.tolist() == [VehicleKind.MOTORBIKE]
    assert report.sentence() == "1 images, 1 boxes"


def test_a_crowd_is_an_ignored_region_and_no_box(write):
    [image], report = read(write({"iscrowd": 1}))
    assert (len(image.kind), image.ignored_xyxy_px.tolist()) == (0, [[80, 30, 120, 70]])
    assert image.ignored_kind.tolist() == [VehicleKind.MOTORBIKE]
    assert report.boxes == 0


@pytest.mark.parametrize(
    ("box", "reason", "where"),
    [
        ({"category_id": 4}, "boxes of classes not taught", "a.jpg"),
        ({"category_id": 9}, "boxes of unknown class numbers", "a.jpg"),
        ({"category_id": [1]}, "unreadable label rows", "a.jpg"),
        ({"image_id": 8}, "boxes of unknown pictures", "truth.json"),
        ({"bbox": [300, 30, 40, 40]}, "boxes outside the picture", "a.jpg"),
        ({"bbox": [80, 30, 0, 40]}, "boxes without area", "a.jpg"),
        ({"bbox": [80, 30, 40]}, "unreadable label rows", "a.jpg"),
        ({"bbox": [80, "x", 40, 40]}, "unreadable label rows", "a.jpg"),
        ({"bbox": None}, "unreadable label rows", "a.jpg"),
        ({"bbox": [80, float("nan"), 40, 40]}, "unreadable label rows", "a.jpg"),
    ],
)
def test_a_box_left_aside_is_counted_by_its_reason_and_its_place_is_named(write, box, reason, where):
    [image], report = read(write(box))
    assert len(image.kind) == 0
    assert report.left_aside == {reason: 1}
    assert report.named == {reason: [where]}


def test_a_box_that_reaches_over_the_edge_is_cut_and_that_is_said(write):
    [image], report = read(write({"bbox": [-10, 30, 40, 40]}))
    assert image.xyxy_px.tolist() == [[0, 30, 30, 70]]
    assert report.mended == {"boxes cut at the picture's edge": 1}


def test_a_picture_that_is_none_or_of_other_channels_is_left_aside_by_its_reason(write, tmp_path, bad_picture):
    ending, content, reason = bad_picture
    (tmp_path / f"b{ending}").write_bytes(content)
    images, report = read(write(images=[{"id": 7, "file_name": f"b{ending}"}]))
    assert (images, report.left_aside, report.named) == ([], {reason: 1}, {reason: [f"b{ending}"]})


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        ({"id": 7, "file_name": "absent.jpg"}, "missing pictures"),
        ({"id": 7, "file_name": "a.jpg", "width": 100, "height": 200}, "pictures of another size than the file states"),
        ({"id": 7, "file_name": "../a.jpg"}, "pictures outside the set's folder"),
    ],
)
def test_a_picture_that_is_not_as_stated_is_left_aside(write, picture, reason):
    images, report = read(write(images=[picture]))
    assert (images, report.left_aside) == ([], {reason: 1})


def test_pictures_with_one_id_are_not_both_read(write):
    picture = {"id": 7, "file_name": "a.jpg"}
    images, report = read(write(images=[picture, picture]))
    assert (len(images), report.left_aside) == (1, {"pictures whose id another has too": 1})


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ({"images": []}, "wanted pictures under `images`"),
        ({"images": None}, "a list `images`"),
        ({"annotations": {}}, "a list `annotations`"),
        ({"images": [{"id": 7}]}, "images: wanted entries with"),
        ({"images": [{"id": [7], "file_name": "a.jpg"}]}, "images: wanted entries with"),
        ({"annotations": [3]}, "annotations: wanted entries"),
        ({"categories": [{"id": 3, "name": "tram"}]}, r"no meaning given for \['tram'\]"),
    ],
)
def test_what_is_no_coco_set_is_refused(write, parts, wanted):
    with pytest.raises(DatasetError, match=wanted):
        read(write(**parts))


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(tmp_path, content):
    (tmp_path / "t.json").write_bytes(content)
    with pytest.raises(DatasetError, match=r"t\.json: wanted a COCO file"):
        read(tmp_path / "t.json")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"absent\.json: wanted a COCO annotation file, found none"):
        read(tmp_path / "absent.json")


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_what_is_written_is_read_again(any_labels, stored, assert_same, data):
    wanted = LabelledImage(stored, *data.draw(any_labels()), *data.draw(any_labels()))
    with tempfile.TemporaryDirectory() as made:
        file, written, again = Path(made) / "t.json", ReadReport(), ReadReport()
        write_coco(file, stored.parent, [wanted], written)
        [found] = read_coco(file, stored.parent, OURS, again)
    assert_same(found, wanted, within=2e-3)
    assert written.sentence() == again.sentence()


def test_a_picture_elsewhere_is_not_written(tmp_path, stored):
    image = LabelledImage(stored, np.zeros((0, 4), np.float32), np.zeros(0, np.int8))
    with pytest.raises(DatasetError, match="found one elsewhere"):
        write_coco(tmp_path / "t.json", tmp_path, [image], ReadReport())
    assert list(tmp_path.iterdir()) == []


def test_a_rider_whom_the_set_labels_apart_is_part_of_the_machine_as_in_our_detections(write):
    boxes = [
        {"id": 1, "image_id": 7, "category_id": 3, "bbox": [40, 40, 20, 40]},
        {"id": 2, "image_id": 7, "category_id": 4, "bbox": [42, 10, 16, 50]},
        {"id": 3, "image_id": 7, "category_id": 4, "bbox": [150, 10, 15, 70]},
    ]
    file = write(annotations=boxes)
    told = {"moto": "motorbike", "plate": "person"}
    [image] = coco_truth(file, file.parent, told, ReadReport())
    assert image.xyxy_px.tolist() == [[40, 10, 60, 80], [150, 10, 165, 80]]
    assert image.kind.tolist() == [VehicleKind.MOTORBIKE, VehicleKind.PEDESTRIAN]
    [apart] = coco_truth(file, file.parent, told | {"plate": "pedestrian"}, ReadReport())
    assert len(apart.kind) == 3

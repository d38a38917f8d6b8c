import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.datasets.labels import LabelledImage, ReadReport
from models.datasets.yolo import read_yolo, write_yolo
from models.errors import DatasetError
from vision.vehicles import VehicleKind

MEANINGS = {"moto": VehicleKind.MOTORBIKE, "plate": None}
OURS = {kind.label: kind for kind in VehicleKind}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images/train").mkdir(parents=True)
    (tmp_path / "labels/train").mkdir(parents=True)
    (tmp_path / "data.yaml").write_text("names: [moto, plate]\n", "utf-8")
    return tmp_path


@pytest.fixture
def add(folder, pictures):
    def write(labels: str | bytes | None, picture: bytes = pictures["good"], ending: str = ".jpg") -> None:
        (folder / f"images/train/a{ending}").write_bytes(picture)
        if labels is not None:
            content = labels if isinstance(labels, bytes) else labels.encode()
            (folder / "labels/train/a.txt").write_bytes(content)

    return write


def test_boxes_are_pixels_of_the_picture(folder, add):
    add("0 0.5 0.5 0.2 0.4\n")
    report = ReadReport()
    [image] = read_yolo(folder, "train", MEANINGS, report)
    np.testing.assert_allclose(image.xyxy_px, [[80, 30, 120, 70]], atol=1e-4)
    assert image.kind.tolist() == [VehicleKind.MOTORBIKE]
    assert len(image.ignored_kind) == 0
    assert report.sentence() == "1 images, 1 boxes"


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("1 0.5 0.5 0.2 0.4", "boxes of classes not taught"),
        ("7 0.5 0.5 0.2 0.4", "boxes of unknown class numbers"),
        ("-1 0.5 0.5 0.2 0.4", "boxes of unknown class numbers"),
        ("0 1.5 0.5 0.2 0.4", "boxes outside the picture"),
        ("0 0.5 0.5 0.2 0", "boxes without area"),
        ("0 0.5 0.5 -0.2 0.4", "boxes without area"),
        ("0 nan 0.5 0.2 0.4", "unreadable label rows"),
        ("0 0.5 inf 0.2 0.4", "unreadable label rows"),
        ("0 0.5 0.5 0.2", "unreadable label rows"),
        ("0 0.5 0.5 0.2 0.4 0.9", "unreadable label rows"),
        ("moto 0.5 0.5 0.2 0.4", "unreadable label rows"),
    ],
)
def test_a_box_left_aside_is_counted_by_its_reason_and_its_file_is_named(folder, add, labels, reason):
    add(f"{labels}\n0 0.5 0.5 0.2 0.4\n")
    report = ReadReport()
    [image] = read_yolo(folder, "train", MEANINGS, report)
    assert len(image.kind) == 1
    assert report.left_aside == {reason: 1}
    assert report.sentence() == f"1 images, 1 boxes; left aside: 1 {reason} (a.txt)"


def test_a_box_that_reaches_over_the_edge_is_cut_and_that_is_said(folder, add):
    add("0 0.95 0.5 0.2 0.4\n")
    report = ReadReport()
    [image] = read_yolo(folder, "train", MEANINGS, report)
    np.testing.assert_allclose(image.xyxy_px, [[170, 30, 200, 70]], atol=1e-4)
    assert report.mended == {"boxes cut at the picture's edge": 1}


def test_an_edge_rounded_over_the_border_is_no_cut(folder, add):
    add("0 0.9 0.5 0.2001 0.4\n")
    report = ReadReport()
    [image] = read_yolo(folder, "train", MEANINGS, report)
    assert image.xyxy_px[0, 2] == 200
    assert not report.mended


def test_an_outline_becomes_the_box_around_it_and_that_is_said(folder, add):
    add("0 0.1 0.2 0.3 0.1 0.2 0.6\n")
    report = ReadReport()
    [image] = read_yolo(folder, "train", MEANINGS, report)
    np.testing.assert_allclose(image.xyxy_px, [[20, 10, 60, 60]], atol=1e-4)
    assert report.mended == {"outlines read as the boxes around them": 1}


def test_a_picture_that_is_none_or_of_other_channels_is_left_aside_by_its_reason(folder, add, bad_picture):
    ending, content, reason = bad_picture
    add("", content, ending)
    report = ReadReport()
    assert read_yolo(folder, "train", MEANINGS, report) == []
    assert report.left_aside == {reason: 1}
    assert report.named == {reason: [f"a{ending}"]}


@pytest.mark.parametrize(
    ("labels", "reason"),
    [(None, "pictures without a label file"), (b"0 \xff\xfe", "pictures with an unreadable label file")],
)
def test_a_picture_without_usable_labels_is_left_aside(folder, add, labels, reason):
    add(labels)
    report = ReadReport()
    assert read_yolo(folder, "train", MEANINGS, report) == []
    assert report.left_aside == {reason: 1}


def test_a_picture_with_an_empty_label_file_shows_nothing_and_counts(folder, add):
    add("")
    report = ReadReport()
    [image] = read_yolo(folder, "train", MEANINGS, report)
    assert image.xyxy_px.shape == (0, 4)
    assert (report.images, report.boxes, report.left_aside) == (1, 0, {})


def test_labels_without_a_picture_are_counted(folder, add):
    add("")
    (folder / "labels/train/b.txt").write_text("0 0.5 0.5 0.2 0.4", "ascii")
    report = ReadReport()
    read_yolo(folder, "train", MEANINGS, report)
    assert report.left_aside == {"label files without a picture": 1}


def test_an_unknown_class_name_is_refused(folder, add):
    add("")
    with pytest.raises(DatasetError, match=r"no meaning given for .*'plate'"):
        read_yolo(folder, "train", {"moto": VehicleKind.MOTORBIKE}, ReadReport())


@pytest.mark.parametrize(("remove", "wanted"), [("data.yaml", "data.yaml"), (None, "pictures")])
def test_a_set_without_its_parts_is_refused(folder, remove, wanted):
    if remove:
        (folder / remove).unlink()
    with pytest.raises(DatasetError, match=wanted):
        read_yolo(folder, "train", MEANINGS, ReadReport())


@pytest.mark.parametrize(
    "text", ["", "names: 3", "names: []", "- a", "names: [", "names: {0: a, 2: b}", "names: {x: a}", "names: moto"]
)
def test_a_set_that_does_not_name_its_classes_is_refused(folder, text):
    (folder / "data.yaml").write_text(text, "utf-8")
    with pytest.raises(DatasetError, match=r"data\.yaml"):
        read_yolo(folder, "train", MEANINGS, ReadReport())


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_what_is_written_is_read_again(any_labels, stored, assert_same, data):
    wanted = LabelledImage(stored, *data.draw(any_labels()))
    with tempfile.TemporaryDirectory() as made:
        folder, written, read = Path(made), ReadReport(), ReadReport()
        write_yolo(folder, "train", [wanted], written)
        [found] = read_yolo(folder, "train", OURS, read)
    assert_same(found, wanted, within=1e-3)
    assert written.sentence() == read.sentence()


def test_ignored_regions_that_yolo_cannot_hold_are_counted(tmp_path, stored):
    box, kind = np.array([[1, 1, 9, 9]], np.float32), np.array([2], np.int8)
    report = ReadReport()
    write_yolo(tmp_path, "train", [LabelledImage(stored, box, kind, box, kind)], report)
    assert report.left_aside == {"ignored regions, for which YOLO has no place": 1}


def test_a_set_of_other_classes_is_not_added_to(folder, stored):
    with pytest.raises(DatasetError, match=r"wanted the classes motorbike, .* found moto, plate"):
        write_yolo(folder, "train", [LabelledImage(stored, np.zeros((0, 4), np.float32), np.zeros(0, np.int8))],
                   ReadReport())  # fmt: skip


def test_two_pictures_of_one_name_are_refused_before_anything_is_written(tmp_path, stored):
    one = LabelledImage(stored, np.zeros((0, 4), np.float32), np.zeros(0, np.int8))
    with pytest.raises(DatasetError, match="found one more than once"):
        write_yolo(tmp_path / "set", "train", [one, one], ReadReport())
    assert not (tmp_path / "set").exists()


def test_a_damaged_picture_is_not_written(tmp_path, pictures):
    (tmp_path / "x.jpg").write_bytes(pictures["cut"])
    image = LabelledImage(tmp_path / "x.jpg", np.zeros((0, 4), np.float32), np.zeros(0, np.int8))
    with pytest.raises(DatasetError, match=r"x\.jpg: cannot go into a YOLO set: unreadable pictures"):
        write_yolo(tmp_path / "set", "train", [image], ReadReport())

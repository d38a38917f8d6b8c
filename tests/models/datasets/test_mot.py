import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.datasets.labels import ReadReport
from models.datasets.mot import MotBoxes, Sequence2D, read_boxes, read_mot, read_sequence, write_mot
from models.errors import DatasetError
from vision.vehicles import VehicleKind

SEQUENCE = Sequence2D("junction", 25.0, 100, (200, 100))
INFO = "[Sequence]\nname=junction\nframeRate=25\nseqLength=100\nimWidth=200\nimHeight=100\n"


@pytest.fixture
def folder(tmp_path: Path):
    def write(rows: str, info: str = INFO) -> Path:
        (tmp_path / "gt").mkdir()
        (tmp_path / "seqinfo.ini").write_text(info, "utf-8")
        (tmp_path / "gt/gt.txt").write_text(rows, "utf-8")
        return tmp_path

    return write


def test_rows_come_ordered_by_frame_and_id_with_kinds_and_corners(folder):
    rows = "2,1,10,20,30,40,1,5,0.5\n1,2,50,60,10,10,0,3,1\n1,1,0,0,10,10,1,1,1\n"
    report = ReadReport()
    found = read_mot(folder(rows), report)
    assert found.frame.tolist() == [1, 1, 2]
    assert found.id.tolist() == [1, 2, 1]
    assert found.xyxy_px.tolist() == [[0, 0, 10, 10], [50, 60, 60, 70], [10, 20, 40, 60]]
    assert found.kind.tolist() == [VehicleKind.PEDESTRIAN, VehicleKind.CAR, VehicleKind.MOTORBIKE]
    assert found.considered.tolist() == [True, False, True]
    assert found.visible.tolist() == [1, 1, 0.5]
    assert report.sentence() == "2 images, 3 boxes"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,2,300,0,10,10,1,1,1", "boxes outside the picture"),
        ("1,2,-30,0,10,10,1,1,1", "boxes outside the picture"),
        ("1,2,10,0,0,10,1,1,1", "boxes without area"),
        ("101,2,10,0,10,10,1,1,1", "boxes outside the sequence"),
        ("0,2,10,0,10,10,1,1,1", "boxes outside the sequence"),
        ("1,2,10,0,10,10,1,77,1", "boxes of unknown class numbers"),
        ("1,2,10,0,10,10,1,8,1", "boxes of classes not taught"),
        ("1,2,10,0,10,10,1,1", "unreadable label rows"),
        ("1,2,10,nan,10,10,1,1,1", "unreadable label rows"),
        ("1.5,2,10,0,10,10,1,1,1", "unreadable label rows"),
        ("a,2,10,0,10,10,1,1,1", "unreadable label rows"),
        ("1,1,10,0,10,10,1,1,1", "boxes of an id that its frame has already"),
    ],
)
def test_a_row_left_aside_is_counted_by_its_reason_and_its_file_is_named(folder, row, reason):
    report = ReadReport()
    found = read_mot(folder(f"1,1,0,0,10,10,1,1,1\n{row}\n"), report)
    assert len(found.frame) == 1
    assert report.left_aside == {reason: 1}
    assert report.named == {reason: ["gt.txt"]}


def test_a_box_that_reaches_out_of_the_picture_is_kept_whole_for_the_format_guesses_hidden_parts(folder):
    found = read_mot(folder("1,1,-5,-5,10,10,1,1,1\n"), ReadReport())
    assert found.xyxy_px.tolist() == [[-5, -5, 5, 5]]


def test_the_ten_columns_of_results_name_no_class_and_all_count(tmp_path):
    file = tmp_path / "result.txt"
    file.write_text("1,-1,10,20,30,40,0.7,-1,-1,-1\n1,-1,11,20,30,40,0,-1,-1,-1\n", "utf-8")
    found = read_boxes(file, ReadReport(), classless=VehicleKind.CAR)
    assert found.id.tolist() == [-1, -1]
    assert found.kind.tolist() == [VehicleKind.CAR] * 2
    assert found.considered.all()


@pytest.mark.parametrize(
    ("info", "wanted"),
    [
        ("", "wanted \\[Sequence\\]"),
        ("nonsense", "wanted \\[Sequence\\]"),
        (INFO.replace("imWidth=200\n", ""), "imWidth"),
        (INFO.replace("=200", "=wide"), "wide"),
        (INFO.replace("=25", "=0"), "above 0"),
    ],
)
def test_a_sequence_that_does_not_say_its_size_and_rate_is_refused(folder, info, wanted):
    with pytest.raises(DatasetError, match=rf"seqinfo\.ini: .*{wanted}"):
        read_mot(folder("1,1,0,0,10,10,1,1,1\n", info), ReadReport())


@pytest.mark.parametrize(
    ("missing", "wanted"), [("seqinfo.ini", "seqinfo"), ("gt/gt.txt", "wanted a MOTChallenge file")]
)
def test_a_missing_part_is_named(folder, missing, wanted):
    made = folder("1,1,0,0,10,10,1,1,1\n")
    (made / missing).unlink()
    with pytest.raises(DatasetError, match=wanted):
        read_mot(made, ReadReport())


def test_a_file_without_one_usable_row_is_refused_with_the_reasons(folder):
    with pytest.raises(DatasetError, match="left aside: 2 unreadable label rows"):
        read_mot(folder("frame,id\nx,y\n"), ReadReport())


def test_a_sequence_in_which_nothing_moves_is_empty(folder):
    assert len(read_mot(folder(""), ReadReport()).frame) == 0


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_what_is_written_is_read_again(any_labels, data):
    xyxy_px, kind = data.draw(any_labels())
    count = len(kind)
    frame = sorted(data.draw(st.lists(st.integers(1, 100), min_size=count, max_size=count)))
    considered = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    visible = data.draw(st.lists(st.floats(0, 1), min_size=count, max_size=count))
    wanted = MotBoxes(
        np.array(frame, np.int64),
        np.arange(1, count + 1),
        xyxy_px,
        kind,
        np.array(considered, np.bool_),
        np.array(visible, np.float32),
    )
    with tempfile.TemporaryDirectory() as made:
        write_mot(Path(made), SEQUENCE, wanted)
        assert read_sequence(Path(made)) == SEQUENCE
        report = ReadReport()
        found = read_mot(Path(made), report)
    np.testing.assert_allclose(found.xyxy_px, wanted.xyxy_px, atol=2e-3)
    np.testing.assert_allclose(found.visible, wanted.visible, atol=1e-4)
    for column in ("frame", "id", "kind", "considered"):
        assert getattr(found, column).tolist() == getattr(wanted, column).tolist()
    assert not report.left_aside


def test_a_kind_without_a_class_number_is_refused(tmp_path):
    one = np.ones(1, np.int64)
    boxes = MotBoxes(
        one, one, np.array([[0, 0, 9, 9]], np.float32), np.array([VehicleKind.BUS], np.int8), one > 0,
        np.ones(1, np.float32),
    )  # fmt: skip
    with pytest.raises(DatasetError, match="no class number given for bus"):
        write_mot(tmp_path, SEQUENCE, boxes, {3: VehicleKind.CAR})


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"MotBoxes\.id"):
        MotBoxes(
            np.ones(1, np.int64), np.ones(2, np.int64), np.ones((1, 4), np.float32), np.ones(1, np.int8),
            np.ones(1, np.bool_), np.ones(1, np.float32),
        )  # fmt: skip


def test_the_public_truth_is_read_whole(real_data):
    for scene, boxes in (("TUD-Campus", 359), ("TUD-Stadtmitte", 1156)):
        report = ReadReport()
        assert len(read_boxes(real_data / "mot/tud" / scene / "gt.txt", report).frame) == boxes
        assert not report.left_aside

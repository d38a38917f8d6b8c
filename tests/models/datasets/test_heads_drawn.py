"""Riders' heads of drawn pictures: what is on them is known, what is hardly seen is nobody's."""

import cv2
import numpy as np
import pytest

from models.datasets.drawn.mesh import Cover
from models.datasets.drawn.truth_file import PictureTruth, TrueHead, TrueVehicle
from models.datasets.heads_drawn import read_drawn_riders
from models.datasets.labels import ReadReport
from models.errors import DatasetError
from vision.riders.card import HEAD_STATES, HeadState

RIDER = (100.0, 40.0, 160.0, 160.0)


def head(x: float, cover: Cover, side: float = 14.0, visible: float = 1.0) -> TrueHead:
    return TrueHead(xyxy_px=(x, 44.0, x + side, 44.0 + side), visible_share=visible, owner=1, cover=cover)


@pytest.fixture
def drawn_set(tmp_path):
    """A folder as models.datasets.drawn writes it, with one picture that shows one motorbike and these heads."""

    def made(*heads: TrueHead, rider=RIDER, picture: bytes | None = None):
        truth = PictureTruth(
            picture="drawn_1.jpg", width_px=320, height_px=200, heads=heads, plates=(), lamps=(),
            vehicles=(
                TrueVehicle(number=1, kind="motorbike", xyxy_px=rider, visible_share=1.0),
                TrueVehicle(number=2, kind="pedestrian", xyxy_px=(200.0, 40.0, 230.0, 130.0), visible_share=1.0),
            ),
        )  # fmt: skip
        (tmp_path / "truth").mkdir()
        (tmp_path / "images/train").mkdir(parents=True)
        (tmp_path / "truth/drawn_1.json").write_text(truth.model_dump_json(), "utf-8")
        content = picture or cv2.imencode(".jpg", np.full((200, 320, 3), 90, np.uint8))[1].tobytes()
        (tmp_path / "images/train/drawn_1.jpg").write_bytes(content)
        return tmp_path

    return made


@pytest.mark.parametrize(
    ("cover", "state"),
    [
        (Cover.HELMET, HeadState.HELMET),
        (Cover.NONE, HeadState.NONE),
        (Cover.CAP, HeadState.UNSURE),
        (Cover.HAT, HeadState.UNSURE),
    ],
)
def test_a_head_has_the_state_of_its_cover(drawn_set, cover, state):
    [picture] = read_drawn_riders(drawn_set(head(120, cover)), ReadReport())
    assert [HEAD_STATES[one] for one in picture.states] == [state]
    np.testing.assert_allclose(picture.riders_px, [RIDER])
    assert picture.heads_px[0, 3] > 58.0  # with the neck


@pytest.mark.parametrize("hidden", [head(120, Cover.HELMET, side=4.0), head(120, Cover.HELMET, visible=0.2)])
def test_a_head_that_is_hardly_seen_is_unclear(drawn_set, hidden):
    [picture] = read_drawn_riders(drawn_set(hidden), ReadReport())
    assert len(picture.heads_px) == 0
    assert (picture.unclear_px[:, :2] == [120, 44]).all(axis=1).any()


def test_a_bare_head_is_marked_with_room_for_its_hair(drawn_set):
    [picture] = read_drawn_riders(drawn_set(head(120, Cover.NONE), head(140, Cover.HELMET)), ReadReport())
    np.testing.assert_allclose(picture.heads_px[:, 2] - picture.heads_px[:, 0], [1.2 * 14, 14], rtol=1e-5)


def test_a_head_half_hidden_is_one_but_nobody_tells_what_is_on_it(drawn_set):
    [picture] = read_drawn_riders(drawn_set(head(120, Cover.NONE, visible=0.4)), ReadReport())
    assert [HEAD_STATES[one] for one in picture.states] == [HeadState.UNSURE]


def test_walkers_heads_are_unclear_because_nobody_names_them(drawn_set):
    [picture] = read_drawn_riders(drawn_set(head(120, Cover.HELMET)), ReadReport())
    np.testing.assert_allclose(picture.unclear_px, [[200, 40, 230, 70]])


def test_far_riders_are_left_out(drawn_set):
    report = ReadReport()
    assert list(read_drawn_riders(drawn_set(rider=(100.0, 40.0, 110.0, 60.0)), report)) == []
    assert report.images == 1


def test_an_unreadable_picture_is_named(drawn_set):
    report = ReadReport()
    assert list(read_drawn_riders(drawn_set(head(120, Cover.NONE), picture=b"torn"), report)) == []
    assert "drawn_1.jpg" in report.sentence()


def test_a_folder_without_truth_is_refused(tmp_path):
    with pytest.raises(DatasetError, match=r"wanted a set of models\.datasets\.drawn with truth/\*\.json, found none"):
        list(read_drawn_riders(tmp_path, ReadReport()))

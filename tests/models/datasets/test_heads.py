"""Riders and their heads, sorted out of a YOLO set."""

import cv2
import numpy as np
import pytest
import yaml

from models.datasets.heads import RiderPicture, groups, read_riders, without_copies
from models.datasets.labels import ReadReport
from models.errors import DatasetError
from vision.riders.card import HEAD_STATES, HeadState

NAMES = ["plate", "no_helmet", "helmet", "improper_helmet", "rider_motorbike"]
RIDER = "4 0.5 0.5 0.3 0.8"
HEAD_IN_RIDER = "0.5 0.2 0.08 0.12"
HEAD_ALONE = "0.1 0.2 0.05 0.08"


@pytest.fixture
def rider_set(tmp_path):
    def made(*rows, names=NAMES):
        for part in ("images/train", "labels/train"):
            (tmp_path / part).mkdir(parents=True, exist_ok=True)
        image = np.random.default_rng(0).integers(0, 255, (200, 200, 3)).astype(np.uint8)
        cv2.imwrite(str(tmp_path / "images/train/1.jpg"), image)
        (tmp_path / "labels/train/1.txt").write_text("\n".join(rows))
        (tmp_path / "data.yaml").write_text(yaml.safe_dump({"names": names}))
        return tmp_path

    return made


def picture(seed, mirrored=False, light=0):
    image = cv2.resize(np.random.default_rng(seed).integers(0, 200, (6, 6, 3)).astype(np.uint8), (96, 96))
    image = image[:, ::-1] if mirrored else image
    none = np.zeros((0, 4), np.float32)
    return RiderPicture(image + light, none, np.zeros(0, bool), none, np.zeros(0, np.int64), none, f"{seed}.jpg")


@pytest.mark.parametrize(
    ("number", "state"), [(1, HeadState.NONE), (2, HeadState.HELMET), (3, HeadState.UNSURE)]
)  # fmt: skip
def test_a_head_keeps_its_state_and_an_improper_helmet_is_unsure(rider_set, number, state):
    [found] = read_riders(rider_set(RIDER, f"{number} {HEAD_IN_RIDER}"), "train", ReadReport())
    assert [HEAD_STATES[one] for one in found.states] == [state]
    assert found.heads_px[0] == pytest.approx([92, 28, 108, 52])
    assert found.guessed.tolist() == [False]


def test_a_head_without_a_rider_gets_a_guessed_one_around_it(rider_set):
    [found] = read_riders(rider_set(RIDER, f"1 {HEAD_ALONE}"), "train", ReadReport())
    assert found.guessed.tolist() == [False, True]
    x1, y1, x2, y2 = found.riders_px[1]
    assert x1 < 20 < x2
    assert y1 <= 33
    assert y2 > 32 + 3 * 16


def test_a_rider_called_a_helmet_is_left_aside_and_named(rider_set):
    report = ReadReport()
    [found] = read_riders(rider_set(RIDER, "2 0.5 0.5 0.3 0.78", f"1 {HEAD_IN_RIDER}"), "train", report)
    assert len(found.heads_px) == 1
    assert len(found.unclear_px) == 1
    assert report.left_aside == {"heads as tall as riders": 1}
    assert report.named["heads as tall as riders"] == ["1.jpg"]


def test_plates_are_counted_but_not_read(rider_set):
    report = ReadReport()
    [found] = read_riders(rider_set(RIDER, "0 0.5 0.8 0.1 0.05"), "train", report)
    assert len(found.heads_px) == 0
    assert report.left_aside == {"boxes of classes not taught": 1}


def test_a_class_without_a_meaning_is_refused(rider_set):
    with pytest.raises(DatasetError, match="turban"):
        read_riders(rider_set(RIDER, names=[*NAMES[:4], "turban"]), "train", ReadReport())


def test_copies_are_left_aside_mirrored_or_lighter_ones_too():
    report = ReadReport()
    others = [picture(1), picture(2)]
    kept = without_copies([picture(1, mirrored=True), picture(2, light=20), picture(3)], others, report)
    assert [one.name for one in kept] == ["3.jpg"]
    assert report.left_aside == {"copies of pictures kept for the score": 2}


def test_look_alikes_share_a_group():
    group = groups([picture(1), picture(2), picture(1, light=10), picture(3)])
    assert group[0] == group[2]
    assert len(set(group.tolist())) == 3

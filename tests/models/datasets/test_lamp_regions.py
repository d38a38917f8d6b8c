"""Regions of signal heads, real and drawn."""

import cv2
import numpy as np
import pytest
import yaml

from models.datasets.labels import ReadReport
from models.datasets.lamp_regions import loosely, put_out, read_heads, varied
from models.datasets.lamp_regions_drawn import draw_region
from models.errors import DatasetError
from vision.events.lamps import Lamp

NAMES = ["green", "left", "red", "yellow"]
BOX = (0.5, 0.5, 0.1, 0.3)


@pytest.fixture
def lamp_set(tmp_path):
    """A YOLO set whose pictures each show a red lamp in the middle; `rows` are its labels."""

    def made(rows, names=NAMES):
        for part in ("images/train", "labels/train"):
            (tmp_path / part).mkdir(parents=True, exist_ok=True)
        image = np.random.default_rng(0).integers(90, 160, (200, 300, 3)).astype(np.uint8)
        cv2.rectangle(image, (135, 70), (164, 129), (30, 30, 30), -1)
        cv2.circle(image, (150, 85), 10, (30, 30, 200), -1)
        cv2.imwrite(str(tmp_path / "images/train/1.jpg"), image)
        (tmp_path / "labels/train/1.txt").write_text("\n".join(rows))
        (tmp_path / "data.yaml").write_text(yaml.safe_dump({"names": names}))
        return tmp_path

    return made


def row(number, box=BOX):
    return f"{number} " + " ".join(str(value) for value in box)


def test_an_arrow_to_the_left_is_a_green(lamp_set):
    heads = read_heads(lamp_set([row(1)]), "train", ReadReport())
    assert [head.state for head in heads if head.state is not Lamp.UNKNOWN] == [Lamp.GREEN]


def test_regions_without_a_head_keep_away_from_the_boxes(lamp_set):
    heads = read_heads(lamp_set([row(2)]), "train", ReadReport())
    empty = [head for head in heads if head.state is Lamp.UNKNOWN]
    assert empty
    for head in empty:
        x1, y1, x2, y2 = (round(value) for value in head.box_px)
        assert not (head.image[y1:y2, x1:x2].max(axis=2) < 60).any(), "the dark housing"


def test_what_cannot_be_used_is_counted(lamp_set):
    report = ReadReport()
    rows = [row(2), row(2, (0.2, 0.2, 0.01, 0.3)), row(9), row(0, (3, 3, 0.1, 0.1)), "red lamp here"]
    heads = read_heads(lamp_set(rows), "train", report)
    assert sum(head.state is Lamp.RED for head in heads) == 1
    assert report.left_aside == {
        "heads smaller than 4 px": 1,
        "boxes of unknown class numbers": 1,
        "boxes outside the picture": 1,
        "unreadable label rows": 1,
    }


def test_a_class_without_a_meaning_is_refused(lamp_set):
    with pytest.raises(DatasetError, match="blue"):
        read_heads(lamp_set([row(0)], names=["blue"]), "train", ReadReport())


def test_an_empty_split_is_refused(lamp_set):
    with pytest.raises(DatasetError, match="wanted pictures"):
        read_heads(lamp_set([row(2)]), "valid", ReadReport())


@pytest.mark.parametrize("looser", [0.0, 0.3, 0.6])
def test_a_looser_region_is_larger_by_that_share_and_holds_the_box(lamp_set, looser):
    [head] = [one for one in read_heads(lamp_set([row(2)]), "train", ReadReport()) if one.state is Lamp.RED]
    for seed in range(20):
        height, width = loosely(head, np.random.default_rng(seed), looser).shape[:2]
        assert height == pytest.approx(60 * (1 + looser), abs=2)
        assert width == pytest.approx(30 * (1 + looser), abs=2)


def test_varied_pictures_differ_and_stay_pictures(lamp_set):
    head = read_heads(lamp_set([row(2)]), "train", ReadReport())[0]
    rng = np.random.default_rng(0)
    made = [varied(head, rng) for _ in range(20)]
    assert all(one.dtype == np.uint8 and one.ndim == 3 and min(one.shape[:2]) >= 2 for one in made)
    assert len({one.tobytes() for one in made}) > 15


def test_a_lamp_put_out_has_no_colour_left(lamp_set):
    [head] = [one for one in read_heads(lamp_set([row(2)]), "train", ReadReport()) if one.state is Lamp.RED]
    dark = put_out(head)
    assert dark is not None
    assert dark.state is Lamp.OFF

    def redness(image):
        x1, y1, x2, y2 = (round(value) for value in head.box_px)
        return np.ptp(image[y1:y2, x1:x2].astype(int), axis=2).max()

    assert redness(dark.image) < 0.5 * redness(head.image)


def test_a_glaring_lamp_cannot_be_put_out(lamp_set):
    folder = lamp_set([row(2)])
    image = cv2.imread(str(folder / "images/train/1.jpg"))
    cv2.circle(image, (150, 100), 20, (235, 235, 255), -1)
    cv2.imwrite(str(folder / "images/train/1.jpg"), image)
    heads = [one for one in read_heads(folder, "train", ReadReport()) if one.state is Lamp.RED]
    assert [put_out(head) for head in heads] == [None]


def test_the_same_seed_draws_the_same_regions():
    first, second = ([draw_region(np.random.default_rng(seed)) for seed in range(6)] for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert one.state is other.state
        assert (one.image == other.image).all()


def test_drawn_regions_show_every_state_upright_and_lying_small_and_large():
    rng = np.random.default_rng(5)
    drawn = [draw_region(rng) for _ in range(100)]
    assert {one.state for one in drawn} == set(Lamp)
    sides = np.array([one.image.shape[:2] for one in drawn])
    assert (sides >= 4).all()
    assert sides.max(axis=1).min() < 30
    assert sides.max() > 80
    assert 10 < (sides[:, 1] > sides[:, 0]).sum() < 70


def test_a_drawn_light_has_its_colour():
    rng = np.random.default_rng(6)
    drawn = [one for one in (draw_region(rng) for _ in range(120)) if min(one.image.shape[:2]) > 25]
    for state, lead, other in ((Lamp.RED, 2, 1), (Lamp.GREEN, 1, 2)):
        leads = [float(np.percentile(one.image[..., lead].astype(int) - one.image[..., other], 99))
                 for one in drawn if one.state is state]  # fmt: skip
        assert np.mean(np.array(leads) > 25) > 0.85

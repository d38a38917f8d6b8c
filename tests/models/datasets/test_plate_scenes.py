"""Pictures the plate finder learns from: corners lie where plates were hung, and nothing unlabelled is called empty."""

import cv2
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from models.datasets.labels import ReadReport
from models.datasets.plate_scenes import SIDE_PX, Photo, PlatePicture, Plates, compose
from models.datasets.plate_scenes_lures import LURES
from models.datasets.plate_scenes_paste import paste, random_quad
from models.datasets.plate_scenes_sources import PHOTO_SETS, Material, crop_plates, quads_of, read_photos
from models.datasets.plate_scenes_weather import weather
from models.errors import DatasetError

NO_BOXES = np.zeros((0, 4), np.float32)
PURPLE = PlatePicture(np.full((60, 80, 3), (220, 0, 220), np.uint8), 1.0)


def photo(plates: Plates | None = None, unsure=NO_BOXES) -> Photo:
    ground = np.full((300, 400, 3), 90, np.uint8)
    vehicle = np.array([[100, 50, 300, 250]], np.float32)
    return Photo(ground, vehicle, plates or Plates(), np.array(unsure, np.float32))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(1.2, 5.0), st.floats(15, 230))
def test_a_quad_is_convex_clockwise_and_begins_at_the_plates_top_left(seed, aspect, width_px):
    quad = random_quad(aspect, width_px, np.random.default_rng(seed))
    edges = np.roll(quad, -1, axis=0) - quad
    after = np.roll(edges, -1, axis=0)
    assert (edges[:, 0] * after[:, 1] > edges[:, 1] * after[:, 0]).all()
    assert quad[0, 0] < quad[1, 0]
    assert quad[0, 1] < quad[3, 1]
    assert np.ptp(quad[:, 0]) < 2.5 * width_px


def test_a_pasted_picture_covers_its_quad_and_nothing_else():
    canvas = np.full((200, 200, 3), 40, np.uint8)
    quad = np.array([(40, 60), (150, 80), (140, 140), (50, 120)], np.float32)
    paste(canvas, np.full((50, 100, 3), 250, np.uint8), quad, np.random.default_rng(0))
    changed = (canvas != 40).any(axis=2)
    inside = np.zeros((200, 200), np.uint8)
    cv2.fillConvexPoly(inside, quad.astype(np.int32), 1)
    assert changed[cv2.erode(inside, np.ones((15, 15))) == 1].all()
    assert not changed[cv2.dilate(inside, np.ones((7, 7))) == 0].any()


def test_a_plate_beyond_the_edge_is_pasted_as_far_as_it_shows():
    canvas = np.full((100, 100, 3), 40, np.uint8)
    for far in (0.0, 500.0):
        paste(canvas, PURPLE.image, quads_of(np.array([[-30 + far, 20, 40 + far, 70]], np.float32))[0],
              np.random.default_rng(0))  # fmt: skip
    assert (canvas[45, 20] != 40).any()
    assert (canvas[45, 80] == 40).all()


@pytest.mark.parametrize("seed", range(12))
def test_the_truth_lies_on_what_was_hung(seed):
    """Purple is found nowhere else: its outline must agree with the corners, whatever the weather did to it."""
    rng = np.random.default_rng(seed)
    scene = compose([[photo()]], [PURPLE], rng)
    assert scene.image.shape == (SIDE_PX, SIDE_PX, 3)
    for quad in scene.plates.quad_px:
        middle = np.round(np.clip(quad.mean(axis=0), 0, SIDE_PX - 1)).astype(int)
        blue, green, red = scene.image[middle[1], middle[0]].astype(int)
        is_grey_weather = abs(blue - green) < 25 and abs(red - green) < 25
        assert is_grey_weather or min(blue, red) > green


def test_scenes_of_the_same_seed_are_the_same():
    one, other = (compose([[photo()]], [PURPLE], np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one.image, other.image)
    np.testing.assert_array_equal(one.plates.quad_px, other.plates.quad_px)


def test_plates_of_the_photograph_stay_in_the_truth_and_plates_never_cover_each_other():
    own = Plates(quads_of(np.array([[180, 120, 240, 160]], np.float32)), np.array([0.25], np.float32))
    kept = 0
    for seed in range(20):
        scene = compose([[photo(own)]], [PURPLE], np.random.default_rng(seed))
        kept += int((scene.plates.trust == 0.25).sum())
        low, high = scene.plates.quad_px.min(axis=1), scene.plates.quad_px.max(axis=1)
        for row in range(len(low)):
            touching = ((low < high[row]) & (high > low[row])).all(axis=1)
            assert touching.sum() == 1
    assert kept >= 8


def test_what_nobody_labelled_stays_unsure():
    seen = [
        compose([[photo(unsure=[[100, 50, 300, 250]])]], [PURPLE], np.random.default_rng(seed)) for seed in range(9)
    ]
    assert sum(len(scene.unsure_xyxy_px) > 0 for scene in seen) >= 6


@pytest.mark.parametrize("lure", sorted(set(LURES), key=lambda one: one.__name__))
def test_lures_are_pictures(lure):
    for seed in range(5):
        picture = lure(np.random.default_rng(seed))
        assert picture.dtype == np.uint8
        assert picture.ndim == 3
        assert min(picture.shape[:2]) >= 10


def test_weather_keeps_the_pictures_form():
    image = np.full((SIDE_PX, SIDE_PX, 3), 120, np.uint8)
    for seed in range(30):
        worse = weather(image, np.random.default_rng(seed))
        assert worse.shape == image.shape
        assert worse.dtype == np.uint8
    assert (image == 120).all()


def yolo_set(folder, names=("plate", "car", "helmet")):
    for part in ("images", "labels"):
        (folder / part / "train").mkdir(parents=True)
    cv2.imwrite(str(folder / "images/train/a.png"), np.full((960, 1920, 3), 80, np.uint8))
    (folder / "labels/train/a.txt").write_text("0 0.5 0.5 0.1 0.1\n1 0.5 0.5 0.4 0.4\n2 0.1 0.1 0.1 0.1\n")
    (folder / "data.yaml").write_text(yaml.safe_dump({"names": list(names)}))
    return folder


def test_photographs_come_shrunk_with_their_plates_and_vehicles(tmp_path):
    report = ReadReport()
    (one,) = read_photos(yolo_set(tmp_path), "train", legible=False, report=report)
    assert one.image.shape == (480, 960, 3)
    np.testing.assert_allclose(one.plates.quad_px[0], [(432, 216), (528, 216), (528, 264), (432, 264)], atol=0.1)
    np.testing.assert_allclose(one.vehicle_xyxy_px, [[288, 144, 672, 336]], atol=0.1)
    assert len(one.unsure_xyxy_px) == 0
    assert report.left_aside["boxes of classes not taught"] == 1


def test_vehicles_of_a_set_without_plate_boxes_are_unsure(tmp_path):
    (one,) = read_photos(yolo_set(tmp_path, ("helmet", "car", "x")), "train", legible=True, report=ReadReport())
    np.testing.assert_allclose(one.unsure_xyxy_px, one.vehicle_xyxy_px)


def test_a_set_without_pictures_is_refused_by_name(tmp_path):
    with pytest.raises(DatasetError, match=r"data\.yaml"):
        read_photos(tmp_path, "train", legible=False, report=ReadReport())


def test_a_plate_crop_that_is_no_picture_is_counted(tmp_path):
    (tmp_path / "a.jpg").write_text("no picture")
    cv2.imwrite(str(tmp_path / "b.png"), np.full((100, 640, 3), 80, np.uint8))
    report = ReadReport()
    (one,) = crop_plates([tmp_path / "a.jpg", tmp_path / "b.png", tmp_path / "gone.png"], report)
    assert one.image.shape == (50, 320, 3)
    assert report.left_aside == {"unreadable pictures": 1, "missing pictures": 1}


def test_sets_come_as_often_as_their_shares_say():
    marked = [[Photo(np.full((300, 300, 3), 20 * n, np.uint8), NO_BOXES, Plates(), NO_BOXES)] for n in range(4)]
    scenes = Material(marked, [PURPLE]).scenes(30, np.random.default_rng(1))
    assert len(scenes) == 30
    assert len(PHOTO_SETS) == 4

"""What else goes wrong with a picture: each is told once when it begins, once when it is over, and by its own name."""

import cv2
import numpy as np
import pytest

from vision.events.camera import ImageQuality, Trouble
from vision.health.camera import CameraHealth
from vision.health.settings import HealthSettings


def told(states):
    return [(one.trouble.value, one.phase) for one in states]


NOISE = np.random.default_rng(2).normal(0, 1, (5, 360, 640)).round().astype(np.int16)
Y, X = np.mgrid[:360, :640]
VEIL = 60 + 420 * np.exp(-(((X - 300) / 220) ** 2 + ((Y - 150) / 220) ** 2)).astype(np.float32)


def noisy(picture):
    return cv2.add(picture, NOISE[int(picture[:9].sum()) % 5], dtype=cv2.CV_8U)


def soft(picture):
    return noisy(cv2.GaussianBlur(picture, (0, 0), 3))


def dark(picture):
    return noisy((picture // 12).astype(np.uint8))


def bag(picture):
    return noisy(np.full_like(picture, 100) + picture // 100)


def sun(picture):
    return cv2.add(picture // 2, VEIL, dtype=cv2.CV_8U)


def paint(picture):
    picture = picture.copy()
    picture[:, :430] = 70
    return picture


@pytest.mark.parametrize(
    ("change", "trouble"),
    [(soft, "blurred"), (dark, "too_dark"), (bag, "blinded"), (sun, "blinded"), (paint, "blinded")],
)
def test_a_trouble_is_told_by_its_own_name_alone_with_its_start_and_its_end(junction, change, trouble):
    assert junction.watch(12) == []
    [started] = junction.watch(20, change)
    assert (started.trouble, started.phase) == (trouble, "started")
    assert 10.9 <= started.since_s <= 12.6
    assert 17 <= started.at_s <= 22
    assert junction.health.troubles == {trouble}
    [ended] = junction.watch(15)
    assert (ended.trouble, ended.phase, ended.since_s) == (trouble, "ended", started.since_s)
    assert 31.9 <= ended.until_s <= 33.5


@pytest.mark.parametrize("change", [soft, dark, bag, sun], ids=lambda change: change.__name__)
def test_what_lasts_three_seconds_is_not_told(junction, change):
    junction.watch(10)
    assert junction.watch(3, change) == []
    assert junction.watch(10) == []


def test_a_picture_that_stands_still_is_frozen_and_goes_on(junction):
    junction.watch(10)
    still = junction.picture()
    [started] = junction.watch(15, lambda _: still)
    assert (started.trouble, started.phase) == (Trouble.FROZEN, "started")
    assert 9 <= started.since_s <= 11
    assert 19 <= started.at_s <= 23
    [ended] = junction.watch(3)
    assert (ended.phase, ended.since_s) == ("ended", started.since_s)


def test_a_frozen_picture_that_is_encoded_again_and_again_is_frozen_all_the_same(junction):
    junction.watch(10)
    still, rng = junction.picture(), np.random.default_rng(9)
    said = junction.watch(15, lambda _: (still + (rng.random(still.shape, np.float32) < 0.01)).astype(np.uint8))
    assert told(said) == [("frozen", "started")]


def test_a_white_sky_over_a_third_of_the_picture_is_no_glare(junction):
    junction.scenery = junction.scenery.copy()
    junction.scenery[:130] = 250
    assert junction.watch(20) == []


def test_a_night_whose_noise_the_encoder_swallows_for_eight_seconds_is_not_frozen(junction):
    junction.watch(10)
    for _ in range(6):
        still = junction.picture()
        assert junction.watch(8, lambda _, still=still: still) == []
        junction.watch(0.5)


def test_a_camera_that_often_stands_still_is_frozen_only_after_a_minute(junction):
    junction.watch(10)
    still = junction.picture()
    junction.watch(8, lambda _: still)
    junction.watch(2)
    still = junction.picture()
    assert junction.watch(50, lambda _: still) == []
    assert told(junction.watch(20, lambda _: still)) == [("frozen", "started")]


def test_missing_frames_are_told_and_a_few_are_not(junction):
    assert junction.watch(20, lost=lambda frame: frame % 50 == 0) == []
    [started] = junction.watch(10, lost=lambda frame: frame % 3 == 0)
    assert (started.trouble, started.measures[0].name) == (Trouble.DROPPED, "missing")
    assert told(junction.watch(20)) == [("dropped", "ended")]


def test_frames_that_came_but_that_nobody_took_are_not_missing():
    health = CameraHealth()
    said = []
    for index in range(600):
        if index < 300 or index % 3 == 0:
            said += health.see(None, index / 25, index)
    assert said == []


def test_a_camera_that_is_well_says_nothing_but_its_quality(junction):
    assert junction.watch(65) == []
    scores = [one for one in junction.said if isinstance(one, ImageQuality)]
    assert [(one.since_s, one.until_s) for one in scores] == [(0, 15), (15, 30), (30, 45), (45, 60)]
    assert all(one.score > 0.7 and one.coverage > 0.9 and one.troubles == () for one in scores)


@pytest.mark.parametrize("change", [soft, dark, bag, sun, paint], ids=lambda change: change.__name__)
def test_a_worse_picture_has_a_worse_score_that_names_its_trouble(junction, change):
    junction.watch(30)
    well = next(one for one in junction.said if isinstance(one, ImageQuality))
    junction.watch(31, change)
    worse = [one for one in junction.said if isinstance(one, ImageQuality)][-1]
    assert worse.score < 0.75 * well.score
    assert len(worse.troubles) == 1


def test_what_had_begun_is_scored_at_the_end(junction):
    junction.watch(20)
    [last] = junction.health.finish()
    assert (last.since_s, last.until_s) == (15, pytest.approx(19, abs=1))


def test_a_stream_nobody_looked_at_has_no_score():
    health = CameraHealth()
    assert [one for number in range(500) for one in health.see(None, number / 10)] == []
    assert health.finish() == []


@pytest.mark.parametrize(
    ("picture", "found"),
    [
        (np.zeros((90, 160), np.float32), "float32"),
        (np.zeros((90, 160, 4), np.uint8), "(90, 160, 4)"),
    ],
)
def test_what_is_no_picture_is_refused(picture, found):
    with pytest.raises(ValueError, match="wanted") as refused:
        CameraHealth().see(picture, 0.0)
    assert found in str(refused.value)


def test_a_picture_of_a_few_pixels_is_not_looked_at():
    health = CameraHealth()
    assert [one for number in range(400) for one in health.see(np.zeros((40, 60), np.uint8), number / 10)] == []


def test_a_picture_of_another_size_is_refused():
    health = CameraHealth()
    health.see(np.zeros((90, 160), np.uint8), 0.0)
    with pytest.raises(ValueError, match="wanted 160 × 90 pixels as before, found 160 × 120"):
        health.see(np.zeros((120, 160), np.uint8), 5.0)


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf")])
def test_settings_that_are_no_numbers_above_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match="wanted numbers above 0, found moved_px"):
        HealthSettings(moved_px=wrong)

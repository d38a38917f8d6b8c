"""Whether the camera looks where it looked, amid traffic, in changing light, and when it comes back."""

import numpy as np
import pytest

from vision.events.camera import Trouble
from vision.health.camera import CameraHealth


def told(states):
    return [(one.trouble.value, one.phase) for one in states]


@pytest.mark.parametrize(
    ("where", "shift_px", "rotation_deg"),
    [
        ({"x_px": 15}, 15, 0),
        ({"y_px": -16}, 16, 0),
        ({"x_px": 60, "y_px": 30}, 67, 0),
        ({"degrees": 2}, None, 2),
        ({"degrees": -9}, None, 9),
    ],
)
def test_a_view_that_moved_is_told_with_its_measure_and_told_again_when_it_is_back(
    junction, moved, where, shift_px, rotation_deg
):
    assert junction.watch(12) == []
    [started] = junction.watch(12, moved(**where))
    assert (started.trouble, started.phase) == (Trouble.VIEW_MOVED, "started")
    assert started.since_s <= 12.5
    assert started.at_s <= 20
    assert junction.health.view_moved
    measured = {one.name: one for one in started.measures}
    if shift_px is not None:
        assert measured["shift"].value == pytest.approx(shift_px, abs=1)
    assert abs(measured["rotation"].value) == pytest.approx(rotation_deg, abs=0.3)
    [ended] = junction.watch(10)
    assert (ended.phase, ended.since_s) == ("ended", started.since_s)
    assert 23.9 <= ended.until_s <= 26
    assert not junction.health.view_moved


@pytest.mark.parametrize("where", [{"x_px": 5, "y_px": 4}, {"degrees": 0.6}])
def test_a_mast_that_sways_has_not_moved(junction, moved, where):
    there = moved(**where)
    sway = iter(range(1000))
    assert junction.watch(8) == []
    assert junction.watch(25, lambda picture: there(picture) if next(sway) % 2 else picture) == []


@pytest.mark.parametrize(
    "light",
    [
        lambda picture: (picture * 0.55).astype(np.uint8),
        lambda picture: np.clip(picture * 1.25 + 10, 0, 255).astype(np.uint8),
        lambda picture: (255 * (picture / 255.0) ** 1.8).astype(np.uint8),
    ],
    ids=["cloud", "sun", "dusk"],
)
def test_other_light_is_no_other_view(junction, light):
    assert junction.watch(8) == []
    assert junction.watch(20, light) == []


def test_in_a_jam_of_vehicles_that_creep_together_the_view_is_still_in_place_and_a_shift_is_still_seen(junction, moved):
    def jam(picture):
        picture = picture.copy()
        texture = np.random.default_rng(3).integers(30, 220, (8, 20), dtype=np.uint8).repeat(20, 0).repeat(24, 1)
        picture[110:270, 80:560] = np.roll(texture, junction.frame // 3, axis=1)
        return picture

    assert junction.watch(8) == []
    assert junction.watch(20, jam) == []
    assert told(junction.watch(12, lambda picture: moved(20)(jam(picture)))) == [("view_moved", "started")]


def test_a_camera_turned_to_another_place_altogether_is_told_without_a_measure(junction):
    def away(picture):
        return np.ascontiguousarray(np.roll(picture[:, ::-1], 200, axis=1))

    junction.watch(8)
    assert junction.watch(3, away) == []
    assert not junction.health.view_moved
    assert junction.health.view_moved_between(8.5, 10.5)
    [started] = junction.watch(33, away)
    assert (started.trouble, started.measures) == (Trouble.VIEW_MOVED, ())
    assert started.at_s < 8 + 40
    assert told(junction.watch(10)) == [("view_moved", "ended")]


def test_a_first_suspicion_already_counts_for_who_asks_about_a_moment(junction, moved):
    junction.watch(12)
    assert not junction.health.view_moved_between(8, 11)
    while not junction.health.view_moved_between(12.5, 13):
        assert junction.watch(0.1, moved(25)) == []
    assert not junction.health.view_moved
    assert junction.media_s < 14.6
    assert not junction.health.view_moved_between(2, 5)


def test_while_it_is_moved_every_moment_since_it_was_last_in_place_is_in_doubt(junction, moved):
    junction.watch(12)
    junction.watch(12, moved(25))
    assert junction.health.view_moved_between(13, 14)
    assert junction.health.view_moved_between(23, 23)
    assert not junction.health.view_moved_between(2, 5)


def test_a_scene_without_landmarks_has_no_view_to_judge(junction, moved):
    junction.scenery = np.full_like(junction.scenery, 110)
    junction.vehicles = 0
    assert [one for one in junction.watch(20, moved(30)) if one.trouble is Trouble.VIEW_MOVED] == []


def test_a_camera_turned_between_two_runs_is_told_and_one_left_alone_is_not(junction, moved):
    assert junction.health.views == []
    junction.watch(30)
    assert junction.health.learned == 1
    views = junction.health.views
    junction.health = CameraHealth(remembered=views)
    junction.frame = 0
    assert junction.watch(10) == []
    junction.health = CameraHealth(remembered=views)
    junction.frame = 0
    assert told(junction.watch(8, moved(40))) == [("view_moved", "started")]


def test_a_remembered_view_of_another_size_is_forgotten(junction):
    junction.health = CameraHealth(remembered=[np.random.default_rng(1).integers(0, 255, (90, 160), dtype=np.uint8)])
    assert junction.watch(10) == []

"""Riders drawn from near: the same for the same seed, with the heads that their pictures show."""

import numpy as np

from models.datasets.drawn.mesh import Cover
from models.datasets.drawn.riders import APART_M, near_scene, riders, write
from models.datasets.heads_drawn import read_drawn_riders
from models.datasets.labels import ReadReport


def test_a_written_picture_is_read_back_with_riders_that_are_near(tmp_path):
    """Among them people who sit behind one another: who hardly shows is told of too, and is nobody's."""
    write(tmp_path, 1, seed=5)
    [picture] = read_drawn_riders(tmp_path, ReadReport())
    heads_px = picture.heads_px[:, 2:] - picture.heads_px[:, :2]
    assert len(picture.riders_px)
    assert len(heads_px)
    assert (heads_px >= 6).all()
    assert len(picture.unclear_px)


def test_half_of_the_cameras_stand_beside_the_road_and_look_along_it_aslant():
    scenes = [near_scene((8, number, 10)) for number in range(40)]
    aslant = [
        not one.street.left_m <= one.camera.at_m[0] <= one.street.right_m and abs(one.camera.heading_rad) > 0.25
        for one in scenes
    ]
    assert 15 <= sum(aslant) <= 30


def test_the_same_seed_shows_the_same_people_apart_from_each_other():
    first, again = (riders(near_scene((5, 1, 10))) for _ in range(2))
    assert len(first) == len(again) > 1
    np.testing.assert_array_equal(first[0][0].vertex, again[0][0].vertex)
    places = np.array([motion[:2, 3] for _, motion in first])
    away = np.linalg.norm(places[:, None] - places[None], axis=2)
    assert (away[~np.eye(len(places), dtype=bool)] >= APART_M).all()


def test_every_cover_and_one_to_four_people_come_up():
    everybody = [mesh.heads for number in range(8) for mesh, _ in riders(near_scene((6, number, 10)))]
    assert {len(heads) for heads in everybody} == {1, 2, 3, 4}
    assert {head.cover for heads in everybody for head in heads} == set(Cover)

"""Looking everywhere: tiles cover the picture, every plate is found once, vehicles help."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.plates.search import SearchSettings, search, tiles

NO_VEHICLE = np.zeros((0, 4), np.float32)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5000), st.integers(1, 5000))
def test_the_first_tile_holds_the_picture_and_the_others_stay_inside_it(width, height):
    whole, *others = tiles((width, height), SearchSettings()).tolist()
    assert whole[0] == whole[1] <= 0
    assert (whole[2] + whole[0], whole[3] + whole[1]) == (width, height)
    for x1, y1, x2, y2 in others:
        assert 0 <= x1 < x2 <= width
        assert 0 <= y1 < y2 <= height


@pytest.mark.parametrize("size_px", [(1920, 1080), (1080, 1920), (1024, 1024)])
def test_a_plate_as_long_as_the_overlap_lies_whole_in_some_small_tile(size_px):
    settings = SearchSettings()
    found = tiles(size_px, settings)
    side = max(size_px) / 4
    small = found[(found[:, 2:] - found[:, :2]).max(axis=1) <= side + 1]
    length = settings.tile_overlap * side - 1
    for x in np.linspace(0, size_px[0] - length, 37):
        for y in np.linspace(0, size_px[1] - length, 23):
            inside = (small[:, :2] <= (x, y)).all(axis=1) & (small[:, 2:] >= (x + length, y + length)).all(axis=1)
            assert inside.any()


def test_a_small_picture_is_one_tile():
    assert len(tiles((300, 200), SearchSettings())) == 1


# In a tile of 256 px this finder's plates are 96 × 64 px, seen more closely at 2.67 times their width 24 × 16 again.
CLOSER = SearchSettings(most_levels=2, closer=64 / 24)


def test_a_plate_in_several_tiles_is_found_once(finder, black_with):
    image = black_with((512, 384), (210, 150, 306, 214))
    found = search(image, NO_VEHICLE, finder, CLOSER)
    assert len(found) == 1
    np.testing.assert_allclose(found.quad_px[0], [(210, 150), (306, 150), (306, 214), (210, 214)], atol=10)


def test_a_vehicles_own_window_finds_what_the_tiles_are_too_coarse_for(finder, black_with):
    image = black_with((2048, 1024), (1000, 500, 1024, 516))
    vehicle = np.array([[986, 482, 1038, 534]], np.float32)
    settings = SearchSettings(most_levels=1, closer=64 / 24)
    assert len(search(image, NO_VEHICLE, finder, settings)) == 0
    assert len(search(image, vehicle, finder, settings)) == 1


def test_without_tiles_only_vehicles_are_searched(finder, black_with):
    image = black_with((512, 384), (210, 150, 306, 214))
    settings = SearchSettings(everywhere=False)
    assert len(search(image, NO_VEHICLE, finder, settings)) == 0


def test_a_vehicle_outside_the_picture_does_no_harm(finder, black_with):
    outside = np.array([[900, 900, 990, 990], [-50, -50, -1, -1]], np.float32)
    assert len(search(black_with((512, 384)), outside, finder, CLOSER)) == 0

"""The flat road: what is fitted, what is refused, and how honest the error is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.geometry.calibration import GroundPlane

# A camera 6 m above the road, looking 20° down along +Y, 1000 px focal length, 1280 × 720.
TILT = np.radians(20)


def seen_from_pole(road: np.ndarray) -> np.ndarray:
    """Pixels of (n, 2) road metres, by plain pinhole geometry."""
    right, forward = road[:, 0], road[:, 1]
    depth = forward * np.cos(TILT) + 6 * np.sin(TILT)
    down = 6 * np.cos(TILT) - forward * np.sin(TILT)
    return np.column_stack([640 + 1000 * right / depth, 360 + 1000 * down / depth])


CORNERS = np.array([[-4.0, 12.0], [4.0, 12.0], [-4.0, 40.0], [4.0, 40.0]])
GRID = np.array([[x, y] for x in (-4.0, 0.0, 4.0) for y in (12.0, 20.0, 40.0)])


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-15, 15), st.floats(8, 80)), min_size=1, max_size=20))
def test_pixels_go_to_metres_and_back(places):
    plane = GroundPlane.fit(seen_from_pole(CORNERS), CORNERS)
    road = np.array(places)
    pixels = seen_from_pole(road)
    assert plane.to_metres(pixels) == pytest.approx(road, abs=1e-6)
    assert plane.to_pixels(road) == pytest.approx(pixels, abs=1e-6)


def test_exact_points_leave_no_residual():
    plane = GroundPlane.fit(seen_from_pole(GRID), GRID)
    assert plane.residual_worst_m == pytest.approx(0, abs=1e-9)
    assert plane.leave_one_out_m == pytest.approx(0, abs=1e-9)


def test_four_points_cannot_know_their_own_error():
    plane = GroundPlane.fit(seen_from_pole(CORNERS) + np.eye(4, 2) * 3, CORNERS)
    assert plane.leave_one_out_m is None
    assert plane.residual_worst_m == pytest.approx(0, abs=1e-9)


def test_wrong_point_shows_in_residual_and_more_in_leave_one_out():
    pixels = seen_from_pole(GRID)
    pixels[4] += 6.0
    plane = GroundPlane.fit(pixels, GRID)
    assert plane.residual_m.shape == (9,)
    assert plane.residual_m.argmax() == 4
    assert plane.leave_one_out_m is not None
    assert 0 < plane.residual_rms_m < plane.residual_worst_m
    assert plane.leave_one_out_m > plane.residual_rms_m
    assert plane.position_error_m == plane.leave_one_out_m


def test_four_corners_and_the_centre_judge_the_centre_alone():
    road = np.vstack([CORNERS, [[0.0, 26.0]]])
    pixels = seen_from_pole(road)
    guess = GroundPlane.fit(pixels[:4], CORNERS).to_metres(pixels[4:] + 4.0)
    pixels[4] += 4.0
    plane = GroundPlane.fit(pixels, road)
    assert plane.leave_one_out_m == pytest.approx(np.linalg.norm(guess - road[4:]))


def test_sky_has_no_metres():
    plane = GroundPlane.fit(seen_from_pole(CORNERS), CORNERS)
    horizon_y = 360 - 1000 * np.tan(TILT)
    above, below = plane.to_metres(np.array([[640, horizon_y - 5], [640, horizon_y + 5]]))
    assert np.isnan(above).all()
    assert below[1] > 500


def test_place_behind_the_camera_has_no_pixel():
    plane = GroundPlane.fit(seen_from_pole(CORNERS), CORNERS)
    assert np.isnan(plane.to_pixels(np.array([[0.0, -10.0]]))).all()


@settings(deadline=None)
@given(st.floats(-6, 6), st.floats(10, 60), st.floats(0.01, 0.5))
def test_metre_error_is_the_worst_over_all_directions(right, forward, pixel_error):
    plane = GroundPlane.fit(seen_from_pole(CORNERS), CORNERS)
    [pixel] = seen_from_pole(np.array([[right, forward]]))
    angles = np.linspace(0, 2 * np.pi, 721)
    step = 1e-4 * np.column_stack([np.cos(angles), np.sin(angles)])
    moved = np.linalg.norm(plane.to_metres(pixel + step) - plane.to_metres(pixel[None]), axis=1) / 1e-4
    found = plane.metre_error_at(pixel[None], pixel_error)
    assert found == pytest.approx(moved.max() * pixel_error, rel=1e-3)


def test_a_pixel_is_worth_more_metres_far_away():
    plane = GroundPlane.fit(seen_from_pole(CORNERS), CORNERS)
    near, far = plane.metre_error_at(seen_from_pole(np.array([[0.0, 12.0], [0.0, 40.0]])), 1.0)
    assert far > 5 * near


def test_plane_of_fractions_becomes_one_of_pixels():
    pixels = seen_from_pole(CORNERS)
    plane = GroundPlane.fit(pixels / [1280, 720], CORNERS).in_pixels((1280, 720))
    assert plane.to_metres(pixels) == pytest.approx(CORNERS, abs=1e-9)


@pytest.mark.parametrize(
    ("pixels", "metres", "problem"),
    [
        ([[0, 0], [9, 0], [9, 9]], [[0, 0], [1, 0], [1, 1]], "at least 4 different calibration points .* found 3"),
        ([[0, 0], [9, 0], [9, 9], [9, 9]], [[0, 0], [1, 0], [1, 1], [0, 1]], "in the picture, found 3"),
        ([[0, 0], [9, 0], [9, 9], [0, 9]], [[0, 0], [1, 0], [1, 1], [1, 1]], "in metres, found 3"),
        ([[0, 0], [3, 3], [9, 9], [0, 9]], [[0, 0], [1, 0], [1, 1], [0, 1]], "3 of the 4 .* one line in the picture"),
        ([[0, 0], [9, 0], [9, 9], [0, 9]], [[0, 0], [1, 0], [2, 0], [3, 0]], "4 of the 4 .* one line in metres"),
        ([[0, 0], [3, 3], [6, 6], [9, 9], [0, 9]], [[0, 0], [1, 0], [1, 1], [0, 1], [4, 5]], "4 of the 5"),
        ([[0, 0], [9, 0], [9, 9], [0, 9]], [[0, 0], [1, 1], [1, 0], [0, 1]], "contradict each other"),
        ([[0, 0], [9, 0], [9, 9], [0, 9]], [[0, 0], [1, 0], [1, 1], [0, np.nan]], "finite"),
        ([[0, 0], [9, 0], [9, 9], [0, 9]], [[0, 0], [1, 0], [1, 1]], "as many"),
    ],
)
def test_points_that_fix_no_plane_are_refused(pixels, metres, problem):
    with pytest.raises(ValueError, match=problem):
        GroundPlane.fit(np.array(pixels, float), np.array(metres, float))

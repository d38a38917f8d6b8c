import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.geometry.calibration import GroundPlane
from vision.geometry.metre_grid import MOST_LINES, metre_grid

PIXELS = np.array([(0.2, 0.9), (0.8, 0.9), (0.65, 0.4), (0.35, 0.4)])


def plane_of(width_m: float, length_m: float) -> tuple[GroundPlane, np.ndarray]:
    metres = np.array([(0, 0), (width_m, 0), (width_m, length_m), (0, length_m)], np.float64)
    return GroundPlane.fit(PIXELS, metres), metres


@given(width_m=st.floats(2, 60), length_m=st.floats(2, 200))
def test_every_line_lies_on_a_whole_number_of_steps_and_there_are_not_too_many(width_m, length_m):
    plane, metres = plane_of(width_m, length_m)
    grid = metre_grid(plane, metres)
    assert 2 <= len(grid.lines) <= 2 * (MOST_LINES + 3)
    for line in grid.lines:
        road = plane.to_metres(line)
        axis = int(np.ptp(road, axis=0).argmin())
        steps = road[:, axis] / grid.step_m
        assert np.allclose(steps, np.round(steps[0]), atol=1e-4)


def test_the_grid_reaches_around_every_point():
    grid = metre_grid(*plane_of(10.5, 31))
    assert (grid.step_m, grid.low_m.tolist(), grid.high_m.tolist()) == (5, [0, 0], [15, 35])


def test_a_line_ends_before_the_horizon():
    # A road so long that its far end, rounded up, lies behind the camera's horizon.
    pixels = np.array([(0.0, 1.0), (1.0, 1.0), (0.51, 0.40), (0.49, 0.40)])
    metres = np.array([(0, 0), (8, 0), (8, 170), (0, 170)], np.float64)
    grid = metre_grid(GroundPlane.fit(pixels, metres), metres)
    assert all(np.isfinite(line).all() and len(line) > 1 for line in grid.lines)


@pytest.mark.parametrize("far_m", [1e4, 1e7, 1e14])
def test_points_absurdly_far_apart_make_no_endless_grid(far_m):
    assert len(metre_grid(*plane_of(far_m, far_m)).lines) <= 2 * (4 * MOST_LINES + 2)

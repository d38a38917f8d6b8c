"""Corners move to where the picture shows them, and stay where it shows nothing."""

import numpy as np
import pytest

from vision.plates.corners import snapped

STRIDE_PX = 4
TRUE = np.array([(42, 62), (122, 62), (122, 102), (42, 102)], np.float32)


def maps(points: np.ndarray, level: float = 0.9) -> np.ndarray:
    """A bright cell at each of the corners, in the map of its number."""
    scores = np.zeros((4, 64, 64), np.float32)
    for number, (x, y) in enumerate(points):
        scores[number, int(y // STRIDE_PX), int(x // STRIDE_PX)] = level
    return scores


@pytest.mark.parametrize("shift", [(0, 0), (7, -5), (-10, 3)])
def test_corners_move_to_their_places(shift):
    np.testing.assert_allclose(snapped(TRUE + np.float32(shift), maps(TRUE), STRIDE_PX), TRUE, atol=0.01)


def test_corners_out_of_reach_stay():
    far = TRUE + np.float32(60)
    np.testing.assert_array_equal(snapped(far, maps(TRUE), STRIDE_PX), far)


def test_faint_corners_stay():
    about = TRUE + np.float32(5)
    np.testing.assert_array_equal(snapped(about, maps(TRUE, 0.1), STRIDE_PX), about)


@pytest.mark.parametrize("hidden", range(4))
def test_a_single_hidden_corner_completes_the_parallelogram(hidden):
    scores = maps(TRUE)
    scores[hidden] = 0
    np.testing.assert_allclose(snapped(TRUE + np.float32(6), scores, STRIDE_PX), TRUE, atol=0.01)


def test_each_corner_looks_into_its_own_map():
    about = TRUE + np.float32(5)
    np.testing.assert_array_equal(snapped(about, maps(TRUE)[[2, 3, 0, 1]], STRIDE_PX), about)


def test_between_two_cells_the_corner_lies_between():
    scores = maps(TRUE)
    scores[0, 15, 11] = 0.9
    assert snapped(TRUE, scores, STRIDE_PX)[0].tolist() == pytest.approx([44, 62], abs=0.01)


def test_a_quad_outside_the_maps_stays():
    outside = TRUE + np.float32(5000)
    np.testing.assert_array_equal(snapped(outside, maps(TRUE), STRIDE_PX), outside)

"""Speed with an error that holds the truth, or no speed at all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.geometry.calibration import GroundPlane
from vision.traffic.speed import measure_speed

# 20 px to the metre, seen from straight above.
CORNERS = np.array([[0.0, 0.0], [800.0, 0.0], [800.0, 600.0], [0.0, 600.0]])
ABOVE = GroundPlane.fit(CORNERS, CORNERS / 20)
TIMES_S = np.arange(26) / 25


def feet(heading_deg: float, mps: float, times_s: np.ndarray = TIMES_S) -> np.ndarray:
    way_m = mps * times_s[:, None] * [[np.cos(np.radians(heading_deg)), np.sin(np.radians(heading_deg))]]
    return 400 + 20 * way_m


@settings(deadline=None)
@given(st.floats(0, 360), st.floats(0, 15))
def test_steady_drive_gives_its_speed_in_every_heading(heading_deg, mps):
    speed = measure_speed(ABOVE, TIMES_S, feet(heading_deg, mps), 0.5)
    assert speed is not None
    assert speed.mps == pytest.approx(mps, abs=1e-6)


def test_error_holds_the_truth_nineteen_times_in_twenty():
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(400):
        shaken = feet(30, 10) + rng.normal(0, 1.5, (len(TIMES_S), 2))
        speed = measure_speed(ABOVE, TIMES_S, shaken, 1.5)
        assert speed is not None
        inside += abs(speed.mps - 10) <= speed.error_mps
    assert inside >= 0.95 * 400


def test_trembling_more_than_foreseen_widens_the_error():
    rng = np.random.default_rng(2)
    calm = measure_speed(ABOVE, TIMES_S, feet(0, 10), 0.5)
    shaken = measure_speed(ABOVE, TIMES_S, feet(0, 10) + rng.normal(0, 10, (26, 2)), 0.5)
    assert calm is not None
    assert shaken is not None
    assert shaken.error_mps > 5 * calm.error_mps


def test_doubtful_calibration_widens_the_error():
    exact = np.array([[0, 0], [800, 0], [800, 600], [0, 600], [400, 300], [200, 450]], float)
    wrong = exact + np.array([[0, 0], [0, 0], [20, 0], [0, 0], [0, -20], [0, 0]])
    good, bad = (measure_speed(GroundPlane.fit(each, exact / 20), TIMES_S, feet(0, 10), 0.5) for each in (exact, wrong))
    assert good is not None
    assert bad is not None
    assert bad.error_mps > good.error_mps + 0.5


def test_parked_box_that_trembles_is_not_fast():
    rng = np.random.default_rng(3)
    speed = measure_speed(ABOVE, TIMES_S, 400 + rng.normal(0, 2, (26, 2)), 2.0)
    assert speed is not None
    assert speed.mps <= speed.error_mps < 1


@pytest.mark.parametrize("times_s", [[0.0, 0.2, 0.4], [0.0, 0.1, 0.2, 0.3], []])
def test_way_too_short_has_no_speed(times_s):
    assert measure_speed(ABOVE, times_s, np.zeros((len(times_s), 2)), 1.0) is None


def test_way_that_reaches_the_horizon_has_no_speed():
    road_m = np.array([[-4.0, 10.0], [4.0, 10.0], [-4.0, 40.0], [4.0, 40.0]])
    pixels = np.column_stack([400 + 1000 * road_m[:, 0] / road_m[:, 1], 100 + 6000 / road_m[:, 1]])
    plane = GroundPlane.fit(pixels, road_m)
    way = np.column_stack([np.full(26, 400.0), np.linspace(200, 90, 26)])
    assert measure_speed(plane, TIMES_S, way, 1.0) is None


def test_four_point_calibration_is_not_taken_for_exact():
    exact = measure_speed(ABOVE, TIMES_S, feet(0, 10), 2.0)
    assert ABOVE.position_error_m == pytest.approx(0, abs=1e-9)
    assert exact is not None
    # Both ends of the way may be wrong by two pixels, a tenth of a metre, in opposite senses.
    assert exact.error_mps > 2 * 0.1

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.arrays import F32, F64
from vision.track.motion import Motion, begin, correct, predict
from vision.track.settings import MotionSettings

SETTINGS = MotionSettings()
SEEN = np.zeros(1, np.bool_)
ONLY = np.zeros(1, np.int64)


def box(x: float, y: float, width: float = 40, height: float = 60) -> F32:
    return np.array([[x - width / 2, y - height / 2, x + width / 2, y + height / 2]], np.float32)


def score(value: float = 1.0) -> F32:
    return np.array([value], np.float32)


def driven(times_s: list[float], speed_pxps: float) -> Motion:
    motion = begin(box(0, 0), score(), SETTINGS)
    for before_s, now_s in pairwise(times_s):
        motion = predict(motion, now_s - before_s, SEEN, SETTINGS)
        motion = correct(motion, ONLY, box(speed_pxps * now_s, 0), score(), SETTINGS)
    return motion


def covariance(motion: Motion) -> F64:
    return np.array(
        [[motion.place_var[0], motion.place_speed_cov[0]], [motion.place_speed_cov[0], motion.speed_var[0]]]
    )


@pytest.mark.parametrize(
    "times_s", [list(np.arange(0, 2, 1 / 30)), list(np.arange(0, 4, 0.2)), list(np.cumsum([0, 0.03, 0.2, 0.01] * 8))]
)
def test_the_speed_is_learned_whatever_the_time_between_frames(times_s: list[float]):
    assert driven(times_s, 120).velocity_pxps[0] == pytest.approx([120, 0], abs=3)


def test_the_filter_equals_the_textbook_matrices():
    step_s, measured_var = 0.1, (SETTINGS.measured * np.sqrt(40 * 60)) ** 2
    start = begin(box(0, 0), score(), SETTINGS)
    wander = (SETTINGS.speed_wander * np.sqrt(40 * 60)) ** 2
    forward = np.array([[1, step_s], [0, 1]])
    noise = wander * np.array([[step_s**3 / 3, step_s**2 / 2], [step_s**2 / 2, step_s]])
    wanted = forward @ covariance(start) @ forward.T + noise
    predicted = predict(start, step_s, SEEN, SETTINGS)
    assert covariance(predicted) == pytest.approx(wanted)
    gain = wanted[:, :1] / (wanted[0, 0] + measured_var)
    seen = correct(predicted, ONLY, box(10, -5), score(), SETTINGS)
    assert covariance(seen) == pytest.approx((np.eye(2) - gain @ [[1, 0]]) @ wanted)
    assert seen.centre_px[0] == pytest.approx([10 * gain[0, 0], -5 * gain[0, 0]])
    assert seen.velocity_pxps[0] == pytest.approx([10 * gain[1, 0], -5 * gain[1, 0]])


def test_a_coasting_track_travels_no_further_than_its_speed_times_the_time_constant():
    motion = predict(driven(list(np.arange(0, 2, 0.1)), 100), 60.0, ~SEEN, SETTINGS)
    start_px = 100 * 1.9
    assert motion.centre_px[0, 0] == pytest.approx(start_px + 100 * SETTINGS.coast_s, rel=0.03)
    assert abs(motion.velocity_pxps[0, 0]) < 1


def test_coasting_in_one_step_or_in_many_ends_at_the_same_place():
    start = driven(list(np.arange(0, 2, 0.1)), 100)
    once, often = predict(start, 1.0, ~SEEN, SETTINGS), start
    for _ in range(20):
        often = predict(often, 0.05, ~SEEN, SETTINGS)
    assert often.centre_px == pytest.approx(once.centre_px)
    assert often.velocity_pxps == pytest.approx(once.velocity_pxps)


def test_a_weak_detection_moves_a_track_less_than_a_strong_one():
    motion = predict(driven(list(np.arange(0, 1, 0.1)), 0), 0.1, SEEN, SETTINGS)
    weak, strong = (correct(motion, ONLY, box(10, 0), score(value), SETTINGS).centre_px[0, 0] for value in (0.1, 0.9))
    assert 0 < weak < strong < 10


def test_correcting_one_track_leaves_the_others_alone():
    motion = begin(np.concatenate([box(0, 0), box(500, 0)]), np.ones(2, np.float32), SETTINGS)
    seen = correct(motion, np.array([1]), box(510, 5), score(), SETTINGS)
    assert np.array_equal(seen.centre_px[0], motion.centre_px[0])
    assert seen.centre_px[1, 0] > 500


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 5),
            st.booleans(),
            st.floats(-2000, 2000),
            st.floats(1, 900),
            st.floats(1, 900),
            st.floats(0, 1),
        ),
        max_size=25,
    )
)
def test_variances_stay_positive_and_sizes_real(steps: list[tuple[float, bool, float, float, float, float]]):
    motion = begin(box(0, 0), score(), SETTINGS)
    for step_s, coasting, place_px, width_px, height_px, value in steps:
        motion = predict(motion, step_s, np.array([coasting]), SETTINGS)
        motion = correct(motion, ONLY, box(place_px, 0, width_px, height_px), score(value), SETTINGS)
    assert np.linalg.eigvalsh(covariance(motion)).min() >= -1e-6 * covariance(motion).max()
    assert (motion.place_var > 0).all()
    assert (motion.size_var > 0).all()
    assert (motion.size_px > 0).all()
    assert np.isfinite(motion.xyxy_px()).all()

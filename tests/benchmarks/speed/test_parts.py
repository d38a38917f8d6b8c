import numpy as np
import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.speed import cameras
from benchmarks.speed.camera_trial import Trial
from benchmarks.speed.frame_loop import judged
from benchmarks.speed.material import clip
from benchmarks.speed.spread import ratio, spread
from benchmarks.speed.swarm import SIZE_PX, swarm
from benchmarks.speed.tracker import growth
from benchmarks.speed.worker import Lap


def lap(fps: float, counted: int = 0, suppression_s: float = 0.0, rss_mb: float = 100.0) -> Lap:
    return Lap(10, counted, 10 / fps, 0.5, suppression_s, rss_mb)


def test_a_spread_is_median_and_middle_four_fifths():
    found = spread([float(value) for value in range(11)])
    assert (found.median, found.p10, found.p90, found.count) == (5, 1, 9, 11)
    with pytest.raises(ValueError, match="found none"):
        spread([])


@pytest.mark.parametrize(("ours", "theirs", "wanted"), [(3.0, 2.0, 1.5), (None, 2.0, None), (3.0, None, None)])
def test_a_ratio_needs_both_sides(ours, theirs, wanted):
    assert ratio(ours, theirs) == wanted


def test_ratios_are_taken_within_each_round_against_the_best_bare_network():
    laps = {
        "ours": [lap(20), lap(40)],  # the machine was busy in the first round, for all alike
        "bare_openvino": [lap(25), lap(50)],
        "bare_onnxruntime": [lap(20), lap(40)],
        "track_openvino": [lap(10, rss_mb=400), lap(20, rss_mb=400)],
        "ours_every_k": [lap(50, counted=4), lap(100, counted=4)],
    }
    found = judged(laps)
    assert found["best_bare"] == "bare_openvino"
    assert found["ratio_to_bare"] == pytest.approx(0.8)
    assert found["ratio_to_track_openvino"] == pytest.approx(2.0)
    assert found["ratio_to_track_onnx"] is None
    assert found["ratio_rss_to_track_openvino"] == 0.25
    assert found["every_k"] == {"k": 3, "ratio_to_bare": 2.0, "counts_difference": 4}


def test_the_swarm_is_the_same_for_the_same_seed_and_stays_near_the_picture():
    one, other = swarm(50, 3), swarm(50, 3)
    assert all(np.array_equal(a.xyxy_px, b.xyxy_px) for a, b in zip(one, other, strict=True))
    middle = (one[2].xyxy_px[:, :2] + one[2].xyxy_px[:, 2:]) / 2
    assert (middle > -20).all()
    assert (middle < np.array(SIZE_PX) + 20).all()


def test_growth_is_the_exponent_of_the_cost():
    objects = {str(number): {"ours_ms": spread([number / 100])} for number in (100, 400)}
    assert growth(objects) == 1.0


def test_a_video_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BenchmarkError, match=r"none\.mp4: wanted a video file"):
        clip(tmp_path / "none.mp4")


@pytest.mark.parametrize("most", [0, 1, 3, 5])
def test_the_most_cameras_held_are_found(monkeypatch: pytest.MonkeyPatch, most: int):
    """A machine that holds `most`, while the processor time of one camera promises four."""

    def run(trial: Trial) -> dict[str, float]:
        fps = 10.0 if trial.cameras <= most else 5.0
        return {"cameras": trial.cameras, "slowest_fps": fps, "age_p99_s": 0.1, "cpu_share": 0.25}

    monkeypatch.setattr(cameras, "run", run)
    found = cameras.capacity(Trial("", "", 1, 1, 1.0), tries=8)
    assert (found["cameras_held"], found["cameras_by_cpu"]) == (most, 4.0)

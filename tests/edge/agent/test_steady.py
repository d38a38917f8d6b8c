"""A clock that is set and a scene that is edited while the watch goes on."""

import hashlib
import os

import pytest

from edge.agent.steady import ClockWatch, LabelDrift, SceneWatch
from violations.evidence.record import ClockQuality

GOOD = ClockQuality(synchronised=True, error_s=0.01)


class Clocks:
    def __init__(self):
        self.wall_s, self.steady_s = 1_800_000_000.0, 50.0

    def pass_s(self, seconds):
        self.wall_s += seconds
        self.steady_s += seconds


def watch_of(clocks, quality=GOOD):
    return ClockWatch(lambda: quality, lambda: clocks.wall_s, lambda: clocks.steady_s)


def test_a_clock_nobody_sets_is_as_good_as_the_kernel_says():
    clocks = Clocks()
    watch = watch_of(clocks)
    clocks.pass_s(86_400)
    assert watch.quality() == GOOD


@pytest.mark.parametrize("step_s", [2.5, -2.5, 0.09])
def test_a_step_is_added_to_the_error_and_said_once(step_s, caplog):
    clocks = Clocks()
    watch = watch_of(clocks)
    clocks.pass_s(10)
    clocks.wall_s += step_s
    assert watch.quality().error_s == pytest.approx(0.01 + abs(step_s), abs=1e-5)
    assert watch.quality().error_s == pytest.approx(0.01 + abs(step_s), abs=1e-5)
    assert caplog.text.count(f"the clock was set by {step_s:+.2f} s") == 1


def test_of_a_clock_nobody_vouches_for_a_step_changes_nothing():
    clocks = Clocks()
    watch = watch_of(clocks, ClockQuality(synchronised=False, error_s=None))
    clocks.wall_s += 5
    assert watch.quality() == ClockQuality(synchronised=False, error_s=None)


@pytest.fixture
def scene(tmp_path):
    file = tmp_path / "scene.yaml"
    file.write_text("version: 1\n")
    return file


def scene_watch(file, clocks):
    return SceneWatch(file, hashlib.sha256(file.read_bytes()).hexdigest(), lambda: clocks.steady_s)


def test_a_scene_that_is_only_touched_is_intact(scene, caplog):
    clocks = Clocks()
    watch = scene_watch(scene, clocks)
    assert watch.intact()
    os.utime(scene, (1, 1))
    clocks.pass_s(60)
    assert watch.intact()
    assert not caplog.text


@pytest.mark.parametrize("harm", [lambda file: file.write_text("version: 1 \n"), lambda file: file.unlink()])
def test_a_scene_that_is_edited_or_taken_away_is_not_and_stays_so_and_is_said_once(scene, caplog, harm):
    clocks = Clocks()
    watch = scene_watch(scene, clocks)
    assert watch.intact()
    harm(scene)
    assert watch.intact(), "it looks only now and then"
    clocks.pass_s(3)
    assert not watch.intact()
    scene.write_text("version: 1\n")
    clocks.pass_s(3)
    assert not watch.intact()
    assert caplog.text.count("every finding from now on is for information only") == 1


def drifted(per_frame_s, late=lambda _: 0.0, frames=2000):
    """The error of a label after 80 s of a camera whose clock runs wrong, its pictures late by chance."""
    drift = LabelDrift()
    for number in range(frames):
        media_s = number * 0.04
        drift.see(media_s, 1000.0 + media_s * (1 + per_frame_s) + late(number))
    return drift.added_to(GOOD).error_s - GOOD.error_s


def test_a_camera_whose_clock_runs_right_adds_nothing_however_late_its_pictures():
    assert drifted(0.0, late=lambda number: (number * 7 % 13) / 20) < 0.001


def test_a_camera_whose_clock_runs_wrong_adds_what_it_has_drifted():
    assert drifted(0.001, late=lambda number: (number * 7 % 13) / 20) == pytest.approx(0.07, abs=0.01)


def test_of_a_clock_nobody_vouches_for_drift_changes_nothing():
    unknown = ClockQuality(synchronised=None, error_s=None)
    drift = LabelDrift()
    drift.see(0.0, 5.0)
    assert drift.added_to(unknown) == unknown
    assert LabelDrift().added_to(GOOD) == GOOD

"""What the agent keeps of its camera's view, and what it says of counts made while that view was moved."""

import cv2
import numpy as np
import pytest

from edge.agent.camera_check import CameraCheck, ViewMemory, check_of
from vision.events.bodies import Counts
from vision.events.camera import CameraState
from vision.frame import Frame
from vision.health.camera import CameraHealth
from vision.health.settings import HealthSettings

SHA = "ab" * 32


def scenery():
    rng = np.random.default_rng(8)
    picture = np.full((180, 320, 3), 90, np.uint8)
    for _ in range(120):
        x, y, width, height = (int(one) for one in rng.integers((0, 0, 8, 8), (320, 180, 40, 40)))
        cv2.rectangle(picture, (x, y), (x + width, y + height), rng.integers(20, 220, 3).tolist(), -1)
    return picture


def play(check, seconds, shift_px=0, since_s=0.0):
    """Everything said over the frames of so many seconds at 10 a second."""
    picture = np.roll(scenery(), shift_px, axis=1)
    rng = np.random.default_rng(3)
    said = []
    for number in range(round(seconds * 10)):
        noise = rng.integers(-2, 3, picture.shape, dtype=np.int16)
        image = np.clip(picture + noise, 0, 255).astype(np.uint8)
        index = round(since_s * 10) + number
        said += check.see(Frame(index, index / 10, image, 0.0))
    return said


def counts(since_s, until_s):
    return Counts(line="l", since_s=since_s, until_s=until_s, coverage=1, counts={})


def test_counts_made_under_a_moved_view_are_marked_and_the_others_are_not():
    check = CameraCheck(CameraHealth(HealthSettings(interval_s=600)))
    play(check, 12)
    play(check, 12, shift_px=30, since_s=12)
    play(check, 10, since_s=24)
    marked = check.marked([counts(0, 9), counts(9, 18), counts(18, 27), counts(28.5, 34)])
    assert [one.view_moved for one in marked] == [False, True, True, False]


def test_the_view_is_known_again_after_a_restart_and_a_turned_camera_is_told(tmp_path):
    play(check_of(tmp_path, SHA), 30)
    assert len(ViewMemory(tmp_path, SHA).load()) == 1
    assert [one for one in play(check_of(tmp_path, SHA), 10) if isinstance(one, CameraState)] == []
    [started] = [one for one in play(check_of(tmp_path, SHA), 10, shift_px=30) if isinstance(one, CameraState)]
    assert started.trouble == "view_moved"


def test_another_scene_file_remembers_nothing(tmp_path):
    play(check_of(tmp_path, SHA), 30)
    assert ViewMemory(tmp_path, "cd" * 32).load() == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip file", b"\x93NUMPY"])
def test_a_memory_that_cannot_be_read_is_none(tmp_path, caplog, content):
    (tmp_path / f"view-{SHA[:16]}.npz").write_bytes(content)
    assert ViewMemory(tmp_path, SHA).load() == []
    assert "found none to read" in caplog.text


def test_a_disk_that_refuses_leaves_the_old_memory_and_nothing_half_written(small_disk, fill, caplog):
    memory = ViewMemory(small_disk, SHA)
    memory.keep([np.full((90, 160), 7, np.uint8)])
    fill(small_disk)
    memory.keep([np.random.default_rng(1).integers(0, 255, (90, 160), dtype=np.uint8)])
    assert "could not be kept" in caplog.text
    assert [view[0, 0] for view in memory.load()] == [7]
    assert [file.suffix for file in small_disk.iterdir() if file.name != "ballast"] == [".npz"]

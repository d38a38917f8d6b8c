import json

import numpy as np
import pytest

from benchmarks.accuracy.incidents import (
    SCENES,
    Moment,
    Row,
    Truth,
    as_markdown,
    clips,
    row_of,
    turned_round,
    wrong_frames,
)
from benchmarks.errors import BenchmarkError
from vision.geometry.scene import load_scene
from vision.tracks import Tracks

SCENE = SCENES / "nl_motorway.yaml"
SIZE_PX = (1000, 1000)


def moment(frame, *boxes):
    """Confirmed cars at these boxes, ten frames a second; ids in order."""
    count = len(boxes)
    tracks = Tracks(
        np.arange(1, count + 1),
        np.array(boxes, np.float32).reshape(-1, 4),
        np.ones(count, np.float32),
        np.full(count, 2, np.int8),
        np.ones(count, np.bool_),
        np.ones(count, np.bool_),
        np.zeros(0, np.int64),
    )
    return Moment(frame, frame / 10, tracks)


def drive(y_of, frames=60):
    """One car in the left lane, whose feet are at y_of(frame)."""
    return [moment(frame, (350, y_of(frame) - 50, 400, y_of(frame))) for frame in range(frames)]


@pytest.mark.parametrize("scene", sorted(SCENES.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_scene_beside_the_benchmark_is_sound(scene):
    assert load_scene(scene).lanes


def test_lawful_driver_is_found_only_with_the_arrows_turned():
    row = row_of("clip", drive(lambda frame: 150 + 12 * frame), load_scene(SCENE), SIZE_PX, Truth((), 0))
    assert (row.found, row.others) == (0, ())
    assert (row.passed, row.turned) == (1, 1)


def test_wrong_way_driver_is_found_near_the_true_frame_and_other_else():
    seen, scene = drive(lambda frame: 900 - 12 * frame), load_scene(SCENE)
    near = row_of("clip", seen, scene, SIZE_PX, Truth((30,), 0))
    assert (near.found, near.others) == (1, ())
    far = row_of("clip", seen, scene, SIZE_PX, Truth((500,), 0))
    assert far.found == 0
    assert far.others[0].startswith("wrong_way at frame")


def test_arrows_turned_twice_are_as_before():
    scene = load_scene(SCENE)
    assert turned_round(turned_round(scene)) == scene
    assert turned_round(scene) != scene


def test_true_frames_are_read_from_the_counts(tmp_path):
    video = tmp_path / "clip.mp4"
    assert wrong_frames(video) == ()
    (tmp_path / "counts.json").write_text(json.dumps({"wrong_way": {"down_motorcycle_frames": [143]}}), "utf-8")
    assert wrong_frames(video) == (143,)


def test_unknown_clip_and_a_folder_without_videos_are_refused(tmp_path):
    with pytest.raises(BenchmarkError, match="nl_motorway"):
        list(clips(tmp_path, ["nowhere"]))
    with pytest.raises(BenchmarkError, match="wanted a video"):
        list(clips(tmp_path, ["nl_motorway"]))


def test_table_names_whatever_else_was_said():
    rows = [Row("clip", 9, 0, (143,), 1, (), 5, 4), Row("other", 9, 2, (), 0, ("jam at frame 3",), 0, 0)]
    lines = as_markdown(rows).splitlines()
    assert lines[2:] == [
        "| clip | 9 | 0 | 1 | 1 | none | 4 of 5 |",
        "| other | 9 | 2 | 0 | 0 | jam at frame 3 | 0 of 0 |",
    ]

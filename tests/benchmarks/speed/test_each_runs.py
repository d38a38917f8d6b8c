"""Each benchmark of speed runs on a tiny input and gives the figures it promises. Nothing here says how fast."""

import json
from pathlib import Path

import pytest

from benchmarks.speed import cameras, frame_loop, memory, plates, startup, tracker


def figures(capsys: pytest.CaptureFixture[str]) -> dict:
    found = json.loads(capsys.readouterr().out)
    assert {"date", "machine", "commit", "load"} <= found["made"].keys()
    return found


def test_the_frame_loop_gives_ratios_and_their_parts(tiny_clip: Path, capsys: pytest.CaptureFixture[str]):
    frame_loop.main(["--video", str(tiny_clip), "--model", "detector", "--frames", "4", "--seconds", "1", "--json"])
    found = figures(capsys)
    assert found["ratio_to_bare"] > 0
    assert found["overhead_cpu_ms"] > 0
    assert found["peak_rss_mb"]["ours"] > 0
    assert found["models"]["detector"]["ways"]["ours"]["fps"]["count"] >= 1
    assert found["every_k"]["k"] == 3
    measured = found["models"]["detector"]["ways"]
    for way in ("track_onnx", "track_openvino", "object_counter", "supervision"):
        assert way in measured or way in found["left_out"]


def test_the_tracker_gives_every_size_of_swarm(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.delenv("NGATU_TEST_DATA", raising=False)
    tracker.main(["--frames", "3", "--json"])
    found = figures(capsys)
    assert list(found["objects"]) == ["20", "50", "100", "200", "400"]
    assert all(one["ours_ms"]["median"] > 0 for one in found["objects"].values())
    assert "quality" in found["left_out"]


def test_the_cameras_are_tried_one_by_one(tiny_clip: Path, capsys: pytest.CaptureFixture[str]):
    few = ["--seconds", "0.2", "--tries", "1", "--frames", "4", "--way", "detector,every"]
    cameras.main(["--video", str(tiny_clip), *few, "--json"])
    found = figures(capsys)
    assert found["cameras"]["detector, every, 1 core"]["cameras_by_cpu"] > 0
    assert found["decode_alone_per_core"] > 0
    assert found["counts"]["every"] == {}


def test_the_plates_give_milliseconds(capsys: pytest.CaptureFixture[str]):
    plates.main(["--frames", "2", "--json"])
    found = figures(capsys)
    assert found["plate_ms"] > 0
    assert found["find_ms"] > 0


def test_the_memory_gives_a_slope(capsys: pytest.CaptureFixture[str]):
    memory.main(["--frames", "120", "--json"])
    found = figures(capsys)
    assert found["frames"] > 100
    assert found["rss_mb"] > 0
    assert "slope_mb_per_hour" in found


def test_the_start_gives_seconds_to_the_first_event(tiny_clip: Path, capsys: pytest.CaptureFixture[str]):
    startup.main(["--video", str(tiny_clip), "--rounds", "1", "--seconds", "60", "--json"])
    assert figures(capsys)["first_event_s"]["median"] > 0

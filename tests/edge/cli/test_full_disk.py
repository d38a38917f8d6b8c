"""A disk that fills up while a camera is watched: it goes on, says so, and loses nothing already committed."""

import ctypes
import json
import os
from pathlib import Path

import pytest

from edge.cli import watch as watch_module
from edge.outbox.outbox import Outbox


@pytest.fixture
def small_disk(tmp_path):
    """A mounted file system of four megabytes; skips where we may not mount."""
    folder = tmp_path / "small"
    folder.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, b"size=4m") != 0:
        pytest.skip(f"mounting a small disk needs root: {os.strerror(ctypes.get_errno())}")
    yield folder
    libc.umount2(bytes(folder), 2)


def fill(folder: Path) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        free = os.statvfs(folder)
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize)
    return ballast


@pytest.fixture
def at_frame(monkeypatch):
    """Do something while the watch looks at a frame."""
    real = watch_module.look

    def arrange(deeds):
        def look(*arguments):
            for seen in real(*arguments):
                deeds.get(seen.frame.index, lambda: None)()
                yield seen

        monkeypatch.setattr(watch_module, "look", look)

    return arrange


@pytest.fixture
def watch(ngatu, little_video, scene, tiny_model):
    def run(*words):
        base = ("--scene", scene, "--model", tiny_model, "--started-at", "2026-11-21 01:00:00")
        return ngatu("watch", little_video, *base, *words, "--json")

    return run


def test_events_that_never_found_room_are_counted_and_the_exit_code_tells(
    watch, small_disk, at_frame, tmp_path, events_in
):
    out = small_disk / "o.jsonl"
    at_frame({5: lambda: fill(small_disk)})
    # More than the block of 4096 bytes that the first event has taken can hold.
    said = watch("--out", out, "--data", tmp_path / "agent", "--interval", 1)
    assert said.code == 4
    kept = events_in(out)
    assert kept[0]["data"]["state"] == "started"
    assert (said.document["frames"], said.document["unkept"]) == (100, said.document["events"] - len(kept))
    assert said.document["unkept"] > 0
    assert said.document["counts"]["north"]["right_to_left"] == {"car": 1}
    assert said.err.count("looking goes on, events wait in memory") == 1
    assert "events could not be kept: the disk had no room" in said.err


def test_an_outbox_without_room_keeps_what_it_has_and_takes_the_rest_when_there_is_room(
    watch, small_disk, at_frame, closed_address
):
    ballast = []
    at_frame({5: lambda: ballast.append(fill(small_disk)), 60: lambda: ballast.pop().unlink()})
    said = watch("--centre", closed_address, "--data", small_disk / "agent")
    assert said.code == 3
    assert (said.document["unkept"], said.document["waiting"]) == (0, said.document["events"])
    with Outbox.open(small_disk / "agent" / "outbox.db") as outbox:
        places = [json.loads(row.envelope)["sequence"] for row in outbox.pending(100)]
    assert places == list(range(said.document["events"]))


def test_a_disk_that_is_full_before_the_start_is_one_sentence(watch, small_disk, closed_address):
    fill(small_disk)
    said = watch("--centre", closed_address, "--data", small_disk / "agent")
    assert said.code in (2, 4)
    assert said.err.startswith("ngatu: ")
    assert "No space left on device" in said.err or "no room left" in said.err
    assert "Traceback" not in said.err

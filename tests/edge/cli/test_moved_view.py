"""A real watch of a video whose view jumps aside and returns: told, marked, paused and resumed.

The view jumps 40 px aside at 24 s and is back at 42 s; a white car passes the line every four seconds all the while.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from vision.sources.writer import VideoWriter

SIZE_PX = (640, 360)
FPS = 10.0
AWAY_S, BACK_S, END_S = 24, 42, 60
JUMP_PX = 40
# Looked for every two seconds, and believed when it has lasted for six.
TOLD_WITHIN_S = 10.0
SCENE = """\
version: 1
camera: cam-1
lanes:
  road: {polygon: [[0.0, 0.45], [1.0, 0.45], [1.0, 0.85], [0.0, 0.85]], direction: [[0.1, 0.7], [0.9, 0.7]]}
counting_lines:
  middle: {line: [[0.5, 0.1], [0.5, 0.9]]}
"""


def scenery() -> np.ndarray:
    """Houses and windows, dark enough that only the car is bright."""
    rng = np.random.default_rng(11)
    picture = np.full((SIZE_PX[1], SIZE_PX[0]), 80, np.uint8)
    for _ in range(160):
        x, y, width, height = (int(each) for each in rng.integers((0, 0, 12, 12), (*SIZE_PX, 70, 70)))
        cv2.rectangle(picture, (x, y), (x + width, y + height), int(rng.integers(20, 150)), -1)
    return cv2.GaussianBlur(picture, (0, 0), 0.7)


def pictures() -> Sequence[np.ndarray]:
    still, rng, made = scenery(), np.random.default_rng(5), []
    for number in range(int(END_S * FPS)):
        picture = still.copy()
        left = int((number % 40) / 40 * (SIZE_PX[0] + 90)) - 90
        cv2.rectangle(picture, (left, 190), (left + 80, 240), 255, -1)
        if AWAY_S <= number / FPS < BACK_S:
            picture = np.roll(picture, JUMP_PX, axis=1)
        noise = rng.normal(0, 1.5, picture.shape)
        made.append(np.repeat(np.clip(picture + noise, 0, 255).astype(np.uint8)[..., None], 3, axis=2))
    return made


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("moved") / "moved.mp4"
    with VideoWriter(file, SIZE_PX, FPS) as writer:
        for number, picture in enumerate(pictures()):
            writer.write(picture, number / FPS)
    return file


@pytest.fixture
def bodies(
    ngatu: Callable[..., Any], video: Path, tiny_model: Path, tmp_path: Path, events_in: Callable[..., Any]
) -> Callable[[str], list[dict[str, Any]]]:
    """What the watch said, by type of event."""
    (tmp_path / "scene.yaml").write_text(SCENE)
    out = tmp_path / "events.jsonl"
    said = ngatu(
        "watch", video, "--scene", tmp_path / "scene.yaml", "--model", tiny_model, "--out", out, "--data",
        tmp_path / "agent", "--interval", "10", "--started-at", "2026-11-21T08:00:00Z",
    )  # fmt: skip
    assert said.code == 0, said.err
    return lambda kind: [one["data"] for one in events_in(out) if one["type"] == f"vn.ngatu.{kind}.v1"]


def test_a_view_that_jumps_and_returns_is_told_marked_paused_and_resumed(
    bodies: Callable[[str], list[dict[str, Any]]],
) -> None:
    started, ended = (one for one in bodies("camera_state") if one["trouble"] == "view_moved")
    assert (started["phase"], ended["phase"]) == ("started", "ended")
    assert started["since_s"] == pytest.approx(AWAY_S, abs=2.5)
    assert started["at_s"] <= AWAY_S + TOLD_WITHIN_S
    shift = next(one for one in started["measures"] if one["name"] == "shift")
    assert shift["value"] == pytest.approx(JUMP_PX, abs=2)
    assert BACK_S <= ended["until_s"] <= BACK_S + TOLD_WITHIN_S

    # Counting goes on, and what was counted meanwhile is marked.
    counts = {one["since_s"]: one for one in bodies("counts")}
    assert {since_s: one["view_moved"] for since_s, one in counts.items()} == {
        0.0: False, 10.0: False, 20.0: True, 30.0: True, 40.0: True, 50.0: False,
    }  # fmt: skip
    assert all(sum(one["counts"]["right_to_left"].values()) >= 2 for one in counts.values())

    # What needs the places of the scene pauses from when it is known until the view is back.
    for kind in ("line_facts", "lane_facts"):
        quarters = [one for one in bodies(kind) if one["until_s"] - one["since_s"] == 15]
        coverage = {
            since_s: [one["coverage"] for one in quarters if one["since_s"] == since_s] for since_s in (0, 30, 45)
        }
        assert min(coverage[0]) > 0.98
        assert max(coverage[30]) < 0.4
        assert min(coverage[45]) > 0.9
    resumed = [one["vehicles"]["value"] for one in bodies("line_facts") if one["since_s"] == 45]
    assert max(resumed) >= 2

"""What an agent is put together from, and what its operator is told beforehand."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.agent.start import Post, build_agent, open_for_evidence, why_no_rules
from edge.errors import UsageError
from models.registry.resolve import ResolvedModel
from vision.detect.card import ModelCard
from vision.events.lamps import LampSpan, LampTimeline
from vision.geometry.scene import Scene

LINES = {"north": {"line": [[0.5, 0.1], [0.5, 0.9]], "entering": "right_to_left", "signal_group": "a"}}
CALIBRATION = {
    "source": "tape",
    "points": [{"at": [x, y], "metres": [9 * x, 9 * y]} for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))],
}
CONTRADICTORY = {
    "source": "a guess",
    "points": [
        {"at": at, "metres": metres}
        for at, metres in (
            ([0.12, 0.9], [0, 0]),
            ([0.9, 0.9], [14, 0]),
            ([0.6, 0.2], [14, 50]),
            ([0.4, 0.2], [0, 50]),
            ([0.44, 0.35], [3, 30]),
        )
    ],
}
RED = LampTimeline(group="a", spans=(LampSpan(state="red", since_s=0, until_s=9, error_s=0.1, origin="file"),))


def scene(**parts):
    return Scene.model_validate({"version": 1, "camera": "cam-1"} | parts)


@pytest.mark.parametrize(
    ("place", "lamps", "told"),
    [
        (scene(), {}, None),
        (scene(stop_lines=LINES, calibration=CALIBRATION), {"a": RED}, None),
        (scene(stop_lines=LINES), {"a": RED}, "no calibration"),
        (scene(stop_lines=LINES, calibration=CONTRADICTORY), {"a": RED}, "calibration points contradict each other"),
        (scene(stop_lines=LINES, calibration=CALIBRATION), {}, "no lamp states for the stop line north"),
        (scene(stop_lines=LINES, calibration=CALIBRATION), {"b": RED}, "no lamp states for the stop line north"),
    ],
    ids=["no stop line", "all there", "no calibration", "contradiction", "no lamps", "another lamp"],
)
def test_the_operator_is_told_why_nobody_is_judged(drive, place, lamps, told):
    with open_for_evidence(str(drive), place) as source:
        said = why_no_rules(place, lamps, source)
    assert said is None if told is None else told in (said or "")


def test_a_folder_of_pictures_has_no_packets_to_keep_as_proof(tmp_path, drive):
    import cv2
    import numpy as np

    cv2.imwrite(str(tmp_path / "1.png"), np.zeros((48, 64, 3), np.uint8))
    place = scene(stop_lines=LINES, calibration=CALIBRATION)
    with open_for_evidence(str(tmp_path), place) as source:
        assert "no encoded video to keep as proof" in (why_no_rules(place, {"a": RED}, source) or "")


def post(folder: Path, place: Scene, lamps: dict[str, LampTimeline]) -> Post:
    (folder / "scene.yaml").write_text("a scene")
    card = ModelCard.model_validate(
        {
            "name": "m",
            "version": "1",
            "head": "yolo",
            "input": {"width_px": 32, "height_px": 32, "colour": "rgb", "scale": 1, "placement": "centre"},
            "classes": ["car"],
            "licence": "none",
            "source": "test",
        }
    )
    return Post(
        camera="cam-1",
        boot="b1",
        scene=place,
        scene_file=folder / "scene.yaml",
        scene_sha256="2" * 64,
        model=ResolvedModel(folder / "m.onnx", card),
        model_sha256="1" * 64,
        lamps=lamps,
        folder=folder,
        interval_s=15,
        started_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


class Nowhere:
    def commit(self, events, media=()):
        """Takes everything."""


@pytest.mark.parametrize(
    ("place", "lamps", "made"),
    [
        (scene(stop_lines=LINES, calibration=CALIBRATION), {"a": RED}, True),
        (scene(stop_lines=LINES, calibration=CALIBRATION), {}, False),
        (scene(counting_lines={"a": {"line": [[0.5, 0.1], [0.5, 0.9]]}}), {"a": RED}, False),
    ],
)
def test_a_place_for_evidence_is_made_only_where_somebody_may_be_accused(tmp_path, drive, place, lamps, made):
    with open_for_evidence(str(drive), place) as source:
        agent = build_agent(post(tmp_path, place, lamps), source, Nowhere())
    assert (tmp_path / "evidence").is_dir() == made
    assert agent.summary.lines == tuple(line.name for line in place.lines((160, 96)))


def test_an_evidence_folder_that_cannot_be_written_stops_the_agent_before_it_starts(tmp_path, drive):
    place = scene(stop_lines=LINES, calibration=CALIBRATION)
    (tmp_path / "evidence").write_text("in the way")
    with open_for_evidence(str(drive), place) as source, pytest.raises(UsageError, match="evidence"):
        build_agent(post(tmp_path, place, {"a": RED}), source, Nowhere())

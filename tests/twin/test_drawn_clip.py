"""The drawn clip: what its files say is what its traffic did."""

import json

import numpy as np
import pytest

from edge.lamps.file import load_timelines
from models.datasets.drawn.room import boxes_apart
from twin.clip_scene import GROUP, STOP_LINE, lamps_yaml, lines_px, scene_yaml
from twin.clip_truth import INWARDS, as_json, boxes_of, crossings_of
from twin.drawn_clip import pictures, stage_play
from twin.errors import TwinError
from twin.junction import CAMERA, LIGHT_A, SIZE_PX, STOP_Y_M, moments
from vision.events.lamps import Lamp
from vision.geometry.scene import load_scene
from vision.vehicles import VehicleKind

SECONDS = 26.0


@pytest.fixture(scope="module")
def play():
    return stage_play(7, SECONDS)


@pytest.fixture(scope="module")
def boxes(play):
    return boxes_of(CAMERA, play[0])


@pytest.fixture(scope="module")
def crossings(play, boxes):
    return crossings_of(boxes, lines_px(CAMERA), play[0])


def test_one_car_and_one_motorbike_run_the_red_light_at_speed(play):
    offences = play[1]
    assert sorted(one.kind for one in offences) == [VehicleKind.MOTORBIKE, VehicleKind.CAR]
    assert all(one.into_red_s > 1 and one.speed_mps > 6 for one in offences)


def test_nobody_else_passes_the_stop_line_while_it_is_red(play, crossings):
    offenders = {one.number for one in play[1]}
    at_red = {one.number for one in crossings if one.line == STOP_LINE and LIGHT_A.at(one.at_s) is Lamp.RED}
    assert at_red == offenders


def test_crossings_agree_with_the_trajectories(play, crossings):
    for one in crossings:
        if one.line != STOP_LINE:
            continue
        assert one.direction is INWARDS
        before, after = (
            next(seen for seen in moment.everyone if seen.number == one.number)
            for moment in (play[0][int(one.at_s * 25) - 12], play[0][min(int(one.at_s * 25) + 13, len(play[0]) - 1)])
        )
        assert before.rear_m < 0 < after.front_m
    passed = {seen.number for seen in play[0][-1].everyone if seen.road == "A" and seen.rear_m > 1}
    waiting = {seen.number for seen in play[0][0].everyone if seen.road == "A" and seen.front_m < 0}
    assert passed & waiting <= {one.number for one in crossings if one.line == STOP_LINE}


def test_vehicles_queue_and_leave_without_overlapping(play):
    queue = [one for one in play[0][int(6.5 * 25)].everyone if one.road == "A" and -15 < one.front_m <= 0]
    assert len(queue) >= 4
    assert max(one.speed_mps for one in queue if one.front_m > -3) < 1
    assert all(boxes_apart([one.at for one in moment.everyone]) for moment in play[0][::10])


def test_scene_file_loads_and_its_calibration_is_exact(tmp_path):
    file = tmp_path / "scene.yaml"
    file.write_text(scene_yaml(CAMERA), "utf-8")
    scene = load_scene(file)
    plane = scene.ground_plane(SIZE_PX)
    assert plane is not None and plane.residual_worst_m < 1e-4
    assert scene.stop_lines[STOP_LINE].signal_group == GROUP
    stop = np.array(next(line for line in scene.lines(SIZE_PX) if line.name == STOP_LINE).ends_px)
    assert plane.to_metres(stop)[:, 1] == pytest.approx([STOP_Y_M, STOP_Y_M], abs=1e-3)


def test_lamp_file_tells_what_the_lamp_showed(tmp_path):
    file = tmp_path / "lamps.yaml"
    file.write_text(lamps_yaml(SECONDS), "utf-8")
    timeline = load_timelines(file)[GROUP]
    for tenth in range(int(SECONDS * 10)):
        span = timeline.at(tenth / 10 + 0.01)
        assert span is not None and span.state is LIGHT_A.at(tenth / 10 + 0.01)


def test_truth_counts_are_the_sums_of_its_crossings(play, crossings):
    truth = json.loads(json.dumps(as_json(crossings, play[1], {"stop_line": STOP_LINE})))
    for line, ways in truth["counts"].items():
        assert sum(sum(kinds.values()) for kinds in ways.values()) == sum(
            one["line"] == line for one in truth["crossings"]
        )
    assert {one["kind"] for one in truth["red_light"]} == {"car", "motorbike"}


def test_same_seed_gives_the_same_traffic_and_pictures(play):
    first, second = (list(moments(7, 1, 1.0)) for _ in range(2))
    assert first == second != list(moments(7, 2, 1.0))
    one, other = (list(pictures(7, play[0][300:302])) for _ in range(2))
    assert np.array_equal(one, other)
    assert one[0].shape == (SIZE_PX[1], SIZE_PX[0], 3)


def test_traffic_that_never_comes_out_as_wanted_is_said(monkeypatch):
    monkeypatch.setattr("twin.drawn_clip.ATTEMPTS", 0)
    with pytest.raises(TwinError, match="seed 7"):
        stage_play(7, SECONDS)

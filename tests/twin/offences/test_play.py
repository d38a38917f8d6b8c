"""Plays: what is committed is in the truth, and nobody else commits anything."""

import numpy as np
import pytest

from models.datasets.drawn.mesh import Cover
from twin.errors import TwinError
from twin.offences.cast import FPS, touching
from twin.offences.play import PLACES, Wanted, offences_at, play
from twin.offences.sky import Condition
from twin.offences.write import boxes_of, truth_of
from vision.events.lamps import Lamp
from vision.geometry.scene import load_scene


def test_every_offence_of_the_place_is_committed_once_and_told(staged):
    truth = truth_of(staged, boxes_of(staged))
    done = [one["offence"] for one in truth["offences"] if one["judged"]]
    assert sorted(done) == sorted(offences_at(staged.place.name))
    for one in truth["offences"]:
        assert 0 <= one["since_s"] < one["until_s"] <= staged.wanted.seconds
        assert 0 <= one["hidden"] <= 1


def test_somebody_comes_close_to_each_kind_of_offence_lawfully(staged):
    lawful = [one for one in staged.everyone if one.act.startswith("lawful")]
    assert lawful
    assert all(not one.claims for one in lawful)


def test_nobody_drives_through_anybody(staged):
    everyone = staged.everyone
    for place, one in enumerate(everyone):
        for other in everyone[:place]:
            assert not touching(one.trace, one.body, other.trace, other.body, 0.0).any(), (one.act, other.act)


def test_the_scene_file_names_the_offences_that_are_committed(staged, tmp_path):
    file = tmp_path / "scene.yaml"
    file.write_text(staged.place.scene_yaml(), "utf-8")
    scene = load_scene(file)
    told = {rule.offence for rule in scene.rules.values()}
    told |= {"red_light"} if scene.stop_lines else set()
    told |= {"two_passengers", "three_passengers"} if "passengers" in told else set()
    assert told - {"passengers"} == set(offences_at(staged.place.name))
    plane = scene.ground_plane(staged.place.camera.size_px)
    assert plane is not None
    assert plane.residual_worst_m < 0.01


def test_the_crowd_rides_in_helmets_with_plates_and_at_most_two_together(staged):
    for one in staged.everyone:
        if one.act == "crowd" and one.body.kind.label == "motorbike":
            assert set(one.body.heads) == {Cover.HELMET}
            assert len(one.body.heads) <= 2
            assert one.body.text


def test_the_same_seed_gives_the_same_play_and_another_gives_another():
    first, again, other = (play(Wanted("gate", Condition.NIGHT, seed, 14.0, "no_helmet")) for seed in (5, 5, 6))
    assert [one.act for one in first.everyone] == [one.act for one in again.everyone]
    np.testing.assert_array_equal(first.everyone[0].trace.x_m, again.everyone[0].trace.x_m)
    assert not np.array_equal(first.everyone[0].trace.x_m, other.everyone[0].trace.x_m)


def test_nobody_of_the_crowd_passes_the_line_at_red(staged):
    if not staged.place.stop_lines:
        return
    light, line = staged.place.light, staged.place.stop_lines["stop"][0][1]
    left, right = (end[0] for end in staged.place.stop_lines["stop"])
    assert light is not None
    for one in staged.everyone:
        if one.act != "crowd":
            continue
        front = one.trace.y_m + one.body.ahead_m
        over = (front[:-1] <= line) & (front[1:] > line) & (left < one.trace.x_m[1:]) & (one.trace.x_m[1:] < right)
        ahead = np.abs(one.trace.heading_rad[1:]) < 0.5
        for frame in np.flatnonzero(over & ahead):
            assert light.at((frame + 1) / FPS) is not Lamp.RED


def test_a_place_that_does_not_exist_is_a_mistake():
    with pytest.raises(TwinError, match="moon"):
        play(Wanted("moon", Condition.DAY, 1, 20.0))
    assert set(PLACES) == {"junction", "avenue", "kerb", "gate"}

"""The surveyor on a scene of one line, with nobody in view."""

import numpy as np
import pytest

from edge.agent.surveyor import Surveyor
from edge.loop.seen import Seen
from vision.events.facts import GreenFacts, LineFacts
from vision.events.incidents import SwarmFlow
from vision.events.lamps import Lamp, LampSpan, LampTimeline
from vision.frame import Frame
from vision.geometry.scene import Scene
from vision.pcu import pcu_table
from vision.tracks import Tracks

SCENE = Scene.model_validate(
    {
        "version": 1,
        "camera": "c",
        "stop_lines": {"stop": {"line": [[0, 0.5], [1, 0.5]], "entering": "right_to_left", "signal_group": "main"}},
    }
)
GREEN = LampTimeline(group="main", spans=(LampSpan(state=Lamp.GREEN, since_s=5.0, until_s=12.0),))


def moment(at_s):
    none, names = np.zeros(0, np.bool_), np.zeros(0, np.int64)
    boxes = np.zeros((0, 4), np.float32)
    tracks = Tracks(names, boxes, np.zeros(0, np.float32), np.zeros(0, np.int8), none, none, names)
    return Seen(Frame(round(at_s * 5), at_s, np.zeros((48, 64, 3), np.uint8), 0.0), tracks, ())


@pytest.fixture
def surveyor():
    return Surveyor(SCENE, (64, 48), {"main": GREEN}, pcu_table("hanoi_motorbike_units_2012"))


def test_facts_come_when_their_interval_is_over_and_speak_of_its_units_and_greens(surveyor):
    said = [(at_s, body) for at_s in (frame / 5 for frame in range(100)) for body in surveyor.see(moment(at_s))]
    [line, *_] = [(at_s, body) for at_s, body in said if isinstance(body, LineFacts)]
    assert line[0] == pytest.approx(17.0, abs=0.3)
    assert (line[1].since_s, line[1].until_s, line[1].pcu_unit) == (0, 15, "mcu")
    [green] = [body for _, body in said if isinstance(body, GreenFacts)]
    assert (green.signal_group, green.since_s, green.until_s) == ("main", 5.0, 12.0)


def test_what_is_still_open_is_said_at_the_end(surveyor):
    for frame in range(20):
        assert surveyor.see(moment(frame / 5)) == []
    assert {body.until_s - body.since_s for body in surveyor.finish()} == {15, 60, 300, 900}


def test_the_flow_over_each_line_and_way_is_told_every_interval_with_how_it_was_counted(surveyor):
    said = [body for frame in range(100) for body in surveyor.see(moment(frame / 5))]
    flows = [body for body in said if isinstance(body, SwarmFlow)]
    assert [(one.line, one.since_s, one.until_s, one.mode) for one in flows] == [("stop", 0, 15, "tracked")] * 2
    assert len({one.direction for one in flows}) == 2

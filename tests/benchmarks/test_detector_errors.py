import json

import numpy as np
import pytest

from benchmarks.accuracy.counts import read_truths
from benchmarks.accuracy.detector_errors import (
    Errors,
    Passage,
    Watched,
    fit,
    left_out,
    read_passages,
    take_in,
    tell_apart,
)
from vision.events.bodies import Crossing, Direction
from vision.tracks import Tracks

UP = "right_to_left"


def crossing(frame, track=1, vehicle="car", x=0.5, direction=UP):
    return Crossing(
        line="line", role="counting", track=track, vehicle=vehicle, direction=Direction(direction), frame=frame,
        at_s=frame / 25, at_error_s=0.04, x=x, y=0.5,
    )  # fmt: skip


def car(frame):
    return Passage(UP, "car", frame, frame)


def told(passages, crossings, at_line=()):
    found = tell_apart("clip", passages, Watched(list(crossings), list(at_line)))
    return {name: getattr(found, name) for name in ("matched", "missed", "dropped", "false", "stuck_on", "mistaken")}


NONE = {"matched": 1, "missed": 0, "dropped": 0, "false": 0, "stuck_on": 0, "mistaken": 0}


@pytest.mark.parametrize(
    ("crossings", "at_line", "wanted"),
    [
        ([crossing(104)], [], {}),
        ([crossing(104, vehicle="truck")], [], {"mistaken": 1}),
        ([crossing(104), crossing(130)], [], {"stuck_on": 1}),
        ([crossing(104), crossing(130, track=2, x=0.55)], [], {"stuck_on": 1}),
        ([crossing(104), crossing(110, track=2, x=0.9)], [], {"false": 1}),
        ([crossing(300)], [], {"matched": 0, "missed": 1, "false": 1}),
        ([crossing(104, direction="left_to_right")], [], {"matched": 0, "missed": 1, "false": 1}),
        ([], [(98, 7)], {"matched": 0, "dropped": 1}),
        ([], [(400, 7)], {"matched": 0, "missed": 1}),
        ([crossing(300)], [(98, 1)], {"matched": 0, "missed": 1, "false": 1}),
    ],
)
def test_each_error_has_its_name(crossings, at_line, wanted):
    assert told([car(100)], crossings, at_line) == {**NONE, **wanted}


def test_each_crossing_answers_for_one_passage_and_kinds_are_not_mixed_without_need():
    bike = Passage(UP, "motorbike", 102, 102)
    found = told([car(100), bike], [crossing(101, 1, "motorbike"), crossing(103, 2, "car")])
    assert (found["matched"], found["mistaken"]) == (2, 0)


def test_passages_without_a_frame_may_be_anywhere_in_the_window(tmp_path):
    clip = tmp_path / "videos/clip"
    clip.mkdir(parents=True)
    given = {
        "video": "v.mp4",
        "line": [[0, 5], [9, 5]],
        "window": [3, 90],
        "counts": {"up": {"motorcycle": 2, "car": 1}, "down": {}},
        "events_approx_frames": {"car_up": [40], "motorcycle_up": "somewhere"},
    }
    (clip / "counts.json").write_text(json.dumps(given), "utf-8")
    [truth] = read_truths(tmp_path)
    assert sorted(read_passages(truth), key=lambda one: one.kind) == [
        Passage(UP, "car", 40, 40),
        Passage(UP, "motorbike", 3, 90),
        Passage(UP, "motorbike", 3, 90),
    ]


def test_only_confirmed_tracks_close_to_the_line_are_followed_there(tmp_path):
    clip = tmp_path / "videos/clip"
    clip.mkdir(parents=True)
    given = {"video": "v.mp4", "line": [[0, 50], [90, 50]], "window": [0, 9], "counts": {"up": {}}}
    (clip / "counts.json").write_text(json.dumps(given), "utf-8")
    [truth] = read_truths(tmp_path)
    boxes = np.array([(0, 30, 10, 45), (20, 30, 30, 45), (40, 80, 50, 95)], np.float32)
    tracks = Tracks(
        np.array([1, 2, 3]), boxes, np.ones(3, np.float32), np.zeros(3, np.int8), np.array([True, False, True]),
        np.ones(3, np.bool_), np.zeros(0, np.int64),
    )  # fmt: skip
    watched = Watched()
    take_in(watched, truth, 4, tracks, [crossing(4), crossing(12)])
    assert watched.at_line == [(4, 1)]
    assert [one.frame for one in watched.crossings] == [4]


def clean(name, number):
    return Errors(name, number, number, number, 0, 0, 0, 0, 0)


def test_rates_add_up_over_the_clips():
    model = fit([Errors("a", 10, 11, 9, 1, 0, 1, 1, 2), Errors("b", 10, 10, 10, 0, 0, 0, 0, 0)])
    assert (model.missed.errors, model.missed.chances) == (1, 20)
    assert (model.stuck_on.errors, model.stuck_on.chances) == (1, 21)
    assert (model.mistaken.errors, model.mistaken.chances) == (2, 19)


def test_clips_that_differ_are_told_by_the_dispersion():
    alike = fit([clean("a", 30), clean("b", 30)])
    apart = fit([clean("a", 30), Errors("b", 30, 45, 30, 0, 0, 15, 0, 0)])
    assert alike.dispersion == 1
    assert apart.dispersion > 5


def test_each_clip_is_judged_by_the_others_alone():
    rows = left_out([clean("a", 30), clean("b", 30), Errors("c", 14, 26, 14, 0, 0, 0, 12, 0)])
    assert [row["holds"] for row in rows] == [True, True, False]

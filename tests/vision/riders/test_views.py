from dataclasses import replace

import numpy as np
import pytest

from vision.riders.views import ViewPicker, ViewSettings, crowded
from vision.tracks import Tracks
from vision.vehicles import VehicleKind

SIZE_PX = (1000, 1000)
BOX = (400.0, 300.0, 480.0, 480.0)
MANY = ViewSettings(a_second=1000, burst=1000)


def tracks_of(*boxes, kind=VehicleKind.MOTORBIKE, seen=True, confirmed=True, ended=()):
    rows = len(boxes)
    return Tracks(
        id=np.arange(1, rows + 1),
        xyxy_px=np.array(boxes, np.float32).reshape(-1, 4),
        score=np.full(rows, 0.9, np.float32),
        kind=np.full(rows, kind, np.int8),
        confirmed=np.full(rows, confirmed),
        seen=np.full(rows, seen),
        ended=np.array(ended, np.int64),
    )


def picked(picker, tracks, media_s):
    return picker.pick(tracks, media_s, SIZE_PX, np.ones(len(tracks), np.bool_)).tolist()


def moved(box, by_px):
    x1, y1, x2, y2 = box
    return (x1 + by_px, y1, x2 + by_px, y2)


def test_a_large_whole_rider_alone_is_looked_at():
    assert picked(ViewPicker(MANY), tracks_of(BOX), 0.0) == [0]


@pytest.mark.parametrize(
    "tracks",
    [
        tracks_of((400, 300, 440, 380)),
        tracks_of((1, 300, 81, 480)),
        tracks_of((400, 0, 480, 180)),
        tracks_of((400, 830, 480, 999)),
        tracks_of(BOX, kind=VehicleKind.BICYCLE),
        tracks_of(BOX, seen=False),
        tracks_of(BOX, confirmed=False),
        tracks_of(BOX, moved(BOX, 30)),
        tracks_of(),
    ],
    ids=["small", "cut left", "cut above", "cut below", "bicycle", "unseen", "unconfirmed", "crowd", "nobody"],
)
def test_a_view_that_may_mislead_is_none(tracks):
    assert picked(ViewPicker(MANY), tracks, 0.0) == []


def test_who_is_asked_for_is_looked_at_and_nobody_else():
    far = moved(BOX, 300)
    assert ViewPicker(MANY).pick(tracks_of(BOX, far), 0.0, SIZE_PX, np.array([False, True])).tolist() == [1]


def test_the_same_picture_twice_is_one_witness():
    picker = ViewPicker(MANY)
    assert picked(picker, tracks_of(BOX), 0.0) == [0]
    assert picked(picker, tracks_of(BOX), 5.0) == []
    assert picked(picker, tracks_of(moved(BOX, 100)), 0.1) == []
    assert picked(picker, tracks_of(moved(BOX, 100)), 1.0) == [0]


def test_a_track_is_looked_at_only_so_often_and_forgotten_when_it_ends():
    picker = ViewPicker(replace(MANY, most=3))
    looks = [picked(picker, tracks_of(moved(BOX, 60 * (step % 2))), float(step)) for step in range(6)]
    assert sum(len(look) for look in looks) == 3
    picker.pick(tracks_of(ended=(1,)), 7.0, SIZE_PX, np.zeros(0, np.bool_))
    assert picked(picker, tracks_of(BOX), 8.0) == [0]


def test_the_budget_is_kept_and_the_least_known_come_first():
    picker = ViewPicker(replace(MANY, a_second=1.0, burst=1.0))
    pair = tracks_of(BOX, moved(BOX, 300))
    assert picked(picker, pair, 0.0) == [0]
    assert picked(picker, pair, 0.5) == []
    assert picked(picker, pair, 1.1) == [1]


def test_a_crowd_is_told_by_what_lies_over_the_window_of_the_heads():
    boxes = np.array([BOX, moved(BOX, 70), moved(BOX, 300), (300, 460, 600, 700)], np.float32)
    assert crowded(boxes, np.arange(3), 0.1).tolist() == [True, True, False]
    assert not len(crowded(boxes, np.zeros(0, np.int64), 0.1))

"""Where a nearer box ends lower and covers the wheels, nobody knows where they stand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.geometry.lines import Line
from vision.traffic.crossings import LineCounter
from vision.traffic.hidden import feet_hidden, feet_went_alone

RIDER = (100, 100, 140, 200)


def hidden_by(*others: tuple[float, float, float, float]) -> bool:
    boxes = np.array([RIDER, *others], np.float32)
    return bool(feet_hidden(boxes, np.arange(len(boxes)) == 0)[0])


@pytest.mark.parametrize(
    ("other", "hidden"),
    [
        ((95, 170, 135, 290), True),  # rides behind, nearer to the camera
        ((95, 205, 135, 320), True),  # begins just where the rider ends: so does a box that is cut
        ((95, 215, 135, 320), False),  # begins well below
        ((135, 170, 200, 290), False),  # covers a corner only
        ((95, 60, 135, 190), False),  # is farther away
        ((95, 60, 135, 200), False),  # stands beside
        ((60, 90, 220, 330), True),  # a bus before everything
    ],
)
def test_feet_are_hidden_by_a_box_that_covers_the_lower_edge_and_ends_lower(other, hidden):
    assert hidden_by(other) is hidden


def test_who_was_not_asked_for_is_not_hidden():
    boxes = np.array([RIDER, (95, 170, 135, 290)], np.float32)
    assert not feet_hidden(boxes, np.zeros(2, np.bool_)).any()


def test_nobody_hides_nobody():
    assert feet_hidden(np.zeros((0, 4), np.float32), np.zeros(0, np.bool_)).shape == (0,)


corner = st.floats(0, 300, width=32)
boxes = st.tuples(corner, corner, st.floats(4, 200, width=32), st.floats(4, 200, width=32)).map(
    lambda box: (box[0], box[1], box[0] + box[2], box[1] + box[3])
)


@given(st.lists(boxes, max_size=5), boxes)
def test_one_box_more_never_brings_feet_to_light(others, more):
    assert hidden_by(*others) <= hidden_by(*others, more)


def test_a_standing_rider_whose_lower_edge_jumps_passes_with_hidden_feet(road):
    """The rider behind closes up and covers the machine; the box of the one in front then ends at his head."""
    whole, cut = road.box((400, 312), (40, 100)), road.box((400, 288), (38, 90))
    behind = [road.box((402, y), (40, 110), track=2) for y in np.linspace(460, 395, 40)]
    frames = [[whole, one] for one in behind[:20]] + [[cut, one] for one in behind[20:]] + [[cut, behind[-1]]] * 40
    [found] = road.play(frames)
    assert found.foot_hidden


def test_a_rider_alone_and_one_followed_at_a_distance_show_their_feet(road):
    path = np.arange(400.0, 200.0, -8.0)
    counter = LineCounter([Line("across", "counting", ((100, 300), (700, 300)))], (800, 600))
    frames = [[road.box((400, y)), road.box((400, y + 150), track=2)] for y in path]
    assert [one.foot_hidden for one in road.play(frames, counter) if one.track == 1] == [False]


def test_feet_hidden_before_and_after_but_seen_on_the_line_are_seen(road):
    path = np.arange(400.0, 200.0, -4.0)
    cover = [road.box((400, y + 60), track=2) if abs(y - 300) > 30 else road.box((700, 590), track=2) for y in path]
    frames = [[road.box((400, y)), other] for y, other in zip(path, cover, strict=True)]
    assert [one.foot_hidden for one in road.play(frames) if one.track == 1] == [False]


def test_feet_hidden_for_one_moment_on_the_line_are_hidden(road):
    path = np.arange(400.0, 200.0, -4.0)
    cover = [road.box((400, y + 50), track=2) if y == 300 else road.box((700, 590), track=2) for y in path]
    frames = [[road.box((400, y)), other] for y, other in zip(path, cover, strict=True)]
    assert [one.foot_hidden for one in road.play(frames) if one.track == 1] == [True]


def test_feet_that_pass_alone_are_hidden_though_nobody_is_seen_before_them(road):
    """The box in front is not found at all; only the lower edge of the one behind rises, little by little."""
    whole = [[road.box((400, 312), (40, 100))]] * 25
    shrinking = [[road.box((400, 312 - lost), (38, 100 - lost))] for lost in np.linspace(0, 30, 25)]
    cut = [[road.box((400, 282), (38, 70))]] * 40
    [found] = road.play([*whole, *shrinking, *cut])
    assert found.foot_hidden


UP = np.array([0.0, -1.0])
TIMES_S = np.arange(25) / 25


def edges(top, bottom):
    """(25, 4) boxes whose upper and lower edge go evenly from their first to their last place."""
    ends = np.linspace((40, top[0], 80, bottom[0]), (40, top[1], 80, bottom[1]), 25)
    return ends.astype(np.float32)


@pytest.mark.parametrize(
    ("top", "bottom", "alone"),
    [
        ((100, 40), (200, 130), False),  # drives away
        ((100, 76), (200, 130), False),  # a bus that drives away: its roof goes a third of the way
        ((100, 100), (200, 180), True),  # is being covered
        ((100, 97), (200, 180), True),  # is being covered, and trembles
        ((100, 130), (200, 190), True),  # shrinks from both sides
        ((100, 100), (200, 200), False),  # stands: nothing went
        ((100, 140), (200, 260), False),  # goes the other way
    ],
)
def test_feet_go_alone_where_the_far_edge_stays(top, bottom, alone):
    assert feet_went_alone(TIMES_S, edges(top, bottom), UP) is alone


def test_one_sighting_is_no_way():
    assert not feet_went_alone([0.0], edges((100, 40), (200, 130))[:1], UP)


@given(st.floats(-300, 300), st.floats(-300, 300), st.floats(0.5, 200))
def test_a_box_that_only_shifts_never_goes_alone(x, y, way):
    frame = np.linspace((x, y, x + 40, y + 80), (x, y - way, x + 40, y + 80 - way), 25).astype(np.float32)
    assert not feet_went_alone(TIMES_S, frame, UP)

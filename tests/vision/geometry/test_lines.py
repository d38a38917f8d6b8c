"""Left and right are the two hands of someone walking the line in the picture as a viewer sees it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.arrays import F64
from vision.geometry.lines import Line, left_normals, meet, share_along, signed_distance, stack_ends

# Walker's heading on the screen → a point on the walker's left hand. The screen's y points down.
HANDS = {
    "to the right": ((0, 100), (200, 100), (100, 40)),
    "to the left": ((200, 100), (0, 100), (100, 160)),
    "down": ((100, 0), (100, 200), (160, 100)),
    "up": ((100, 200), (100, 0), (40, 100)),
    "down to the right": ((0, 0), (200, 200), (150, 50)),
    "up to the right": ((0, 200), (200, 0), (50, 50)),
    "down to the left": ((200, 0), (0, 200), (150, 150)),
    "up to the left": ((200, 200), (0, 0), (50, 150)),
}

pixel = st.floats(-4000, 4000, allow_nan=False)
point = st.tuples(pixel, pixel)


def ends(start: tuple[float, float], end: tuple[float, float]) -> F64:
    return stack_ends((Line("l", "counting", (start, end)),))


@pytest.mark.parametrize(("start", "end", "left"), HANDS.values(), ids=HANDS.keys())
def test_left_hand_of_the_walker_is_positive(start, end, left):
    right = 2 * (np.array(start) + end) / 2 - left
    distance = signed_distance(np.array([left, right], float), ends(start, end))[:, 0]
    assert distance[0] > 0 > distance[1]


@pytest.mark.parametrize(("start", "end", "left"), HANDS.values(), ids=HANDS.keys())
def test_normal_points_to_the_left_hand(start, end, left):
    middle = (np.array(start, float) + end) / 2
    assert (np.array(left) - middle) @ left_normals(ends(start, end))[0] > 0


@pytest.mark.parametrize("degrees", range(0, 360, 15))
def test_turning_the_walker_a_quarter_against_the_clock_gives_the_left_hand(degrees):
    heading = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    # On a screen with y down, a quarter turn against the clock maps (x, y) to (y, -x).
    left = np.array([heading[1], -heading[0]])
    line = ends((0.0, 0.0), tuple(heading * 100))
    assert signed_distance((heading * 50 + left * 7)[None], line)[0, 0] == pytest.approx(7)
    assert left_normals(line)[0] == pytest.approx(left)


@settings(deadline=None)
@given(point, st.tuples(point, point).filter(lambda pair: np.hypot(*np.subtract(*pair)) > 1))
def test_walking_back_or_mirroring_the_picture_swaps_the_hands(place, pair):
    forward = signed_distance(np.array([place]), ends(*pair))[0, 0]
    backward = signed_distance(np.array([place]), ends(*pair[::-1]))[0, 0]
    flip = np.array([-1.0, 1.0])
    mirrored = signed_distance(np.array([place]) * flip, ends(*(tuple(np.array(each) * flip) for each in pair)))[0, 0]
    assert backward == pytest.approx(-forward, abs=1e-6)
    assert mirrored == pytest.approx(-forward, abs=1e-6)


def test_every_point_is_measured_against_every_line():
    lines = stack_ends((Line("across", "counting", ((0, 10), (20, 10))), Line("down", "stop", ((10, 0), (10, 20)))))
    points = np.array([[0.0, 0.0], [10.0, 10.0], [20.0, 30.0]], np.float32)
    assert signed_distance(points, lines) == pytest.approx(np.array([[10, -10], [0, 0], [-20, 10]]))
    assert share_along(points, lines) == pytest.approx(np.array([[0, 0], [0.5, 0.5], [1, 1.5]]))


@pytest.mark.parametrize(
    ("before", "after", "of_step", "of_line"),
    [
        ((50, 90), (50, 110), 0.5, 0.5),
        ((50, 110), (50, 90), 0.5, 0.5),
        ((0, 99), (0, 103), 0.25, 0.0),
        ((130, 90), (150, 110), 0.5, 1.4),
        ((-10, 95), (-30, 110), 1 / 3, -1 / 6),
    ],
)
def test_step_through_a_line_says_where_on_both(before, after, of_step, of_line):
    found = meet(np.array(before, float), np.array(after, float), ends((0, 100), (100, 100))[0])
    assert found == pytest.approx((of_step, of_line))


@pytest.mark.parametrize(("before", "after"), [((50, 90), (50, 99)), ((50, 110), (50, 101)), ((0, 120), (100, 120))])
def test_step_on_one_side_meets_nothing(before, after):
    assert meet(np.array(before, float), np.array(after, float), ends((0, 100), (100, 100))[0]) is None


@pytest.mark.parametrize("path", [[90, 100, 110], [110, 100, 90], [90, 100, 100, 110], [110, 100, 100, 90]])
def test_walk_that_halts_exactly_on_the_line_meets_it_once(path):
    line = ends((0, 100), (100, 100))[0]
    meetings = [meet(np.array([50.0, before]), np.array([50.0, after]), line) for before, after in pairwise(path)]
    assert sum(meeting is not None for meeting in meetings) == 1


def test_line_without_length_is_refused():
    with pytest.raises(ValueError, match=r"line north: wanted two different points, found \(3\.0, 4\.0\) twice"):
        Line("north", "stop", ((3.0, 4.0), (3.0, 4.0)))

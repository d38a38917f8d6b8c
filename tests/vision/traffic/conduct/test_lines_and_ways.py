"""Where vehicles were, as the rules about lines and ways are told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.geometry.calibration import GroundPlane
from vision.geometry.scene import Scene
from vision.tracks import Tracks
from vision.traffic.conduct.markings import MarkingWatch, Polyline
from vision.traffic.conduct.stop_lines import ClearOfLines, Way, followed_closely, went_onward
from vision.traffic.conduct.trail import Trail
from vision.traffic.conduct.unbroken import steps_of
from vision.traffic.incidents.follower import Follower
from vision.traffic.incidents.limits import IncidentLimits
from vision.vehicles import VehicleKind

LIMITS = IncidentLimits()
LINE = np.array([[[0.0, 300.0], [800.0, 300.0]]])  # drawn from left to right: up the screen is its left hand
UP = Way(LINE[0], 1.0)


def tracks(*boxes, ids=None, seen=True, kind=VehicleKind.CAR, ended=()):
    count = len(boxes)
    return Tracks(
        id=np.array(ids if ids is not None else range(1, count + 1), np.int64),
        xyxy_px=np.array(boxes, np.float32).reshape(-1, 4),
        score=np.full(count, 0.9, np.float32),
        kind=np.full(count, kind, np.int8),
        confirmed=np.ones(count, np.bool_),
        seen=np.full(count, seen, np.bool_),
        ended=np.array(ended, np.int64),
    )


def car(x, feet_y, size=60.0):
    return [x - size / 2, feet_y - size, x + size / 2, feet_y]


def test_the_trail_gives_back_the_seen_way_of_one_track_in_a_span_and_forgets_what_is_old():
    trail = Trail(kept_s=5.0)
    for number in range(100):
        trail.see(tracks(car(100, 500 - number), car(300, 400), seen=number % 10 != 0), number * 0.1)
    times_s, boxes_px = trail.way_of(1, 6.0, 7.0)
    assert times_s.tolist() == pytest.approx([6.1, 6.2, 6.3, 6.4, 6.5, 6.6, 6.7, 6.8, 6.9])
    assert boxes_px[:, 3].tolist() == [500.0 - number for number in range(61, 70)]
    assert trail.way_of(1, 0.0, 3.0)[0].size == 0
    assert trail.at(6.52, 0.05) is not None
    assert trail.at(20.0, 0.05) is None


def test_a_clock_that_steps_back_begins_the_trail_anew():
    trail = Trail()
    for media_s in (5.0, 6.0, 1.0):
        trail.see(tracks(car(100, 500)), media_s)
    assert trail.way_of(1, 0.0, 9.0)[0].tolist() == [1.0]


def test_the_last_moment_before_the_line_is_that_of_the_whole_box():
    clear = ClearOfLines(LINE, np.array([1.0]), LIMITS)
    for media_s, feet_y in ((0.0, 420), (1.0, 380), (2.0, 340), (3.0, 290)):
        clear.see(tracks(car(100, feet_y), ids=[5]), media_s)
    assert clear.since(5, 0) == 1.0  # at 340 its upper edge lies beyond the line
    assert clear.since(6, 0) is None
    clear.see(tracks(ids=[]), 4.0)
    assert clear.since(5, 0) is None


def test_with_metres_a_vehicle_is_before_the_line_by_more_than_its_kind_is_long():
    corners_px = np.array([[0.0, 0.0], [800.0, 0.0], [800.0, 600.0], [0.0, 600.0]])
    plane = GroundPlane.fit(corners_px, corners_px / 10)  # ten pixels a metre
    for kind, seen_s in ((VehicleKind.MOTORBIKE, 2.0), (VehicleKind.CAR, 0.0), (VehicleKind.BUS, None)):
        clear = ClearOfLines(LINE, np.array([1.0]), LIMITS, plane)
        for media_s, feet_y in ((0.0, 370), (1.0, 345), (2.0, 330), (3.0, 310)):
            clear.see(tracks(car(100, feet_y, size=80), ids=[5], kind=kind), media_s)
        assert clear.since(5, 0) == seen_s


def test_how_far_one_went_beyond_a_line_is_told_in_its_own_sizes():
    trail = Trail()
    for number, feet_y in enumerate((320, 300, 270, 240, 250)):
        trail.see(tracks(car(100, feet_y)), float(number))
    onward = went_onward(trail, 1, UP, (1.0, 4.0), LIMITS)
    assert onward is not None
    assert onward.bodies == pytest.approx(1.0)
    assert onward.error == pytest.approx(LIMITS.foot_error)
    assert went_onward(trail, 2, UP, (1.0, 4.0), LIMITS) is None


@pytest.mark.parametrize(
    ("other", "close"), [(car(110, 400), True), (car(100, 500), False), (car(300, 400), False), (car(100, 250), False)]
)
def test_close_behind_is_near_and_in_the_same_track(other, close):
    assert followed_closely(tracks(car(100, 310), other), 1, UP) is close


def test_a_bent_line_has_two_hands_and_two_ends():
    line = Polyline(np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]]))
    side_px, along = line.side_px(np.array([[50.0, -10.0], [50.0, 10.0], [120.0, 50.0], [-20.0, 5.0], [90.0, 130.0]]))
    assert np.sign(side_px).tolist() == [1, -1, 1, -1, -1]
    assert np.abs(side_px[:3]).tolist() == [10, 10, 20]
    assert along[:3].tolist() == [0.25, 0.25, 0.25]
    assert (along[3:] < 0).all()


def over(path, size=60.0, step_s=0.2, hidden=None):
    """What a watch on a marking down the middle (x = 400) says of a car whose feet follow a path of x and y."""
    watch, found = MarkingWatch([np.array([[400.0, 600.0], [400.0, 0.0]])], LIMITS), []
    for number, (x, y) in enumerate(path):
        others = [hidden] if hidden is not None else []
        found += watch.see(tracks(car(x, y, size), *others), number * step_s)
    return found


def test_whoever_goes_over_with_the_whole_lower_edge_is_told_once_with_both_sides():
    [one] = over([(300 + 20 * k, 500 - 20 * k) for k in range(11)])
    assert (one.row, one.marking, one.hand) == (0, 0, -1)
    assert one.before - one.error >= 0.12
    assert one.after - one.error >= 0.12
    assert one.seen >= 4
    assert one.whole == pytest.approx(1.0)
    assert one.along > 0


@pytest.mark.parametrize(
    "path",
    [
        [(300 + 10 * k, 500) for k in range(9)] + [(380 - 10 * k, 500) for k in range(9)],  # back again
        [(390 + 10 * (k % 2), 500 - 5 * k) for k in range(40)],  # along it, trembling
        [(300, 500), (300, 490), (500, 480), (500, 470)],  # leaps to another vehicle
    ],
    ids=["back again", "on the line", "a leap"],
)
def test_whoever_does_not_surely_go_over_is_not_told(path):
    assert over(path) == []


def test_whoever_goes_around_the_end_is_told_with_a_place_beyond_it():
    [one] = over([(300, 100), (300, 60), (300, 10), (330, -30), (380, -40), (430, -45), (470, -50)], size=60.0)
    assert one.along < 0


def test_feet_that_were_covered_on_the_way_are_told():
    [one] = over([(300 + 20 * k, 500) for k in range(11)], hidden=[360.0, 470.0, 460.0, 540.0])
    assert one.foot_hidden


@given(st.lists(st.floats(100, 700), min_size=3, max_size=30))
def test_a_vehicle_that_stays_on_one_side_is_never_told_to_go_over(xs):
    assert over([(min(x, 340.0), 500.0) for x in xs]) == []


def test_an_unbroken_way_has_short_gaps_and_no_leaps():
    times_s = np.arange(0, 2.01, 0.2)
    boxes_px = np.array([car(100 + 10 * k, 400) for k in range(len(times_s))])
    steps = steps_of(times_s, boxes_px, 0.0, 2.0)
    assert steps.longest_gap_s == pytest.approx(0.2)
    assert steps.longest_leap == pytest.approx(10 / 60)
    boxes_px[6:, [0, 2]] += 200
    assert steps_of(times_s, boxes_px, 0.0, 2.0).longest_leap == pytest.approx(210 / 60)
    assert steps_of(times_s, boxes_px, -1.5, 2.0).longest_gap_s == pytest.approx(1.5)
    assert steps_of(times_s[:1], boxes_px[:1], 0.0, 2.0) == (np.inf, np.inf)


def test_the_flank_of_a_car_beside_the_camera_does_not_keep_it_on_the_line():
    """A marking that leans to the right, and a car left of it: its flank lies over the paint, its wheels do not."""
    corners_px = np.array([[0.0, 0.0], [800.0, 0.0], [800.0, 600.0], [0.0, 600.0]])
    plane = GroundPlane.fit(corners_px, corners_px / 40)  # forty pixels a metre: no car is wider than 80
    leaning = np.array([[300.0, 600.0], [500.0, 0.0]])
    for known, sides in ((None, 0), (plane, 1)):
        watch, found = MarkingWatch([leaning], LIMITS, known), []
        for number in range(12):
            x1 = 250.0 + 15 * number
            found += watch.see(tracks([x1, 300.0, x1 + 130, 400.0]), number * 0.2)
        assert len(found) == sides


def test_several_who_ask_of_the_same_frame_share_one_look():
    follower = Follower(Scene.model_validate({"version": 1, "camera": "c"}), (800, 600))
    first = follower.look(tracks(car(100, 400)), 0.0)
    assert follower.look(tracks(), 0.0) is first
    assert follower.look(tracks(car(100, 400)), 0.05) is None
    assert follower.look(tracks(car(100, 400)), 0.2) is not None

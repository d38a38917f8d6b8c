"""A line counts what passes it: once, in the right direction, at the right moment, and nothing in doubt."""

import numpy as np
import pytest

from vision.events.bodies import Direction
from vision.geometry.calibration import GroundPlane
from vision.geometry.lines import Line
from vision.traffic.crossings import LineCounter
from vision.vehicles import VehicleKind

UP = np.arange(400.0, 200.0, -8.0)


def ways(crossings):
    return [each.direction.value for each in crossings]


@pytest.mark.parametrize(("path", "direction"), [(UP, "right_to_left"), (UP[::-1], "left_to_right")])
def test_vehicle_over_the_line_counts_once_from_hand_to_hand(road, path, direction):
    assert ways(road.play([road.box((400, y))] for y in path)) == [direction]


def test_crossing_says_what_where_and_when(road):
    [found] = road.play([road.box((200, y), kind=VehicleKind.BUS, track=7)] for y in np.arange(394.0, 200.0, -8.0))
    # Feet pass y = 300 between 306 (frame 11) and 298 (frame 12), three quarters of the way.
    assert (found.line, found.role, found.track, found.vehicle, found.frame) == ("across", "counting", 7, "bus", 12)
    assert found.at_s == pytest.approx(11.75 / 25)
    assert found.at_error_s >= 0.75 / 25
    assert (found.x, found.y) == pytest.approx((0.25, 0.5))
    assert found.speed_mps is None


def test_kind_is_the_one_believed_when_the_line_is_passed(road):
    kinds = [VehicleKind.CAR if y > 320 else VehicleKind.TRUCK if y > 250 else VehicleKind.BUS for y in UP]
    [found] = road.play([road.box((400, y), kind=kind)] for y, kind in zip(UP, kinds, strict=True))
    assert found.vehicle == "truck"


@pytest.mark.parametrize("x", [60, 740])
def test_vehicle_past_the_end_of_the_line_does_not_count(road, x):
    assert road.play([road.box((x, y))] for y in UP) == []


def test_vehicle_round_the_end_of_the_line_counts_only_on_its_way_back_through(road):
    out = [(740, y) for y in UP]
    over = [(x, 208) for x in range(740, 400, -10)]
    back = [(400, y) for y in UP[::-1]]
    assert ways(road.play([road.box(feet)] for feet in [*out, *over, *back])) == ["left_to_right"]


def test_vehicle_that_turns_fully_back_counts_once_each_way(road):
    path = [*UP, *UP[::-1]]
    assert ways(road.play([road.box((400, y))] for y in path)) == ["right_to_left", "left_to_right"]


def test_vehicle_that_turns_back_on_the_line_does_not_count(road):
    path = [*np.arange(400, 298, -4), *np.arange(298, 400, 4)]
    assert road.play([road.box((400, y))] for y in path) == []


def test_vehicle_that_stops_on_the_line_and_creeps_a_minute_counts_once(road):
    jitter = np.random.default_rng(3)
    arrive, leave = np.arange(400.0, 302.0, -4.0), np.arange(296.0, 200.0, -4.0)
    creep = np.linspace(302, 296, 60 * 25) + jitter.uniform(-3, 3, 60 * 25)
    [found] = road.play([road.box((400, y))] for y in [*arrive, *creep, *leave])
    assert found.direction is Direction.RIGHT_TO_LEFT
    # Its middle course passes the line 20 s into the creeping minute; how little that says must be told.
    assert abs(found.at_s - (len(arrive) / 25 + 20)) <= found.at_error_s
    assert found.at_error_s > 5


def test_moment_is_less_certain_the_longer_a_vehicle_waited_at_the_line(road):
    waits = [
        road.play([road.box((400, y))] for y in [*np.arange(400.0, 302.0, -4.0), *([302.0] * frames), 294, 286, 278])
        for frames in (1, 25, 125)
    ]
    errors = [found.at_error_s for [found] in waits]
    assert 0.02 < errors[0] < 0.1 < errors[1] < 0.3 < errors[2]


def test_moment_of_a_first_try_given_up_is_forgotten(road):
    touch_and_back = [*np.arange(400.0, 298.0, -4.0), *np.arange(298.0, 400.0, 4.0)]
    [found] = road.play([road.box((400, y))] for y in [*touch_and_back, *UP])
    assert found.at_s == pytest.approx((len(touch_and_back) + 12.5) / 25)
    assert found.at_error_s < 0.05


def test_vehicle_that_stops_just_past_the_line_and_creeps_a_minute_counts_once(road):
    jitter = np.random.default_rng(4)
    creep = np.linspace(296, 286, 60 * 25) + jitter.uniform(-3, 3, 60 * 25)
    assert len(road.play([road.box((400, y))] for y in [*np.arange(400.0, 296.0, -4.0), *creep])) == 1


def test_bus_whose_lower_edge_trembles_on_the_line_counts_once(road):
    jitter = np.random.default_rng(5)
    path = [*np.arange(500.0, 300.0, -4.0), *(np.full(1500, 300.0)), *np.arange(300.0, 100.0, -4.0)]
    shakes = jitter.normal(0, 5, len(path))
    frames = [[road.box((400, y + dy), (200, 250 + dy))] for y, dy in zip(path, shakes, strict=True)]
    assert ways(road.play(frames)) == ["right_to_left"]


@pytest.mark.parametrize("y", [296, 299, 300, 301, 304])
def test_jittering_box_near_the_line_does_not_count(road, y):
    jitter = np.random.default_rng(6)
    frames = [[road.box(tuple(feet))] for feet in jitter.normal((400, y), (3, 0.9), (1500, 2))]
    assert road.play(frames) == []


def test_unconfirmed_track_never_counts(road):
    assert road.play([road.box((400, y), confirmed=False)] for y in [*UP, *UP[::-1]] * 20) == []


def test_track_confirmed_beyond_the_line_counts_on_its_own_unconfirmed_history(road):
    [found] = road.play([road.box((400, y), confirmed=y < 270)] for y in UP)
    assert found.at_s == pytest.approx(12.5 / 25)


def test_unconfirmed_track_that_went_and_came_back_has_nothing_to_count(road):
    path = [*UP[:20], *UP[:20][::-1]]
    assert road.play([road.box((400, y), confirmed=index > 35)] for index, y in enumerate(path)) == []


@pytest.mark.parametrize("start", [302, 300, 298])
def test_track_born_on_the_line_must_first_be_on_a_side(road, start):
    path = [*np.arange(start, 200.0, -4.0), *np.arange(200.0, 400.0, 4.0)]
    assert ways(road.play([road.box((400, y))] for y in path)) == ["left_to_right"]


def test_new_track_on_a_vehicle_that_has_just_counted_does_not_count_it_again(road):
    first = [[road.box((400, y))] for y in np.arange(400.0, 292.0, -2.0)]
    second = [[road.box((400, y), track=2)] for y in [298, 301, 297, 295, 292, *np.arange(290.0, 200.0, -2.0)]]
    assert [each.track for each in road.play([*first, *second], ended={len(first): [1]})] == [1]


def test_hidden_box_alone_decides_nothing(road):
    frames = [[road.box((400, y), seen=y > 304)] for y in UP]
    assert road.play(frames) == []


def test_vehicle_hidden_at_the_line_counts_with_a_wider_error(road):
    open_road, gap = ([[road.box((400, y), seen=hidden or not 250 < y < 350)] for y in UP] for hidden in (True, False))
    [seen], [guessed] = road.play(open_road), road.play(gap)
    assert guessed.direction == seen.direction
    assert guessed.at_error_s > 5 * seen.at_error_s
    assert abs(guessed.at_s - seen.at_s) <= guessed.at_error_s


def test_state_goes_with_the_track(road):
    before = [[road.box((400, y))] for y in UP[:8]]
    after = [[road.box((400, y))] for y in UP[-8:]]
    assert len(road.play([*before, *after])) == 1
    assert road.play([*before, *after], ended={8: [1]}) == []


def test_ended_tracks_leave_nothing_behind(road):
    counter = LineCounter([Line("across", "counting", ((100, 300), (700, 300)))], (800, 600))
    frames = [[road.box((400, 400), track=index + 1)] for index in range(50)]
    road.play(frames, counter, ended={index: [index] for index in range(1, 50)})
    assert len(counter._walks) == 1


def test_box_cut_from_below_by_a_vehicle_in_front_does_not_cross(road):
    """A waiting bus behind the line; a motorbike hides its wheels now and then, and only the lower edge jumps."""
    whole, cut = road.box((400, 320), (200, 250)), road.box((400, 270), (200, 200))
    approach = [[road.box((400, y), (200, 250))] for y in np.arange(500.0, 320.0, -4.0)]
    assert road.play([*approach, *([[whole]] * 25 + [[cut]] * 15) * 10]) == []


def test_passage_of_one_edge_counts_once_it_has_stood(road):
    """Driving up to the camera a tall box may grow upwards too; the passage is believed a second later."""
    heights = np.linspace(100, 316, 80)
    frames = [[road.box((400, 240 + 2 * index), (100, height))] for index, height in enumerate(heights)]
    [found] = road.play(frames)
    assert found.at_s == pytest.approx(30 / 25, abs=0.05)


def test_each_line_counts_for_itself(road):
    lines = [
        Line("near", "counting", ((0, 350), (800, 350))),
        Line("stop", "stop", ((800, 300), (0, 300))),
        Line("aside", "counting", ((750, 0), (750, 600))),
    ]
    found = road.play(([road.box((400, y))] for y in UP), LineCounter(lines, (800, 600)))
    assert [(each.line, each.role, each.direction.value) for each in found] == [
        ("near", "counting", "right_to_left"),
        ("stop", "stop", "left_to_right"),
    ]


def test_vehicles_side_by_side_are_kept_apart(road):
    frames = [[road.box((200, y)), road.box((500, 600 - y), track=2)] for y in UP]
    assert {each.track: each.direction.value for each in road.play(frames)} == {1: "right_to_left", 2: "left_to_right"}


def test_frames_without_tracks_and_counters_without_lines_are_quiet(road):
    assert road.play([[], [], []]) == []
    assert road.play(([road.box((400, y))] for y in UP), LineCounter([], (800, 600))) == []


def test_same_name_twice_is_refused():
    line = Line("a", "counting", ((0, 0), (1, 1)))
    with pytest.raises(ValueError, match="wanted each once, found a, a"):
        LineCounter([line, line], (800, 600))


def test_calibrated_crossing_has_a_speed_that_holds_the_truth(road):
    # 20 px to the metre, as from straight above; 8 px a frame at 25 fps is 10 m/s.
    corners = np.array([[0.0, 0.0], [800.0, 0.0], [800.0, 600.0], [0.0, 600.0]])
    plane = GroundPlane.fit(corners, corners / 20)
    counter = LineCounter([Line("across", "counting", ((100, 300), (700, 300)))], (800, 600), plane)
    jitter = np.random.default_rng(8)
    [found] = road.play(([road.box((400, y + jitter.normal(0, 1)))] for y in np.arange(560.0, 100.0, -8.0)), counter)
    assert found.speed_mps is not None
    assert abs(found.speed_mps - 10) <= found.speed_error_mps < 1


def test_vehicle_that_just_appeared_has_no_speed(road):
    corners = np.array([[0.0, 0.0], [800.0, 0.0], [800.0, 600.0], [0.0, 600.0]])
    counter = LineCounter(
        [Line("across", "counting", ((100, 300), (700, 300)))], (800, 600), GroundPlane.fit(corners, corners / 20)
    )
    [found] = road.play(([road.box((400, y))] for y in (330, 320, 310, 290)), counter)
    assert found.speed_mps is None
    assert found.speed_error_mps is None

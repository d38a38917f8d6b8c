"""Who stands in the lane is an incident; who waits for a light or for the one in front is not."""

import pytest


def still(street, seconds, *places, fps=5):
    """Frames of vehicles that stand at these feet."""
    return [[street.car(at, track=1 + row) for row, at in enumerate(places)] for _ in range(seconds * fps)]


def test_vehicle_that_stands_long_in_a_lane_is_found_and_ends_when_it_drives_off(street):
    stands = still(street, 40, (250, 600))
    leaves = [[street.car((250, 600 - 10 * step))] for step in range(30)]
    start, end = street.play(stands + leaves, fps=5)
    assert (start.kind, start.place, start.tracks, start.severity) == ("stopped_vehicle", "left", (1,), "alarm")
    assert start.since_s == 0
    assert start.at_s == pytest.approx(30, abs=0.5)
    assert end.phase == "end"
    assert end.until_s == pytest.approx(40, abs=1.5)


def test_short_stand_and_a_place_outside_the_lanes_are_none(street):
    assert street.play(still(street, 25, (250, 600)), fps=5) == []
    assert street.play(still(street, 35, (900, 600)), fps=5) == []


def test_queue_at_the_stop_line_is_none(street):
    places = [(250, 320), (250, 400), (250, 480), (250, 640)]
    assert street.play(still(street, 40, *places), street.scene(stop_line=True), fps=5) == []


def test_queue_held_by_something_beyond_the_picture_is_none(street):
    assert street.play(still(street, 40, (250, 120), (250, 220)), fps=5) == []


def test_only_the_foremost_of_those_who_stand_behind_it_is_named(street):
    assert street.starts(still(street, 35, (250, 500), (250, 600), (250, 700)), fps=5) == [
        ("stopped_vehicle", "left", (1,))
    ]


def test_hidden_vehicle_in_front_may_be_what_holds_it(street):
    frames = [[street.car((250, 600)), street.car((250, 520), track=2, seen=step == 0)] for step in range(180)]
    assert street.play(frames, fps=5) == []


def test_stopped_vehicle_under_a_new_number_stays_one_incident(street):
    """Hidden for four seconds by a bus, it comes back as another track."""
    hidden = [[] for _ in range(20)]
    again = [[street.car((251, 601), track=2)] for _ in range(200)]
    said = street.play(still(street, 40, (250, 600)) + hidden + again, fps=5)
    assert [(one.phase, one.tracks) for one in said] == [("start", (1,)), ("end", (1, 2))]


def test_passing_vehicles_that_hide_its_lower_edge_do_not_end_the_stand(street):
    frames = [
        [street.car((250, 600 - (15 if step % 17 < 3 else 0)), size_px=(50, 50 - (15 if step % 17 < 3 else 0)))]
        for step in range(200)
    ]
    assert street.starts(frames, fps=5) == [("stopped_vehicle", "left", (1,))]


def test_queue_that_reaches_the_kept_free_zone_spills_back(street):
    queue = [(250, y) for y in range(330, 800, 90)]
    start, end = street.play(still(street, 30, *queue), street.scene(stop_line=True, zone=True), fps=5)
    assert (start.kind, start.place, start.severity) == ("spill_back", "box", "warning")
    assert set(start.tracks) <= {5, 6}
    assert {measure.name for measure in start.measures} == {"standing_in_zone", "queue"}
    assert end.incident == start.incident


def test_one_who_stands_in_the_kept_free_zone_alone_is_no_queue(street):
    frames = still(street, 25, (250, 750))
    assert street.play(frames, street.scene(stop_line=True, zone=True), fps=5) == []


def test_queue_short_of_the_zone_does_not_spill_back(street):
    queue = [(250, y) for y in range(330, 690, 90)]
    assert street.play(still(street, 30, *queue), street.scene(stop_line=True, zone=True), fps=5) == []

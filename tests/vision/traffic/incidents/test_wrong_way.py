"""Who drives against the arrow is named once; who trembles, swaps names, backs a little or walks is not."""

import numpy as np
import pytest

from vision.vehicles import VehicleKind

DOWN = np.arange(200.0, 800.0, 12.0)  # against the arrow: 2.4 bodies a second at 10 fps
UP = DOWN[::-1]


@pytest.mark.parametrize("fps", [5, 10, 25, 30])
def test_driver_against_the_arrow_is_found_once_with_a_start_and_an_end(street, fps):
    path = np.arange(200.0, 800.0, 120.0 / fps)
    start, end = street.play([[street.car((250, y), kind=VehicleKind.MOTORBIKE)] for y in path], fps=fps)
    assert (start.kind, start.phase, start.place, start.tracks) == ("wrong_way", "start", "left", (1,))
    assert (start.vehicle, start.severity) == ("motorbike", "warning")
    assert (end.phase, end.incident, end.since_s) == ("end", start.incident, start.since_s)
    assert start.since_s <= start.at_s < end.until_s <= end.at_s
    assert {measure.name for measure in start.measures} == {"way_against", "off_opposite"}
    assert all(measure.error > 0 for measure in start.measures)


def test_lawful_driver_is_not_named(street):
    assert street.play([[street.car((250, y))] for y in UP]) == []


@pytest.mark.parametrize("without", [{"confirmed": False}, {"seen": False}, {"kind": VehicleKind.PEDESTRIAN}])
def test_what_is_not_surely_a_vehicle_is_never_named(street, without):
    assert street.play([[street.car((250, y), **without)] for y in DOWN]) == []


@pytest.mark.parametrize("x", [50, 402, 900])
def test_outside_the_lanes_and_between_opposite_ones_nobody_is_named(street, x):
    scene = street.scene()
    turned = scene.lanes["right"].model_copy(update={"direction": ((0.5, 0.1), (0.5, 0.9))})
    opposite = scene.model_copy(update={"lanes": {**scene.lanes, "right": turned}})
    assert [one for one in street.play([[street.car((x, y))] for y in DOWN], opposite) if one.place == "left"] == []


def test_change_between_lanes_of_one_way_goes_on_in_one_incident(street):
    path = [(250 + 0.5 * (y - 200), y) for y in DOWN]
    assert len(street.starts([[street.car(at)] for at in path])) == 1


def test_way_across_the_lane_is_not_against_it(street):
    assert street.play([[street.car((120 + 1.5 * step, 300 + step))] for step in range(0, 170, 2)]) == []


def test_box_that_trembles_on_its_place_is_not_named(street):
    tremble = np.random.default_rng(3).normal(0, 6, (600, 2))
    assert street.play([[street.car((250 + dx, 500 + dy))] for dx, dy in tremble]) == []


def test_box_that_jumps_to_the_rider_behind_is_not_named(street):
    """Two jumps of 2.4 bodies each, between which it goes on lawfully."""
    path = np.concatenate([np.arange(600, 500, -8.0), np.arange(620, 520, -8.0), np.arange(640, 500, -8.0)])
    assert street.play([[street.car((250, y))] for y in path]) == []


def test_lower_edge_that_slides_down_over_the_rider_behind_is_not_named(street):
    """The top of the box stays: it grows, it does not drive."""
    sizes = np.linspace(50, 200, 40)
    assert street.play([[street.car((250, 300 + size), size_px=(50, size))] for size in sizes]) == []


def test_backing_into_a_gap_is_not_named(street):
    path = np.concatenate([np.arange(700, 400, -10.0), np.arange(400, 470, 5.0), np.arange(470, 200, -10.0)])
    assert street.play([[street.car((250, y))] for y in path]) == []


def test_wrong_arrow_accuses_the_scene_and_not_everybody(street):
    """All drive against it: two may be named before the arrow is doubted, nobody after."""
    frames = [
        [street.car((250, y), track=1 + first) for first in range(12) if 0 < (y := step * 12.0 - first * 400) < 960]
        for step in range(480)
    ]
    assert len(street.starts(frames)) <= 2


def test_rider_whose_track_breaks_stays_one_incident(street):
    frames = [[street.car((250, y), track=1 if y < 500 else 2)] for y in DOWN]
    start, end = street.play(frames)
    assert start.incident == end.incident
    assert end.tracks == (1, 2)


def test_calibrated_road_judges_the_angle_on_the_road(street):
    """In the picture the way runs at 60 degrees to the arrow; on the road, four times as long as it looks, at 23."""
    scene = street.scene()
    data = scene.model_dump()
    corners = [((x, y), (x * 10, (1 - y) * 40)) for x in (0.1, 0.7) for y in (0.1, 0.9)]
    data["calibration"] = {"points": [{"at": at, "metres": m} for at, m in corners], "source": "test"}
    path = [(130 + 1.73 * step, 300 + step) for step in range(0, 150, 2)]
    frames = [[street.car(at)] for at in path]
    assert street.starts(frames) == []
    assert len(street.starts(frames, type(scene).model_validate(data))) == 1

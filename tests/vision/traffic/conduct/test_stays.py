"""Boxes driven through a drawn street: how long they were inside, how far they went, how long they stood."""

import numpy as np
import pytest

from vision.geometry.parts import Lane, StopLine, Zone
from vision.geometry.scene import Scene
from vision.tracks import Tracks
from vision.traffic.conduct.ground import Ground
from vision.traffic.conduct.obstacles import mixed_up
from vision.traffic.conduct.places import Places
from vision.traffic.conduct.watch import StayWatch
from vision.traffic.incidents.follower import Follower
from vision.vehicles import VehicleKind

SIZE_PX = (1000, 1000)
STREET = Scene(
    version=1,
    camera="test",
    lanes={
        "up": Lane(polygon=((0.1, 0.05), (0.4, 0.05), (0.4, 0.98), (0.1, 0.98)), direction=((0.25, 0.9), (0.25, 0.1)))
    },
    zones={"kerb": Zone(polygon=((0.5, 0.1), (0.8, 0.1), (0.8, 0.9), (0.5, 0.9)), purpose="no stopping")},
)
SEEN_FROM_ABOVE = {
    "source": "drawn",
    "points": [
        {"at": (x, y), "metres": (x * 50, 50 - y * 50)}
        for x, y in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9), (0.5, 0.5))
    ],
}


def tracks_of(*boxes, kind=VehicleKind.CAR, seen=True):
    """(track, x, y of the foot) each; 50 px wide and high."""
    return Tracks(
        id=np.array([track for track, _, _ in boxes], np.int64),
        xyxy_px=np.array([(x - 25, y - 50, x + 25, y) for _, x, y in boxes], np.float32).reshape(-1, 4),
        score=np.full(len(boxes), 0.9, np.float32),
        kind=np.full(len(boxes), kind, np.int8),
        confirmed=np.ones(len(boxes), np.bool_),
        seen=np.full(len(boxes), seen),
        ended=np.zeros(0, np.int64),
    )


def watched(frames, scene=STREET, fps=5.0):
    """The stays after the last of the frames."""
    follower = Follower(scene, SIZE_PX)
    ground = Ground.of(scene, follower.road, SIZE_PX)
    watch = StayWatch(Places.of(scene, ("up", "kerb"), SIZE_PX, ground), follower.road, ground, SIZE_PX)
    stays = watch.stays
    for number, tracks in enumerate(frames):
        paths = follower.look(tracks, number / fps)
        if paths is not None:
            stays = watch.look(paths, tracks, number / fps, follower.limits)
    return stays


def test_a_way_up_the_lane_is_told_in_bodies_and_where_known_in_metres():
    frames = [tracks_of((1, 250, 900 - 30 * n)) for n in range(10)]
    in_px = watched(frames)
    assert in_px.way[0, 0] == pytest.approx((0, -5.4))
    assert in_px.clear_way[0, 0] == pytest.approx((0, -5.4))
    assert (in_px.way[0, 1] == 0).all()
    calibrated = STREET.model_validate(STREET.model_dump() | {"calibration": SEEN_FROM_ABOVE})
    in_m = watched(frames, calibrated)
    assert in_m.way[0, 0] == pytest.approx((0, 13.5))
    assert in_m.since_at[0, 0] == pytest.approx((12.5, 5.0))


@pytest.mark.parametrize(
    ("x", "kind", "inside"),
    [
        (250, VehicleKind.CAR, True),
        (130, VehicleKind.CAR, True),
        (125, VehicleKind.CAR, False),
        (130, VehicleKind.MOTORBIKE, False),
        (155, VehicleKind.MOTORBIKE, True),
        (450, VehicleKind.CAR, False),
        (530, VehicleKind.MOTORBIKE, True),
    ],
)
def test_who_is_near_an_edge_is_not_surely_inside(x, kind, inside):
    stays = watched([tracks_of((1, x, 500), kind=kind)] * 3)
    assert (~np.isnan(stays.since_s[0])).any() == inside


def test_standing_is_counted_while_seen_and_free_only_with_nothing_near():
    alone = watched([tracks_of((1, 650, 500))] * 51)
    assert alone.stood_s[0, 1] == pytest.approx(10.0)
    assert alone.free_s[0, 1] == pytest.approx(10.0, abs=0.25)
    crowd = watched([tracks_of((1, 650, 500), (2, 650, 400))] * 51)
    assert crowd.stood_s[0, 1] == pytest.approx(10.0)
    assert crowd.free_s[0, 1] == 0


def test_a_hidden_spell_is_not_counted_and_a_long_one_begins_anew():
    here, hidden = tracks_of((1, 650, 500)), tracks_of((1, 650, 500), seen=False)
    short = watched([here] * 21 + [hidden] * 10 + [here] * 20)
    assert short.stood_s[0, 1] == pytest.approx(4.0 + 3.8)
    long = watched([here] * 21 + [hidden] * 30 + [here] * 20)
    assert long.stood_s[0, 1] == pytest.approx(3.8)


def test_two_boxes_over_each_other_may_be_mixed_up_and_begin_anew():
    pair = tracks_of((1, 650, 500), (2, 658, 503))
    stays = watched([tracks_of((1, 650, 500))] * 20 + [pair] + [tracks_of((1, 650, 500))] * 11)
    assert stays.stood_s[0, 1] == pytest.approx(2.2)


def test_a_box_that_changes_its_size_is_another_vehicle():
    small = tracks_of((1, 650, 500))
    large = Tracks(small.id, np.array([(615, 430, 685, 500)], np.float32), *[
        getattr(small, name) for name in ("score", "kind", "confirmed", "seen", "ended")
    ])  # fmt: skip
    stays = watched([small] * 20 + [large] * 6)
    assert stays.stood_s[0, 1] <= 1.0


def test_near_a_stop_line_or_a_lanes_end_a_vehicle_may_be_held():
    stop = StopLine(line=((0.1, 0.45), (0.4, 0.45)), entering="right_to_left")
    all_of_it = Zone(polygon=((0.1, 0.1), (0.4, 0.1), (0.4, 0.9), (0.1, 0.9)), purpose="no stopping")
    in_lane = STREET.model_copy(update={"stop_lines": {"stop": stop}, "zones": {"kerb": all_of_it}})
    free_s = [float(watched([tracks_of((1, 250, y))] * 51, in_lane).free_s[0, 1]) for y in (500, 750, 130)]
    assert [one > 5 for one in free_s] == [False, True, False]


def test_mixed_boxes_are_told_by_what_they_share():
    boxes = np.array([(0, 0, 10, 10), (2, 0, 12, 10), (0, 20, 10, 30), (0, 0, 100, 100)], np.float64)
    assert mixed_up(boxes).tolist() == [True, True, False, False]
    assert mixed_up(boxes[:1]).tolist() == [False]


def test_depth_is_positive_inside_and_unknown_where_the_place_is():
    places = Places.of(STREET, ("kerb", "up", "kerb"), SIZE_PX)
    assert places.names == ("kerb", "up")
    depth = places.depth(np.array([(650.0, 500.0), (450.0, 500.0), (np.nan, np.nan)]))
    assert depth[0] == pytest.approx((150, -250))
    assert depth[1] == pytest.approx((-50, -50))
    assert not (depth[2] > 0).any()
    with pytest.raises(KeyError):
        Places.of(STREET, ("nowhere",), SIZE_PX)


def test_nobody_is_nowhere():
    assert len(watched([tracks_of()])) == 0

import pickle
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from vision.detections import Detections
from vision.track.settings import TrackerSettings
from vision.track.tracker import Tracker
from vision.tracks import Tracks
from vision.vehicles import VehicleKind

CAR, TRUCK, BIKE, WALKER, BUS = (
    VehicleKind.CAR,
    VehicleKind.TRUCK,
    VehicleKind.MOTORBIKE,
    VehicleKind.PEDESTRIAN,
    VehicleKind.BUS,
)
Thing = tuple[float, float, float, float, float, VehicleKind]
Film = Callable[..., list[Tracks]]
Shot = Callable[..., Detections]


def car(x: float, y: float = 300, score: float = 0.8, kind: VehicleKind = CAR) -> Thing:
    return (x, y, 100, 80, score, kind)


def bike(x: float, y: float = 300, score: float = 0.7, kind: VehicleKind = BIKE) -> Thing:
    return (x, y, 36, 64, score, kind)


def names(run: list[Tracks]) -> set[int]:
    return {int(name) for tracks in run for name in tracks.id}


def nearest(tracks: Tracks, x: float, y: float) -> int:
    """Id of the track whose middle is closest to a place."""
    middle = (tracks.xyxy_px[:, :2] + tracks.xyxy_px[:, 2:]) / 2
    return int(tracks.id[np.hypot(*(middle - (x, y)).T).argmin()])


def test_a_vehicle_that_stops_for_a_minute_and_creeps_keeps_its_name(film: Film):
    rng = np.random.default_rng(1)
    frames = []
    x = 100.0
    for frame in range(15 * 68):
        at_s = frame / 15
        moving = at_s < 3 or at_s > 65
        creeping = not moving and at_s % 10 < 1
        x += 10 if moving else 0.7 if creeping else 0
        weak = 0.15 if rng.random() < 0.2 else 0.7
        jitter = rng.normal(0, 2, 2)
        frames.append((at_s, [] if rng.random() < 0.2 else [car(x + jitter[0], 300 + jitter[1], weak)]))
    assert names(film(frames)) == {1}


@pytest.mark.parametrize(("fps", "hidden_s"), [(30, 0.2), (30, 1.0), (15, 1.0), (10, 1.0), (5, 0.4), (5, 1.0)])
def test_a_vehicle_hidden_for_up_to_a_second_keeps_its_name(film: Film, fps: int, hidden_s: float):
    frames = []
    for frame in range(5 * fps):
        at_s = frame / fps
        hidden = 2 < at_s <= 2 + hidden_s
        frames.append((at_s, [] if hidden else [car(100 + 200 * at_s)]))
    run = film(frames)
    assert names(run) == {1}
    assert [bool(tracks.seen[0]) for tracks in run] == [bool(things) for _, things in frames]


def test_a_standing_vehicle_is_waited_for_longer(film: Film):
    hidden = range(20, 44)  # 2.4 s
    assert names(film([(frame / 10, [] if frame in hidden else [car(100)]) for frame in range(60)])) == {1}


def test_a_vehicle_that_brakes_while_hidden_is_found_again(film: Film):
    before = [(frame / 10, [bike(100 + 15 * frame)]) for frame in range(15)]
    after = [(frame / 10, [bike(355)]) for frame in range(21, 30)]  # at its old speed it would be at 415 by then
    assert names(film(before + [(frame / 10, []) for frame in range(15, 21)] + after)) == {1}


def test_a_hidden_track_slows_down(film: Film):
    run = film([(frame / 10, [car(100 + 20 * frame)] if frame < 20 else []) for frame in range(34)])
    travelled_px = np.diff([tracks.xyxy_px[0, 0] for tracks in run[20:]])
    assert travelled_px[-1] < 0.7 * travelled_px[0]


def test_a_hidden_track_shows_where_it_should_be(film: Film):
    frames = [(frame / 10, [car(100 + 20 * frame)] if frame < 20 else []) for frame in range(24)]
    last = film(frames)[-1]
    assert not last.seen[0]
    assert last.xyxy_px[0].mean() == pytest.approx((100 + 20 * 23 + 300) / 2, abs=10)


def test_a_car_passing_behind_a_bus_keeps_its_name(film: Film):
    bus = (600.0, 320.0, 180.0, 200.0, 0.9, BUS)
    frames = []
    for frame in range(100):
        x = 250 + 9 * frame
        covered = 500 < x < 700
        frames.append((frame / 25, [bus] if covered else [bus, car(x)]))
    run = film(frames)
    assert names(run) == {1, 2}
    assert nearest(run[5], 295, 300) == nearest(run[-1], 250 + 9 * 99, 300)


@pytest.mark.parametrize("fps", [30, 15, 10])
@pytest.mark.parametrize("merged", [False, True])
def test_two_motorbikes_crossing_each_other_do_not_swap(film: Film, fps: int, merged: bool):
    rng = np.random.default_rng(fps)
    frames = []
    for frame in range(4 * fps):
        at_s = frame / fps
        left, right = 200 + 100 * at_s, 600 - 100 * at_s
        both = [bike(left + rng.normal(), 300 + 20 * at_s), bike(right + rng.normal(), 380 - 20 * at_s)]
        frames.append((at_s, both[:1] if merged and abs(left - right) < 20 else both))
    run = film(frames)
    assert names(run) == {1, 2}
    assert nearest(run[fps], 300, 320) == nearest(run[-1], 600, 380)


@pytest.mark.parametrize("sizes_per_second", [2, 5, 8, 10])
def test_at_5_fps_a_fast_vehicle_is_one_track(film: Film, sizes_per_second: float):
    step_px = sizes_per_second * 48 / 5
    run = film([(frame / 5, [bike(100 + step_px * frame)]) for frame in range(12)])
    assert names(run) == {1}
    assert run[-1].confirmed[0]


def test_at_5_fps_a_braking_vehicle_is_one_track(film: Film):
    places, speed_px = [100.0], 60.0
    while speed_px > 0:
        places.append(places[-1] + speed_px)
        speed_px -= 10
    run = film([(frame / 5, [bike(x)]) for frame, x in enumerate(places + places[-1:] * 10)])
    assert names(run) == {1}


def test_uneven_frame_times_do_not_break_a_track(film: Film):
    times_s = np.cumsum([0.03, 0.03, 0.03, 0.4, 0.01, 0.0, 0.2, 0.03, 0.5, 0.1, 0.03] * 4)
    run = film([(float(at_s), [car(100 + 150 * at_s)]) for at_s in times_s])
    assert names(run) == {1}


def test_objects_far_apart_in_one_frame_stay_apart(film: Film):
    run = film([(frame / 10, [car(100), car(900), bike(500, 700)]) for frame in range(5)])
    assert [len(tracks) for tracks in run] == [3] * 5
    assert len(names(run)) == 3


@pytest.mark.parametrize(("hits", "confirmed"), [(1, False), (2, False), (3, True)])
def test_a_track_is_believed_from_the_third_hit(film: Film, hits: int, confirmed: bool):
    last = film([(frame / 10, [car(100)]) for frame in range(hits)])[-1]
    assert last.confirmed.tolist() == [confirmed]


def test_an_unconfirmed_track_ends_at_its_second_miss(film: Film):
    run = film([(0.0, [car(100)]), (0.1, []), (0.2, []), (0.3, [])])
    assert [tracks.id.tolist() for tracks in run] == [[1], [1], [], []]
    assert [tracks.ended.tolist() for tracks in run] == [[], [], [1], []]


def test_weak_detections_continue_a_track_but_start_none(film: Film):
    weak = film([(frame / 10, [car(100, score=0.2)]) for frame in range(10)])
    assert names(weak) == set()
    fading = film([(frame / 10, [car(100 + 10 * frame, score=0.8 if frame < 4 else 0.15)]) for frame in range(30)])
    assert names(fading) == {1}
    assert all(tracks.seen[0] for tracks in fading)


@pytest.mark.parametrize(("speed_pxps", "patience"), [(200.0, "lost_s"), (0.0, "standing_lost_s")])
def test_a_lost_track_ends_once_after_its_time(film: Film, speed_pxps: float, patience: str):
    frames = [(frame / 10, [car(100 + speed_pxps * frame / 10)] if frame < 20 else []) for frame in range(80)]
    run = film(frames)
    ends = [at_s for (at_s, _), tracks in zip(frames, run, strict=True) if tracks.ended.tolist() == [1]]
    assert ends == [pytest.approx(1.9 + getattr(TrackerSettings(), patience), abs=0.11)]


def test_a_long_pause_ends_what_was_there(shot: Shot):
    tracker = Tracker()
    for frame in range(10):
        tracker.update(shot(car(100)), frame / 10)
    after = tracker.update(shot(car(100)), 60.0)
    assert (after.ended.tolist(), after.id.tolist(), after.confirmed.tolist()) == ([1], [2], [False])


def test_ids_are_never_used_again_and_state_goes_with_the_track(shot: Shot):
    tracker = Tracker()
    fresh_bytes = len(pickle.dumps(tracker))
    seen: list[int] = []
    for visit in range(40):
        for frame in range(5):
            now_s = visit * 10 + frame / 10
            tracks = tracker.update(shot(car(100 + 5 * frame), bike(700)), now_s)
        seen.extend(tracks.id.tolist())
    assert seen == list(range(1, 81))
    assert tracker.update(Detections.empty(), 1000.0).ended.tolist() == [79, 80]
    assert len(pickle.dumps(tracker)) <= fresh_bytes + 32


@pytest.mark.parametrize(
    ("usual", "flicker", "wanted"), [(CAR, TRUCK, CAR), (BIKE, WALKER, BIKE), (BUS, TRUCK, BUS), (TRUCK, CAR, TRUCK)]
)
def test_the_voted_kind_survives_a_flicker(film: Film, usual: VehicleKind, flicker: VehicleKind, wanted: VehicleKind):
    kinds = [usual] * 6 + [flicker] * 3 + [usual, flicker] * 5
    run = film([(frame / 10, [car(100 + 10 * frame, kind=kind)]) for frame, kind in enumerate(kinds)])
    assert names(run) == {1}
    assert {int(tracks.kind[0]) for tracks in run} == {wanted}


def test_a_kind_wrong_at_first_is_corrected(film: Film):
    run = film([(frame / 10, [car(100, kind=TRUCK if frame < 2 else CAR)]) for frame in range(10)])
    assert (run[0].kind[0], run[-1].kind[0]) == (TRUCK, CAR)


def test_a_pedestrian_never_becomes_a_bus(film: Film):
    run = film([(frame / 10, [car(100, kind=WALKER if frame < 5 else BUS)]) for frame in range(10)])
    assert dict(zip(run[-1].id.tolist(), run[-1].kind.tolist(), strict=True)) == {1: WALKER, 2: BUS}


def test_the_kinds_that_may_match_can_be_set(film: Film):
    strict = replace(TrackerSettings(), kind_weights=tuple(map(tuple, np.eye(6).tolist())))
    frames = [(frame / 10, [car(100, kind=CAR if frame < 5 else TRUCK)]) for frame in range(10)]
    assert names(film(frames)) == {1}
    assert names(film(frames, strict)) == {1, 2}


def test_a_van_detected_both_as_car_and_as_truck_is_one_track(film: Film):
    run = film([(frame / 10, [car(100 + 8 * frame), car(103 + 8 * frame, 302, 0.5, TRUCK)]) for frame in range(20)])
    assert names(run) == {1}


def test_a_weak_second_box_around_one_car_does_not_feed_the_track_of_another(film: Film):
    both, after = [car(100), car(140)], [car(100), car(106, 302, 0.2)]
    run = film([(frame / 10, both if frame < 10 else after) for frame in range(15)])
    hidden = nearest(run[5], 140, 300)
    assert run[-1].id[~run[-1].seen].tolist() == [hidden]


def test_a_motorbike_half_hidden_by_another_goes_on_with_weak_boxes_inside_it(film: Film):
    frames = []
    for frame in range(30):
        near, behind = (300.0, 320.0, 80.0, 140.0, 0.8, BIKE), (280.0, 300.0, 36.0, 90.0, 0.2, BIKE)
        frames.append((frame / 15, [near, behind if frame > 5 else (*behind[:4], 0.7, BIKE)] if frame else [behind]))
    frames[:5] = [(frame / 15, [bike(240 + 8 * frame, 300, 0.7)]) for frame in range(5)]
    run = film(frames)
    assert run[-1].seen[run[-1].id == 1].tolist() == [True]


def test_empty_frames_are_fine(film: Film):
    run = film([(frame / 10, []) for frame in range(5)])
    assert [len(tracks) for tracks in run] == [0] * 5

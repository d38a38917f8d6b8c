"""Which views of a track are kept while frames go by, and for how long."""

import cv2
import numpy as np
import pytest

from vision.plates.best_shots import BestShots
from vision.plates.shots import ShotSettings
from vision.vehicles import VehicleKind

BOX = (200, 100, 300, 300)
EVERY_S = 0.04


def play(shots, frame_of, tracks_of, moments):
    """moments: (index, rows of the tracks) or (index, rows, image)."""
    for index, rows, *image in moments:
        shots.see(frame_of(index, index * EVERY_S, *image), tracks_of(*rows))


def test_a_crop_has_the_pixels_of_its_frame(frame_of, tracks_of, texture):
    shots = BestShots()
    shots.see(frame_of(7, 1.5), tracks_of((1, BOX), (2, (250, 150, 400, 400))))
    (shot,) = shots.of(1)
    x1, y1, x2, y2 = shot.rect_px
    np.testing.assert_array_equal(shot.crop, texture[y1:y2, x1:x2])
    assert (shot.frame, shot.media_s, shot.kind) == (7, 1.5, VehicleKind.MOTORBIKE)
    assert (x1 <= 200, y1 <= 100, x2 >= 300, y2 >= 300) == (True,) * 4
    np.testing.assert_array_equal(shot.others_px, [(250, 150, 400, 400)])
    assert shot.crop.base is None or not np.shares_memory(shot.crop, texture)


def test_no_more_than_so_many_are_kept_and_they_are_spread_in_time(frame_of, tracks_of):
    shots = BestShots(ShotSettings(shots=3, apart_s=0.2))
    play(shots, frame_of, tracks_of, [(index, [(1, BOX)]) for index in range(100)])
    kept = shots.of(1)
    assert len(kept) == 3
    spans = [int(shot.media_s / 0.2) for shot in kept]
    assert len(set(spans)) == 3
    assert [shot.frame for shot in kept] == sorted(shot.frame for shot in kept)


def test_larger_sharper_views_take_the_place_of_poorer_ones(frame_of, tracks_of, texture):
    shots = BestShots(ShotSettings(shots=2))
    blurred = np.asarray(cv2.GaussianBlur(texture, (0, 0), 4), np.uint8)
    small = (200, 100, 250, 200)
    moments = [(index, [(1, small)], blurred) for index in range(0, 40)]
    play(shots, frame_of, tracks_of, moments)
    assert all(shot.frame < 40 for shot in shots.of(1))
    # The box grows slowly, so that it stays one and the same vehicle; then pixels are sharp.
    for index, side in enumerate(range(50, 130, 2), 40):
        play(shots, frame_of, tracks_of, [(index, [(1, (200, 100, 200 + side, 100 + 2 * side))])])
    assert all(shot.frame >= 60 for shot in shots.of(1))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([(1, BOX)], {"seen": False}),
        ([(1, BOX)], {"confirmed": False}),
        ([(1, BOX, VehicleKind.PEDESTRIAN)], {}),
        ([(1, BOX, VehicleKind.BICYCLE)], {}),
        ([(1, (200, 100, 216, 130))], {}),
        ([(1, BOX), (2, (190, 150, 310, 330), VehicleKind.CAR)], {}),
    ],
    ids=["predicted", "unconfirmed", "walker", "bicycle", "tiny", "covered by a nearer one"],
)
def test_views_that_promise_no_plate_are_not_taken(frame_of, tracks_of, rows, told):
    shots = BestShots()
    shots.see(frame_of(0, 0.0), tracks_of(*rows, **told))
    assert shots.of(1) == ()


def test_a_walker_in_front_covers_nothing(frame_of, tracks_of):
    shots = BestShots()
    shots.see(frame_of(0, 0.0), tracks_of((1, BOX), (2, (190, 150, 310, 330), VehicleKind.PEDESTRIAN)))
    assert len(shots.of(1)) == 1
    assert len(shots.of(1)[0].others_px) == 0


def test_a_view_cut_by_the_picture_gives_way_to_a_whole_one(frame_of, tracks_of):
    shots = BestShots(ShotSettings(shots=1))
    cut = (0, 100, 100, 300)
    play(shots, frame_of, tracks_of, [(0, [(1, cut)]), (10, [(1, (20, 100, 120, 300))])])
    assert [shot.frame for shot in shots.of(1)] == [10]


def test_an_ended_track_may_still_be_asked_for_and_is_then_forgotten(frame_of, tracks_of):
    shots = BestShots(ShotSettings(remember_s=10))
    shots.see(frame_of(0, 0.0), tracks_of((1, BOX)))
    shots.see(frame_of(1, 1.0), tracks_of(ended=(1,)))
    shots.see(frame_of(2, 10.5), tracks_of())
    assert len(shots.of(1)) == 1
    shots.see(frame_of(3, 11.5), tracks_of())
    assert shots.of(1) == ()
    assert len(shots) == 0


def test_memory_is_bounded_and_ended_tracks_make_room_first(frame_of, tracks_of):
    one = 3 * 120 * 240
    shots = BestShots(ShotSettings(most_bytes=3 * one, crops_a_frame=9))
    far = [(number, (120 * number, 100, 120 * number + 100, 300)) for number in range(1, 5)]
    shots.see(frame_of(0, 0.0), tracks_of(far[0], far[1]))
    shots.see(frame_of(1, 0.1), tracks_of(far[1], ended=(1,)))
    shots.see(frame_of(2, 0.2), tracks_of(far[1], far[2], far[3]))
    assert shots.of(1) == ()
    kept = [track for track in (2, 3, 4) if shots.of(track)]
    assert sum(shot.crop.nbytes for track in kept for shot in shots.of(track)) <= 3 * one
    assert shots.refused > 0


def test_few_crops_are_copied_of_a_vehicle_that_stands(frame_of, tracks_of, monkeypatch):
    shots, copied = BestShots(), []
    from vision.frame import ImagePixels

    cut = ImagePixels.cut
    monkeypatch.setattr(ImagePixels, "cut", lambda self, part: copied.append(part) or cut(self, part))
    play(shots, frame_of, tracks_of, [(index, [(1, BOX)]) for index in range(500)])
    assert len(copied) <= 25


def test_a_clock_that_runs_backwards_begins_anew(frame_of, tracks_of):
    shots = BestShots()
    shots.see(frame_of(0, 5.0), tracks_of((1, BOX)))
    shots.see(frame_of(1, 1.0), tracks_of((2, BOX)))
    assert shots.of(1) == ()
    assert len(shots.of(2)) == 1


def split(shots, frame_of, tracks_of):
    """Two motorbikes in one box until 1.0 s; then track 1 goes on with the right one, and track 2 is born."""
    both, left, right = (200, 100, 360, 300), (200, 100, 275, 300), (285, 100, 360, 300)
    play(shots, frame_of, tracks_of, [(index, [(1, both)]) for index in range(25)])
    play(shots, frame_of, tracks_of, [(index, [(1, right), (2, left)]) for index in range(25, 60)])


def test_shots_from_before_a_split_prove_nothing_of_the_time_after_it(frame_of, tracks_of):
    shots = BestShots()
    split(shots, frame_of, tracks_of)
    assert {shot.frame < 25 for shot in shots.of(1, at_s=0.5)} == {True}
    assert {shot.frame >= 25 for shot in shots.of(1, at_s=2.0)} == {True}
    assert shots.of(1) == ()
    assert [len(span.shots) > 0 for span in shots.spans(1)] == [True, True]
    assert shots.of(1, at_s=0.98) == ()


def test_like_boxes_that_overlap_may_have_changed_tracks_unlike_ones_have_not(frame_of, tracks_of):
    def meet(kind):
        shots = BestShots()
        for index in range(50):
            left = 200 + abs(index - 25) * 6
            rows = [(1, (200, 100, 300, 300)), (2, (left, 90, left + 100, 290), kind)]
            shots.see(frame_of(index, index * EVERY_S), tracks_of(*rows))
        return shots

    assert len(meet(VehicleKind.MOTORBIKE).spans(1)) == 2
    assert len(meet(VehicleKind.CAR).spans(1)) == 1


def test_hundreds_of_splits_are_forgotten_but_the_richest(frame_of, tracks_of):
    shots = BestShots(ShotSettings(again_s=0.0))
    for index in range(200):
        wide = 60 if index % 10 < 5 else 140
        shots.see(frame_of(index, index * EVERY_S), tracks_of((1, (200, 100, 200 + wide, 300))))
    assert len(shots.spans(1)) <= 4

"""Frames nobody looked at: tracks move as predicted, or are held where nothing has changed."""

import numpy as np
import pytest

from vision.track.tracker import Tracker
from vision.vehicles import VehicleKind


def car(x, y=300):
    return (x, y, 100, 80, 0.8, VehicleKind.CAR)


@pytest.fixture
def driving(shot):
    """A tracker that has followed one car at 200 px/s for two seconds, ten looks a second."""
    tracker = Tracker()
    for frame in range(21):
        tracker.update(shot(car(100 + 20 * frame)), frame / 10)
    return tracker


def test_a_coasted_track_is_where_its_speed_puts_it_and_not_seen(driving):
    tracks = driving.coast(2.5)
    assert (tracks.id.tolist(), tracks.seen.tolist(), tracks.confirmed.tolist()) == ([1], [False], [True])
    assert np.mean(tracks.xyxy_px[0, [0, 2]]) == pytest.approx(600, abs=5)


def test_coasting_between_looks_changes_nothing_in_the_end(shot):
    plain, coasting = Tracker(), Tracker()
    for frame in range(30):
        at_s = frame / 10
        if frame:
            coasting.coast(at_s - 0.05)
        one, other = plain.update(shot(car(100 + 20 * frame)), at_s), coasting.update(shot(car(100 + 20 * frame)), at_s)
        np.testing.assert_array_equal(one.id, other.id)
        np.testing.assert_allclose(one.xyxy_px, other.xyxy_px, atol=0.01)


def test_coasting_is_no_miss_for_a_newborn(shot):
    tracker = Tracker()
    tracker.update(shot(car(100)), 0.0)
    for step in range(1, 9):
        assert tracker.coast(step / 10).id.tolist() == [1]
    assert tracker.update(shot(car(101)), 0.9).id.tolist() == [1]


def test_a_track_coasts_no_longer_than_a_hidden_one_may_stay_hidden(driving):
    assert driving.coast(3.4).id.tolist() == [1]
    tracks = driving.coast(3.6)
    assert (len(tracks), tracks.ended.tolist()) == (0, [1])


def test_where_nothing_changes_a_track_is_held_as_long_as_it_lasts(shot):
    tracker = Tracker()
    for frame in range(10):
        tracker.update(shot(car(100)), frame / 10)
    before = tracker.coast(1.0, still=True)
    for second in range(2, 60):
        tracks = tracker.coast(float(second), still=True)
    assert tracks.id.tolist() == [1]
    np.testing.assert_array_equal(tracks.xyxy_px, before.xyxy_px)
    assert tracker.update(shot(car(102)), 60.0).id.tolist() == [1]


def test_who_was_hidden_when_the_picture_froze_is_not_held(shot):
    tracker = Tracker()
    for frame in range(21):
        tracker.update(shot(car(100 + 20 * frame)), frame / 10)
    tracker.update(shot(), 2.1)
    assert tracker.coast(3.0, still=True).id.tolist() == [1]
    assert tracker.coast(4.0, still=True).ended.tolist() == [1]


def test_time_that_runs_backwards_is_refused(driving):
    with pytest.raises(ValueError, match=r"wanted a finite time not before 2\.0"):
        driving.coast(1.0)
    with pytest.raises(ValueError, match=r"wanted a finite time not before 2\.0"):
        driving.coast(1.0, still=True)


def test_an_empty_tracker_coasts_too():
    assert len(Tracker().coast(0.0)) == len(Tracker().coast(5.0, still=True)) == 0

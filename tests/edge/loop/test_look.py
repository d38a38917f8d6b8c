"""One stream through a real network: what comes out is what a plain loop over the frames would give."""

import numpy as np
import pytest

from edge.loop.look import look
from edge.loop.seen import How
from edge.loop.settings import CameraSettings, GateSettings
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.errors import SourceError
from vision.frame import Frame
from vision.sources.open import open_source
from vision.track.tracker import Tracker


@pytest.fixture
def run(little_video, detector, counter):
    def through(settings=None, source=little_video, by=detector):
        with open_source(str(source)) as frames:
            return list(look(frames, by, Tracker(), counter(), *([settings] if settings else [])))

    return through


def crossings(run):
    return [(one.vehicle, one.direction, one.frame) for seen in run for one in seen.crossings]


def test_every_frame_comes_out_in_order_and_as_a_loop_without_overlap_gives_it(run, tiny_model):
    model = resolve_model(tiny_model)
    ahead, plain = run(), run(by=Detector.open(model.file, model.card))
    assert [seen.frame.index for seen in ahead] == list(range(100))
    for one, other in zip(ahead, plain, strict=True):
        np.testing.assert_array_equal(one.tracks.xyxy_px, other.tracks.xyxy_px)
    assert crossings(ahead) == crossings(plain)
    assert len(crossings(ahead)) == 1
    assert all(seen.freshness.age_s >= 0 and seen.freshness.how is How.DETECTED for seen in ahead)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_looking_at_each_kth_frame_counts_the_same_and_says_what_was_predicted(run, k):
    every, kth = run(), run(CameraSettings(detect_every=k))
    assert [seen.frame.index for seen in kth] == list(range(100))
    assert [seen.freshness.how is How.DETECTED for seen in kth] == [number % k == 0 for number in range(100)]
    assert [found[:2] for found in crossings(kth)] == [found[:2] for found in crossings(every)]
    predicted = [seen for seen in kth if seen.freshness.how is How.PREDICTED]
    assert not any(seen.tracks.seen.any() for seen in predicted)


def test_predicted_boxes_move_on_with_the_car(run):
    later = [seen for seen in run(CameraSettings(detect_every=4)) if 50 <= seen.frame.index < 90]
    for seen in later:
        [(x1, _, x2, _)] = seen.tracks.xyxy_px
        assert abs((x1 + x2) / 2 - (16 + 1.5 * seen.frame.index)) < 4


def test_a_rate_leaves_frames_out_evenly_and_counts_the_same(run):
    thinned = run(CameraSettings(rate_fps=10))
    assert len(thinned) == pytest.approx(40, abs=1)
    assert len(crossings(thinned)) == 1


def test_where_nothing_moves_the_network_rests_and_the_track_is_held(run, standing_video):
    seen = run(CameraSettings(gate=GateSettings()), standing_video)
    how = [one.freshness.how for one in seen]
    assert [number for number in range(50) if how[number] is How.DETECTED] == [0, 25]
    held = [one.tracks for one in seen[:50] if one.freshness.how is How.HELD]
    assert {tuple(tracks.id) for tracks in held} == {(1,)}
    assert how[56:].count(How.DETECTED) >= 10
    every = run(source=standing_video)
    assert [found[:2] for found in crossings(seen)] == [found[:2] for found in crossings(every)]


def test_outside_the_region_nobody_is_seen(run):
    left = CameraSettings(roi=((0, 0), (0.4, 0), (0.4, 1), (0, 1)))
    found = run(left)
    assert max(seen.tracks.xyxy_px[seen.tracks.seen, 2].max(initial=0) for seen in found) <= 64
    assert any(seen.tracks.seen.any() for seen in found)
    assert crossings(found) == []


def test_a_source_that_fails_is_told_after_the_frames_before_it(pictures, detector, counter):
    looked = look(pictures(range(10), fault=SourceError("the camera burns")), detector, Tracker(), counter())
    assert [next(looked).frame.index for _ in range(10)] == list(range(10))
    with pytest.raises(SourceError, match="the camera burns"):
        next(looked)


def test_pictures_that_change_their_size_end_the_look_where_they_do(detector, counter):
    frames = [Frame(number, number / 25, np.zeros((96, 160 + (number > 2), 3), np.uint8), 0.0) for number in range(5)]
    looked = look(frames, detector, Tracker(), counter())
    assert [next(looked).frame.index for _ in range(3)] == [0, 1, 2]
    with pytest.raises(SourceError, match="frame 3: wanted a picture of 160 × 96 pixels as before, found 161 × 96"):
        next(looked)


def test_a_look_that_is_given_up_reads_only_a_little_further(pictures, detector, counter):
    source = pictures()
    looked = look(source, detector, Tracker(), counter())
    next(looked)
    looked.close()
    assert source.tally.frames_good <= detector.lanes + 2


@pytest.mark.parametrize("wrong", [{"rate_fps": 0.0}, {"rate_fps": float("inf")}, {"detect_every": 0}])
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"CameraSettings.*wanted .* found"):
        CameraSettings(**wrong)

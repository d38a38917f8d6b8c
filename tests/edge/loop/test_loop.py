"""Many cameras, one loop: real videos, a real network, and cameras that misbehave."""

import threading
import time
from collections import Counter, defaultdict

import pytest

from edge.loop.follow import follow
from edge.loop.loop import FrameLoop
from edge.loop.settings import CameraSettings, GateSettings, LoopSettings
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.detect.lanes import Lanes
from vision.errors import SourceError
from vision.sources.open import open_source
from vision.track.tracker import Tracker


class Gated:
    """A session that answers only when the test lets it; the real one behind it."""

    def __init__(self, session):
        self.session, self.go, self.asked = session, threading.Event(), 0
        self.input_shape, self.output_shape = session.input_shape, session.output_shape
        self.go.set()
        self.slowness_s = 0.0

    def run(self, canvases):
        self.asked += 1
        assert self.go.wait(30)
        time.sleep(self.slowness_s)
        return self.session.run(canvases)


@pytest.fixture
def gated(detector, tiny_model):
    """A detector whose network can be held up."""
    model = resolve_model(tiny_model)
    session = Gated(detector._network.session)
    lanes = Lanes(session, 1)
    yield Detector(lanes, model.card, "held"), session
    session.go.set()
    lanes.close()


def collected(loop):
    found = defaultdict(list)
    with loop:
        for name, seen, freshness in loop:
            assert freshness is seen.freshness
            found[name].append(seen)
    return found


def counted(seen):
    return Counter((one.vehicle, one.direction.value) for each in seen for one in each.crossings)


def test_two_recordings_at_once_are_seen_whole_and_in_order(watched, little_video, standing_video, detector):
    loop = FrameLoop([watched("a", little_video), watched("b", standing_video)], detector)
    found = collected(loop)
    assert [seen.frame.index for seen in found["a"]] == list(range(100))
    assert [seen.frame.index for seen in found["b"]] == list(range(75))
    assert counted(found["a"]) == {("car", "right_to_left"): 1}
    assert loop.fault("a") is loop.fault("b") is None
    metrics = loop.metrics()["a"]
    assert (metrics.decoded, metrics.analysed, metrics.dropped, metrics.fault) == (100, 100, 0, None)
    assert 0 <= metrics.age_p50_s <= metrics.age_p99_s


def test_the_loop_gives_what_the_look_gives(watched, little_video, detector, counter):
    from edge.loop.look import look

    [seen] = collected(FrameLoop([watched("a", little_video)], detector)).values()
    with open_source(str(little_video)) as frames:
        plain = list(look(frames, detector, Tracker(), counter()))
    assert [one.tracks.xyxy_px.tolist() for one in seen] == [one.tracks.xyxy_px.tolist() for one in plain]


def test_pictures_of_several_cameras_share_a_batch_where_the_network_takes_one(
    watched, little_video, detector, tiny_model
):
    model = resolve_model(tiny_model)
    lanes = Lanes(detector._network.session, 1, most_batch=4)
    batching = Detector(lanes, model.card, "batching")
    cameras = [watched(name, little_video) for name in "abc"]
    found = collected(FrameLoop(cameras, batching))
    lanes.close()
    assert {name: len(seen) for name, seen in found.items()} == {"a": 100, "b": 100, "c": 100}
    assert all(counted(seen) == {("car", "right_to_left"): 1} for seen in found.values())


def test_each_camera_has_its_own_settings(watched, little_video, standing_video, detector):
    settings = {
        "thin": CameraSettings(rate_fps=5),
        "third": CameraSettings(detect_every=3),
        "gate": CameraSettings(gate=GateSettings()),
    }
    videos = {"thin": little_video, "third": little_video, "gate": standing_video}
    loop = FrameLoop([watched(name, videos[name], settings[name]) for name in settings], detector)
    collected(loop)
    metrics = loop.metrics()
    assert (metrics["thin"].analysed, metrics["thin"].thinned) == (20, 80)
    assert (metrics["third"].analysed, metrics["third"].predicted) == (34, 66)
    assert metrics["gate"].gated > 40
    assert metrics["gate"].analysed + metrics["gate"].gated == 75


@pytest.mark.parametrize("fault", [SourceError("the camera burns"), ZeroDivisionError("a mistake of ours")])
def test_a_camera_that_fails_ends_alone(watched, little_video, pictures, detector, fault, caplog):
    told = []
    burning = watched("burning", pictures(range(7), fault=fault), ended=told.append)
    loop = FrameLoop([burning, watched("sound", little_video)], detector)
    found = collected(loop)
    assert (len(found["burning"]), len(found["sound"])) == (7, 100)
    assert told == [fault]
    assert loop.fault("burning") is fault
    assert loop.metrics()["burning"].fault == str(fault)
    assert "burning" in caplog.text


def test_a_fault_inside_the_loop_ends_its_camera_alone_too(watched, little_video, pictures, detector):
    backwards = pictures(range(10))
    backwards.numbers = [0, 1, 2, 1, 2]  # media time runs backwards: the tracker refuses
    loop = FrameLoop([watched("odd", backwards), watched("sound", little_video)], detector)
    found = collected(loop)
    assert (len(found["odd"]), len(found["sound"])) == (3, 100)
    assert "wanted a finite time not before" in loop.metrics()["odd"].fault


def test_a_live_camera_gives_its_freshest_frame_and_counts_the_others(watched, pictures, gated, until):
    detector, session = gated
    asked_before, all_given = session.asked, threading.Event()

    def numbers():
        yield 0
        until(lambda: session.asked > asked_before)
        yield from range(1, 60)
        all_given.set()

    source = pictures(numbers(), live=True)
    session.go.clear()
    loop, indices = FrameLoop([watched("live", source)], detector), []
    with loop:
        turn = iter(loop)
        first = threading.Thread(target=lambda: indices.append(next(turn)[1].frame.index))
        first.start()
        assert all_given.wait(30)
        session.go.set()
        first.join(30)
        indices += [seen.frame.index for _, seen, _ in turn]
    assert indices == [0, 59]
    metrics = loop.metrics()["live"]
    assert len(indices) == metrics.analysed == 2
    assert metrics.analysed + metrics.dropped == metrics.decoded == 60


def test_a_recording_waits_for_the_network_with_few_frames_decoded(watched, pictures, gated, until):
    detector, session = gated
    source = pictures(range(1000))
    session.go.clear()
    loop = FrameLoop([watched("file", source)], detector, LoopSettings(waiting=2))
    with loop:
        reader = threading.Thread(target=lambda: next(iter(loop)))
        reader.start()
        until(lambda: source.tally.frames_good >= 5)
        threading.Event().wait(0.2)
        assert source.tally.frames_good <= 6  # two on their way, two waiting, one in the reader's hand, one begun
        session.go.set()
        reader.join(30)


def test_who_has_no_room_is_not_asked_and_holds_up_nobody(watched, little_video, pictures, detector):
    room = threading.Event()
    loop = FrameLoop(
        [watched("full", pictures(range(20)), has_room=room.is_set), watched("free", little_video)], detector
    )
    order = []
    with loop:
        for name, seen, _ in loop:
            order.append(name)
            if (name, seen.frame.index) == ("free", 99):
                room.set()
                loop.wake()
    assert order == ["free"] * 100 + ["full"] * 20


def test_a_camera_that_asks_for_more_gets_more_where_the_network_is_the_limit(watched, pictures, gated):
    detector, session = gated
    session.slowness_s = 0.02
    fast = watched("fast", pictures(range(90)), CameraSettings(rate_fps=20))
    slow = watched("slow", pictures(range(90)), CameraSettings(rate_fps=10))
    fast.source.fps = slow.source.fps = None
    order = []
    with FrameLoop([fast, slow], detector, LoopSettings(waiting=8)) as loop:
        for name, _, _ in loop:
            order.append(name)
            if len(order) == 30:
                break
    assert order.count("fast") > order.count("slow") > 3


def test_a_stop_from_another_thread_ends_all_and_leaves_no_thread(watched, pictures, detector):
    before = set(threading.enumerate())
    endless = [watched(name, pictures(range(10**9)), CameraSettings(rate_fps=5)) for name in "abc"]
    seen = 0
    with FrameLoop(endless, detector) as loop:
        for _ in loop:
            seen += 1
            if seen == 5:
                threading.Thread(target=loop.stop).start()
    assert seen >= 5
    left = {thread for thread in threading.enumerate() if not thread.name.startswith("lane")}
    assert left <= before


def test_leaving_the_loop_in_the_middle_leaves_no_thread(watched, pictures, detector):
    before = set(threading.enumerate())
    live = watched("live", pictures(range(10**9), live=True))
    with FrameLoop([live, watched("file", pictures(range(10**9)))], detector) as loop:
        for _ in loop:
            break
    assert live.source.closed
    assert {thread for thread in threading.enumerate() if not thread.name.startswith("lane")} <= before


def test_a_name_given_twice_is_refused(watched, pictures, detector):
    with pytest.raises(ValueError, match="camera names: wanted each once, found a more than once"):
        FrameLoop([watched("a", pictures()), watched("a", pictures())], detector)


def test_following_one_live_camera_raises_what_it_ended_by(pictures, detector, counter):
    source = pictures(range(5), live=True, fault=SourceError("gone"))
    with pytest.raises(SourceError, match="gone"):
        list(follow(source, detector, Tracker(), counter()))

"""A camera that is not there at the start is tried again until it comes, and every attempt is told."""

import threading
import time

import pytest

from edge.agent.latecomers import Latecomers, Patience
from edge.errors import OutboxBroken
from vision.errors import SourceError

QUICK = Patience(first_s=0.01, most_s=0.04, join_s=5.0)


class Kept:
    """A ledger in memory. broken: the disk fails."""

    def __init__(self, broken=False):
        self.events, self.broken = [], broken

    def commit(self, events, media=()):
        if self.broken:
            raise OutboxBroken("the disk is gone")
        self.events += events


class Camera:
    """Can be opened at the attempt of that number; None: never. attempts at these monotonic times."""

    def __init__(self, comes_at=None):
        self.comes_at, self.times, self.closed = comes_at, [], threading.Event()

    def open(self):
        self.times.append(time.monotonic())
        # The attempt at the start, which failed, was the first.
        if self.comes_at is None or len(self.times) + 1 < self.comes_at:
            raise SourceError("wanted a picture, found none")
        return self

    def close(self):
        self.closed.set()


def waited_for(camera, ledger, name="cam-1", patience=QUICK):
    return Latecomers({name: "wanted a picture, found none"}, {name: camera.open}, ledger, "b1", patience)


def until(condition, most_s=10.0):
    end_s = time.monotonic() + most_s
    while not condition():
        assert time.monotonic() < end_s, "waited in vain"
        time.sleep(0.005)


def test_it_is_handed_over_once_it_can_be_opened_and_every_attempt_is_an_event():
    camera, ledger, came = Camera(comes_at=4), Kept(), []
    latecomers = waited_for(camera, ledger)
    latecomers.start(lambda name, source: came.append((name, source)) is None, pytest.fail)
    assert latecomers.awaited()
    until(lambda: len(ledger.events) == 4)
    latecomers.close()
    assert came == [("cam-1", camera)]
    assert not latecomers.awaited()
    assert (latecomers.attempts["cam-1"].made, latecomers.attempts["cam-1"].problem) == (4, None)
    assert [event.data.state for event in ledger.events] == ["source_lost"] * 3 + ["running"]
    assert [event.sequence for event in ledger.events] == [0, 1, 2, 3]
    assert "attempt 3: wanted a picture, found none" in ledger.events[2].data.note
    assert {event.boot for event in ledger.events} == {"b1-waiting"}
    assert camera.closed.is_set()


def test_the_pauses_double_up_to_their_limit():
    camera = Camera()
    latecomers = waited_for(camera, Kept(), patience=Patience(0.02, 0.08, 5.0))
    latecomers.start(lambda *_: True, pytest.fail)
    until(lambda: len(camera.times) == 5)
    latecomers.close()
    pauses_s = [after - before for before, after in zip(camera.times, camera.times[1:], strict=False)]
    # An attempt is never earlier than agreed; how much later is the machine's affair.
    assert all(pause_s >= least_s for pause_s, least_s in zip(pauses_s, (0.04, 0.08, 0.08), strict=False))


def test_a_camera_that_comes_when_nobody_wants_it_any_more_is_closed():
    camera = Camera(comes_at=2)
    latecomers = waited_for(camera, Kept())
    latecomers.start(lambda *_: False, pytest.fail)
    assert camera.closed.wait(10)
    latecomers.close()


def test_after_the_end_nobody_tries_again():
    camera = Camera()
    latecomers = waited_for(camera, Kept(), patience=Patience(first_s=60.0))
    latecomers.start(lambda *_: True, pytest.fail)
    latecomers.close()
    assert not latecomers.awaited()
    assert not camera.times


def test_one_that_came_and_could_not_be_set_to_work_is_told_with_the_reason():
    def refuse(name, source):
        raise ValueError("no place for it")

    latecomers = waited_for(Camera(comes_at=2), Kept())
    latecomers.start(refuse, pytest.fail)
    until(lambda: not latecomers.awaited())
    latecomers.close()
    assert latecomers.attempts["cam-1"].problem == "ValueError: no place for it"


def test_a_failed_disk_ends_the_watch():
    told = []
    latecomers = waited_for(Camera(), Kept(broken=True))
    latecomers.start(lambda *_: True, told.append)
    until(lambda: told)
    latecomers.close()
    assert isinstance(told[0], OutboxBroken)

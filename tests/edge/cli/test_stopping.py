"""Signals as wishes: the first is heeded between frames, the second has its usual effect."""

import signal
import threading

import numpy as np
import pytest

from edge.cli.stopping import stopped_by_signals
from vision.frame import Frame


def deliver(number):
    """What the interpreter does when the signal comes; a real one would reach the test runner's process too."""
    signal.getsignal(number)(number, None)


class Source:
    """As much of a source as a signal needs."""

    def __init__(self, live):
        self.live, self.closed = live, threading.Event()

    def close(self):
        self.closed.set()


def frames():
    for number in range(10):
        yield Frame(number, number / 25, np.zeros((2, 2, 3), np.uint8), 0.0)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_the_frame_at_hand_is_the_last(number, code):
    got = []
    with stopped_by_signals(Source(live=False)) as stop:
        for frame in stop.heed(frames()):
            got.append(frame.index)
            if frame.index == 3:
                deliver(number)
    assert got == [0, 1, 2, 3]
    assert (stop.exit_code, stop.why()) == (code, f"stopped by {number.name}")


def test_nobody_asked_nothing_changes():
    with stopped_by_signals(Source(live=True)) as stop:
        assert len(list(stop.heed(frames()))) == 10
    assert (stop.exit_code, stop.why()) == (0, None)


def test_a_second_ctrl_c_breaks_off_at_once():
    with pytest.raises(KeyboardInterrupt), stopped_by_signals(Source(live=False)):
        deliver(signal.SIGINT)
        deliver(signal.SIGINT)


def test_a_live_source_is_closed_so_that_its_wait_ends_and_a_recording_is_not():
    live, recording = Source(live=True), Source(live=False)
    with stopped_by_signals(live):
        deliver(signal.SIGTERM)
        assert live.closed.wait(30)
    with stopped_by_signals(recording):
        deliver(signal.SIGTERM)
    assert not recording.closed.wait(0.1)


def test_afterwards_the_handlers_are_those_of_before():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with stopped_by_signals(Source(live=False)):
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] != before
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_an_ignored_signal_stays_ignored():
    """A job that a shell started in the background ignores Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stopped_by_signals(Source(live=False)) as stop:
            signal.raise_signal(signal.SIGINT)
        assert stop.asked is None
    finally:
        signal.signal(signal.SIGINT, before)

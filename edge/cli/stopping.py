"""Ctrl-C and SIGTERM as a wish: the frame at hand is finished, what was seen is committed, and the command ends."""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType
from typing import Any

from edge.cli import exits
from vision.frame import Frame
from vision.sources.source import Source

Handler = Callable[[int, FrameType | None], Any] | int | None

HEEDED = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether somebody asked for an end. asked: the signal that did, None while nobody has."""

    def __init__(self) -> None:
        self.asked: signal.Signals | None = None

    def heed(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames up to the wish; those before it are all handed on."""
        for frame in frames:
            if self.asked is not None:
                return
            yield frame

    def why(self) -> str | None:
        """A sentence for the last event; None when nobody asked."""
        return f"stopped by {self.asked.name}" if self.asked else None

    @property
    def exit_code(self) -> int:
        """SIGTERM is how a service ends on an ordinary day; Ctrl-C is somebody breaking off."""
        return exits.INTERRUPTED if self.asked is signal.SIGINT else exits.OK


@contextmanager
def stopped_by_signals(source: Source) -> Iterator[Stop]:
    """Heed the first signal while the block runs; the second one has its usual effect at once.

    A live source may be waiting for a camera that is away, so it is closed, from a thread of its own: closing waits
    for FFmpeg. A recording is not, for nothing may close it under the decoder's feet.
    """
    stop, wishes = Stop(), SimpleQueue[bool]()

    def close_when_asked() -> None:
        if wishes.get() and source.live:
            source.close()

    def heed(number: int, _frame: FrameType | None) -> None:
        stop.asked = signal.Signals(number)
        _restore(before)
        wishes.put(True)  # the one queue that a signal handler may put into

    closer = threading.Thread(target=close_when_asked, name="stopping", daemon=True)
    closer.start()
    before = {number: signal.getsignal(number) for number in HEEDED if signal.getsignal(number) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, heed)
    try:
        yield stop
    finally:
        _restore(before)
        wishes.put(False)


def _restore(before: Mapping[signal.Signals, Handler]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)

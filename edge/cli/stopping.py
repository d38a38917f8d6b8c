"""Ctrl-C and SIGTERM as a wish: the frame at hand is finished, what was seen is committed, and the command ends."""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from queue import SimpleQueue
from types import FrameType
from typing import Any, TypeVar

from edge.cli import exits
from vision.sources.source import Source

Item = TypeVar("Item")
Handler = Callable[[int, FrameType | None], Any] | int | None

HEEDED = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether somebody asked for an end. asked: the signal that did, None while nobody has."""

    def __init__(self) -> None:
        self.asked: signal.Signals | None = None

    def heed(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items up to the wish; the one at hand is the last."""
        for item in items:
            yield item
            if self.asked is not None:
                return

    def why(self) -> str | None:
        """A sentence for the last event; None when nobody asked."""
        return f"stopped by {self.asked.name}" if self.asked else None

    @property
    def exit_code(self) -> int:
        """SIGTERM is how a service ends on an ordinary day; Ctrl-C is somebody breaking off."""
        return exits.INTERRUPTED if self.asked is signal.SIGINT else exits.OK


def stopped_by_signals(source: Source) -> AbstractContextManager[Stop]:
    """As `heeding_signals`. A live source may be waiting for a camera that is away, so it is closed. A recording is
    not, for nothing may close it under the decoder's feet."""
    return heeding_signals(source.close if source.live else lambda: None)


@contextmanager
def heeding_signals(end: Callable[[], None]) -> Iterator[Stop]:
    """Heed the first signal while the block runs; the second one has its usual effect at once.

    end: ends what the process may be waiting for. It is called from a thread of its own, for it may wait for FFmpeg.
    """
    stop, wishes = Stop(), SimpleQueue[bool]()

    def close_when_asked() -> None:
        if wishes.get():
            end()

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

"""What the loop has seen, on its way to an agent that works beside it."""

import threading
from collections import deque
from collections.abc import Callable, Iterator

from edge.loop.seen import Seen

MOST_WAITING = 8
"""Frames; each may hold a decoded picture of some megabytes. The loop has a few more of the camera on their way."""


class Inbox:
    """One camera's results. The loop asks `has_room` before it takes a frame, so that a busy agent lets its own camera
    wait and no other.

    wake   called when there is room again
    """

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self.wake = wake
        self._seen: deque[Seen] = deque()
        self._changed = threading.Condition()
        self._over = False
        self._abandoned = False
        self._fault: Exception | None = None

    def has_room(self) -> bool:
        return self._abandoned or len(self._seen) < MOST_WAITING

    def put(self, seen: Seen) -> None:
        with self._changed:
            if not self._abandoned:
                self._seen.append(seen)
                self._changed.notify()

    def end(self, fault: Exception | None) -> None:
        """Nothing more will come; the first word counts."""
        with self._changed:
            if not self._over:
                self._over, self._fault = True, fault
                self._changed.notify()

    def abandon(self) -> None:
        """Nobody reads any more: what comes is thrown away, so that the loop does not wait for a dead agent."""
        with self._changed:
            self._abandoned = True
            self._seen.clear()
        self.wake()

    def __iter__(self) -> Iterator[Seen]:
        """Until the camera has ended; then raises the fault it ended by, if any."""
        while (seen := self._next()) is not None:
            yield seen
        if self._fault is not None:
            raise self._fault

    def _next(self) -> Seen | None:
        with self._changed:
            self._changed.wait_for(lambda: self._seen or self._over)
            seen = self._seen.popleft() if self._seen else None
        self.wake()
        return seen

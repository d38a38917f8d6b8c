"""The place between a camera's decoding thread, which must not wait, and the loop, which takes its time."""

import threading
from collections import deque
from collections.abc import Callable

from vision.frame import Frame


class Intake:
    """A few frames at most. Full, a keeping one lets the reader wait; the other drops what waits for the newer frame
    and counts it.

    news      called, from the reader's thread, whenever there is something to look at
    dropped   frames that nobody took
    """

    def __init__(self, most: int, *, keeps_all: bool, news: Callable[[], None]) -> None:
        self.dropped = 0
        self._most = most if keeps_all else 1
        self._keeps_all = keeps_all
        self._news = news
        self._frames: deque[Frame] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._over = False
        self._fault: Exception | None = None

    def put(self, frame: Frame) -> bool:
        """False once closed: the reader may stop."""
        with self._changed:
            if self._keeps_all:
                self._changed.wait_for(lambda: self._closed or len(self._frames) < self._most)
            elif len(self._frames) >= self._most:
                self._frames.popleft()
                self.dropped += 1
            if self._closed:
                return False
            self._frames.append(frame)
        self._news()
        return True

    def end(self, fault: Exception | None) -> None:
        """The reader's last word; what waits is still taken."""
        with self._changed:
            self._over, self._fault = True, fault
        self._news()

    def close(self) -> None:
        """Nothing more is taken; a waiting reader goes on."""
        with self._changed:
            self._closed = True
            self._frames.clear()
            self._changed.notify_all()

    @property
    def since_s(self) -> float | None:
        """When the frame that waits longest arrived; None where none waits."""
        with self._changed:
            return self._frames[0].arrived_s if self._frames else None

    def take(self) -> Frame:
        """The frame that waits longest; IndexError where none does."""
        with self._changed:
            frame = self._frames.popleft()
            self._changed.notify_all()
            return frame

    @property
    def is_over(self) -> bool:
        """Nothing waits and nothing will come."""
        with self._changed:
            return self._over and not self._frames

    @property
    def fault(self) -> Exception | None:
        """What ended the reader; None while it reads, and where its source simply ended."""
        return self._fault

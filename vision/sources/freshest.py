"""A place for one picture between a reader that never waits and a consumer that takes its time."""

import threading

from vision.sources.pictures import Picture


class Freshest:
    """Holds the newest picture only. Putting never blocks; an untaken picture is replaced and counted as dropped."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._picture: Picture | None = None
        self._fault: BaseException | None = None
        self._closed = False
        self.dropped = 0

    def put(self, picture: Picture) -> None:
        with self._changed:
            self.dropped += self._picture is not None
            self._picture = picture
            self._changed.notify_all()

    def fail(self, fault: BaseException) -> None:
        """The reader cannot go on: the consumer gets this error instead of waiting for ever."""
        with self._changed:
            self._fault = fault
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wait(self, timeout_s: float) -> Picture | None:
        """The present picture without taking it; None when none came in time. Raises the reader's fault."""
        with self._changed:
            self._changed.wait_for(self._has_news, timeout_s)
            if self._fault is not None:
                raise self._fault
            return self._picture

    def take(self) -> Picture | None:
        """The newest picture, as soon as there is one; None once closed. Raises the reader's fault."""
        with self._changed:
            self._changed.wait_for(self._has_news)
            if self._closed:
                return None
            if self._picture is None and self._fault is not None:
                raise self._fault
            picture, self._picture = self._picture, None
            return picture

    def _has_news(self) -> bool:
        return self._picture is not None or self._fault is not None or self._closed

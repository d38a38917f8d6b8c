"""A controller's own word on its lamps: JSON lines from a file that grows, a pipe, an http(s) address or an MQTT topic.

    {"group": "north", "state": "red", "error_s": 0.05}       the lamp shows this now
    {"group": "north", "state": "red", "age_s": 0.2}          it has done so for a fifth of a second
    {"group": "north", "state": "red", "media_s": 12.4}       for recordings: at this second of the recording
    {"alive": true}                                           nothing changed
    {"alive": false}                                          the controller is gone (an MQTT last will)

A state counts as known up to the last line of the feed, whatever it was about: a feed that falls silent makes the lamps
unknown, so a controller that speaks only of changes sends `alive` in between, once a second or more often. After a
silence, or a loss of the way to it, nothing that was said before holds any more: in between it may have changed twice.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from edge.lamps.book import LampBook
from edge.lamps.feed_lines import EXAMPLE, AliveLine, Line, StateLine, read_line
from edge.lamps.feed_readers import AGAIN_S, LOST, SILENT_S, reader_of
from vision.frame import Frame
from vision.sources.container import shown

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
# The picture's own way here takes time too, and nobody says how much: lamp and picture may lie so far apart.
WAY_ERROR_S = 0.2


class ControllerFeed:
    """Reads beside the agent, and hands on with each frame what came since the last.

    wrong: lines that could not be understood; dropped: lines for which there was no room. The last word on a lamp is
    what counts, so the oldest lines go.
    """

    def __init__(self, where: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Raises LampFeedError where there is no such file, or the address is none."""
        self._read = reader_of(where)
        self._where = shown(where)
        self._monotonic = monotonic
        self._lines: deque[tuple[float, Line | None]] = deque(maxlen=MOST_WAITING)
        self._over = threading.Event()
        self._heard_at_s = monotonic()
        self._silent = False
        self.wrong = 0
        self.dropped = 0
        self._thread = threading.Thread(target=self._work, name="lamp feed", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(timeout=AGAIN_S)

    def see(self, frame: Frame, book: LampBook) -> None:
        """Write into the book what was said until this frame came, on the frame's own clock."""
        while self._lines:
            arrived_s, line = self._lines.popleft()
            if line is LOST:
                _lose_all(book)
                continue
            self._take(line, arrived_s, frame, book)
            self._heard_at_s, self._silent = arrived_s, False
        if not self._silent and self._monotonic() - self._heard_at_s > SILENT_S:
            self._silent = True
            log.warning("lamp feed %s: silent for %.0f s: what the lamps show is unknown", self._where, SILENT_S)

    def _take(self, line: Line, arrived_s: float, frame: Frame, book: LampBook) -> None:
        live = line.media_s is None
        if live and arrived_s - self._heard_at_s > SILENT_S:
            _lose_all(book)
        now_s = frame.media_s + (arrived_s - frame.arrived_s) if line.media_s is None else line.media_s
        if isinstance(line, AliveLine) and not line.alive:
            _lose_all(book)
            return
        if isinstance(line, StateLine):
            way_s = WAY_ERROR_S if live else 0.0
            book.of(line.group, "controller").tell(line.state, now_s - line.age_s, line.error_s + way_s)
        for group, told in book.told_by("controller"):
            told.hear(now_s)
            book.changed(group)

    def _work(self) -> None:
        for text in self._read(self._over):
            self.dropped += len(self._lines) == MOST_WAITING
            if text is LOST:
                self._lines.append((self._monotonic(), LOST))
                continue
            try:
                line = read_line(text)
            except (ValidationError, ValueError, RecursionError) as error:
                self._say_wrong(text, error)
                continue
            self._lines.append((self._monotonic(), line))

    def _say_wrong(self, text: str, error: Exception) -> None:
        self.wrong += 1
        if self.wrong == 1:
            log.warning(
                "lamp feed %s: wanted a line such as %s, found %r (%s)",
                self._where,
                EXAMPLE,
                text[:80],
                type(error).__name__,
            )


def _lose_all(book: LampBook) -> None:
    """What the lamps show from the controller's last word on nobody knows."""
    for group, told in book.told_by("controller"):
        told.lose()
        book.changed(group)

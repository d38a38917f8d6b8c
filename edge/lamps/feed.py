"""A controller's own word on its lamps: JSON lines from a file that grows, a pipe, or an http(s) address.

    {"group": "north", "state": "red", "error_s": 0.05}       the lamp shows this now
    {"group": "north", "state": "red", "age_s": 0.2}          it has done so for a fifth of a second
    {"group": "north", "state": "red", "media_s": 12.4}       for recordings: at this second of the recording
    {"alive": true}                                           nothing changed

A state counts as known up to the last line of the feed, whatever it was about: a feed that falls silent makes the lamps
unknown, so a controller that speaks only of changes sends `alive` in between, once a second or more often.
"""

import json
import logging
import os
import stat
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Annotated, Literal, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from edge.errors import LampFeedError
from edge.lamps.book import LampBook
from vision.events.bodies import Name
from vision.events.lamps import Lamp
from vision.frame import Frame

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
LONGEST_LINE = 4096
POLL_S = 0.05
AGAIN_S = 2.0
SILENT_S = 5.0
# A feed that does not say how exact it is: the controller's step, and the way here.
UNSAID_ERROR_S = 0.1
# The picture's own way here takes time too, and nobody says how much: lamp and picture may lie so far apart.
WAY_ERROR_S = 0.2

Seconds = Annotated[float, Field(allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class FeedLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StateLine(FeedLine):
    """media_s: for recordings. age_s: for how long it had been so when it was sent."""

    group: Name
    state: Lamp
    error_s: NotNegative = UNSAID_ERROR_S
    age_s: NotNegative = 0.0
    media_s: Seconds | None = None


class AliveLine(FeedLine):
    alive: Literal[True]
    media_s: Seconds | None = None


LINE: TypeAdapter[StateLine | AliveLine] = TypeAdapter(StateLine | AliveLine)


class ControllerFeed:
    """Reads beside the agent, and hands on with each frame what came since the last.

    wrong: lines that could not be understood; dropped: lines for which there was no room. The last word on a lamp is
    what counts, so the oldest lines go.
    """

    def __init__(self, where: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Raises LampFeedError where there is no such file."""
        self._where = where
        self._monotonic = monotonic
        self._lines: deque[tuple[float, StateLine | AliveLine]] = deque(maxlen=MOST_WAITING)
        self._over = threading.Event()
        self._heard_at_s = monotonic()
        self._silent = False
        self.wrong = 0
        self.dropped = 0
        self._read = _reader(where)
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
            self._heard_at_s, self._silent = arrived_s, False
            now_s = frame.media_s + (arrived_s - frame.arrived_s) if line.media_s is None else line.media_s
            if isinstance(line, StateLine):
                way_s = WAY_ERROR_S if line.media_s is None else 0.0
                book.of(line.group, "controller").tell(line.state, now_s - line.age_s, line.error_s + way_s)
            for group, told in book.told_by("controller"):
                told.hear(now_s)
                book.changed(group)
        if not self._silent and self._monotonic() - self._heard_at_s > SILENT_S:
            self._silent = True
            log.warning("lamp feed %s: silent for %.0f s: what the lamps show is unknown", self._where, SILENT_S)

    def _work(self) -> None:
        for text in self._read(self._over):
            try:
                line = LINE.validate_python(json.loads(text))
            except (ValidationError, ValueError) as error:
                self.wrong += 1
                if self.wrong == 1:
                    log.warning(
                        "lamp feed %s: wanted a line such as %s, found %r (%s)",
                        self._where,
                        EXAMPLE,
                        text[:80],
                        type(error).__name__,
                    )
                continue
            self.dropped += len(self._lines) == MOST_WAITING
            self._lines.append((self._monotonic(), line))


EXAMPLE = '{"group": "north", "state": "red"}'
Reader = Callable[[threading.Event], Iterator[str]]


def _reader(where: str) -> Reader:
    if where.startswith(("http://", "https://")):
        return lambda over: _over_http(where, over)
    file = Path(where)
    if not file.exists():
        raise LampFeedError(f"lamp feed {where}: wanted a file, a pipe or an http address, found nothing of that name")
    if stat.S_ISFIFO(file.stat().st_mode):
        return lambda over: _from_pipe(file, over)
    return lambda over: _from_file(file, over)


def _from_file(file: Path, over: threading.Event) -> Iterator[str]:
    """Its lines, and those that are written to it later; from the beginning again where it was made shorter."""
    place, rest = 0, b""
    while not over.is_set():
        try:
            with file.open("rb") as opened:
                if os.fstat(opened.fileno()).st_size < place:
                    place, rest = 0, b""
                opened.seek(place)
                data = opened.read()
        except OSError as error:
            log.warning("lamp feed %s: %s", file, error.strerror)
            over.wait(AGAIN_S)
            continue
        place += len(data)
        *lines, rest = (rest + data).split(b"\n")
        rest = rest[-LONGEST_LINE:]
        yield from _texts(lines)
        over.wait(POLL_S)


def _from_pipe(file: Path, over: threading.Event) -> Iterator[str]:
    """Opened for writing too, so that it stays open when a writer goes and another comes."""
    handle, rest = os.open(file, os.O_RDWR | os.O_NONBLOCK), b""
    try:
        while not over.is_set():
            try:
                data = os.read(handle, 65536)
            except BlockingIOError:
                over.wait(POLL_S)
                continue
            *lines, rest = (rest + data).split(b"\n")
            rest = rest[-LONGEST_LINE:]
            yield from _texts(lines)
    finally:
        os.close(handle)


def _over_http(url: str, over: threading.Event) -> Iterator[str]:
    """A response that goes on; asked for again whenever it ends."""
    while not over.is_set():
        try:
            with httpx.stream("GET", url, timeout=httpx.Timeout(10.0, read=SILENT_S), trust_env=False) as answer:
                answer.raise_for_status()
                for line in answer.iter_lines():
                    if line.strip():
                        yield line
                    if over.is_set():
                        return
        except httpx.HTTPError as error:
            log.warning("lamp feed %s: %s", url, error)
        over.wait(AGAIN_S)


def _texts(lines: list[bytes]) -> Iterator[str]:
    for line in lines:
        if line.strip():
            yield line.decode("utf-8", "replace")

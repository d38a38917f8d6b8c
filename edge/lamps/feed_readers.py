"""The ways a controller's lines come by: a file that grows, a pipe, an http(s) address, a topic of an MQTT broker.

A reader gives line after line until it is told that all is over, and `LOST` whenever the way to the controller was
perhaps interrupted: what was said before it says nothing of the time after it.
"""

import logging
import os
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import httpx

from edge.errors import LampFeedError
from edge.lamps.feed_mqtt import MQTT_SCHEMES, over_mqtt, read_address
from vision.sources.container import shown

log = logging.getLogger(__name__)

LONGEST_LINE = 4096
POLL_S = 0.05
AGAIN_S = 2.0
SILENT_S = 5.0
LOST: Final = None

Reader = Callable[[threading.Event], Iterator[str | None]]


def reader_of(where: str) -> Reader:
    """Raises LampFeedError for what is no such place; a broker or server that is away is tried again and again."""
    if where.startswith(("http://", "https://")):
        return lambda over: _over_http(where, over)
    if where.startswith(MQTT_SCHEMES):
        address = read_address(where)
        return lambda over: over_mqtt(address, over)
    file = Path(where)
    if not file.exists():
        raise LampFeedError(
            f"lamp feed {shown(where)}: wanted a file, a pipe, an http(s) or an mqtt(s) address, "
            "found nothing of that name"
        )
    if stat.S_ISFIFO(file.stat().st_mode):
        return lambda over: _from_pipe(file, over)
    return lambda over: _from_file(file, over)


def _from_file(file: Path, over: threading.Event) -> Iterator[str | None]:
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


def _from_pipe(file: Path, over: threading.Event) -> Iterator[str | None]:
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


def _over_http(url: str, over: threading.Event) -> Iterator[str | None]:
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
            log.warning("lamp feed %s: %s", shown(url), error)
        yield LOST
        over.wait(AGAIN_S)


def _texts(lines: list[bytes]) -> Iterator[str]:
    for line in lines:
        if line.strip():
            yield line.decode("utf-8", "replace")

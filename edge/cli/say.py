"""Sentences for the operator, on stderr: stdout stays data."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

QUIET_S = 300.0
MOST_REMEMBERED = 1000


def fail(sentence: str) -> None:
    """What ended the command."""
    _say("ngatu:", "bold red", sentence)


def warn(sentence: str) -> None:
    """What the operator should know, although the command goes on."""
    _say("note:", "yellow", sentence)


@contextmanager
def log_on_stderr() -> Iterator[None]:
    """Warnings of every part of the engine as sentences, while the block runs."""
    root, handler = logging.getLogger(), Spoken()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)


class Spoken(logging.Handler):
    """Says each record; the same words of the same part only once in QUIET_S, for a camera that stays away stays away.

    seconds: the monotonic clock.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.WARNING)
        self._seconds = seconds
        self._said_s: dict[tuple[str, str], float] = {}
        self.addFilter(self._is_news)

    def emit(self, record: logging.LogRecord) -> None:
        style = "yellow" if record.levelno < logging.ERROR else "bold red"
        _say(
            f"{time.strftime('%H:%M:%S', time.localtime(record.created))} {record.levelname.lower()}:",
            style,
            self.format(record),
        )

    def _is_news(self, record: logging.LogRecord) -> bool:
        key, now_s = (record.name, record.getMessage()), self._seconds()
        said_s = self._said_s.get(key)
        if said_s is not None and now_s - said_s < QUIET_S:
            return False
        if len(self._said_s) >= MOST_REMEMBERED:
            self._said_s.clear()
        self._said_s[key] = now_s
        return True


def _say(head: str, style: str, sentence: str) -> None:
    # As Text, not as markup: file names and lists may hold square brackets.
    Console(stderr=True).print(Text.assemble((head, style), " ", sentence), soft_wrap=True, highlight=False)

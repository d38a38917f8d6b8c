"""Whose turn it is to write into a SQLite file: for threads a lock, for processes locks on two files beside it.

SQLite itself keeps no queue. Who finds it taken sleeps up to 100 ms and looks again, while a process that writes one
transaction after the other takes it back within microseconds; under load one of two processes could look for half a
minute without once finding it free. The kernel wakes whoever waits, and frees the locks of a process that dies.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

# Who waits for the turn holds the place of the next: so whoever has just written cannot take the turn back before them.
NEXT, TURN = "-next", "-turn"


class Turns:
    """Of one database file, for the threads of one engine."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._threads = Lock()
        self._files: list[int] = []

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for the turn, keep it, hand it on. Raises OSError where the folder cannot be written to."""
        with self._threads:
            place, turn = self._opened()
            fcntl.flock(place, fcntl.LOCK_EX)
            try:
                fcntl.flock(turn, fcntl.LOCK_EX)
            finally:
                fcntl.flock(place, fcntl.LOCK_UN)
            try:
                yield
            finally:
                fcntl.flock(turn, fcntl.LOCK_UN)

    def _opened(self) -> list[int]:
        while len(self._files) < 2:
            name = self._database.name + (TURN if self._files else NEXT)
            path = self._database.with_name(name)
            self._files.append(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return self._files

    def __del__(self) -> None:
        for file in self._files:
            os.close(file)

"""A ledger that anybody can read: a file with one event a line."""

import errno
import fcntl
import io
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.errors import LedgerError, OutboxBroken, OutboxFull
from edge.outbox.rows import OutboxMedia
from edge.outbox.sync import sync_folder
from vision.events.envelope import EVENT, Event

log = logging.getLogger(__name__)

# EFBIG: a limit on file sizes, which is a full disk of its own.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
BEGINNING = b'{"specversion":'
CHUNK_BYTES = 65_536


class JsonLines:
    """Flushed to the disk with every commit; an old file is continued, less the half line a power cut may have left.

    Raises LedgerError for a path that cannot be written, that is no plain file, that holds something else than events,
    or that another process writes to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = _opened(path)
            try:
                self._continue()
                sync_folder(path.parent)
            except BaseException:
                self._file.close()
                raise
        except OSError as error:
            raise LedgerError(f"{path}: the events cannot be written there ({error.strerror})") from error

    def commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        """Evidence files stay where they are; their names stand in the finding.

        Raises OutboxFull with nothing written, OutboxBroken when the disk failed: what the file's end holds is unsure.
        """
        lines = b"".join(EVENT.dump_json(event, exclude_none=True) + b"\n" for event in events)
        size = self._size()
        try:
            _write_whole(self._file, lines)
            os.fsync(self._file.fileno())
        except OSError as error:
            if error.errno not in FULL:
                raise self._broken(error) from error
            self._cut_back(size)
            raise OutboxFull(f"{self.path}: no room for {len(events)} more events ({error.strerror})") from error

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _continue(self) -> None:
        """Make sure that the file is ours alone, holds events, and ends with a whole line."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LedgerError(f"{self.path}: wanted it for this process alone, found another writing to it") from None
        size = self._size()
        head = os.pread(self._file.fileno(), len(BEGINNING), 0)
        if head != BEGINNING[: len(head)]:
            raise LedgerError(f"{self.path}: wanted a new file or one of events, found something else; left as it was")
        whole = _end_of_last_line(self._file, size)
        if whole < size:
            self._file.truncate(whole)
            log.warning("%s: the last line was cut off in its middle and has been removed", self.path)

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def _cut_back(self, size: int) -> None:
        """Never half a line."""
        try:
            self._file.truncate(size)
        except OSError as error:
            raise self._broken(error) from error

    def _broken(self, error: OSError) -> OutboxBroken:
        return OutboxBroken(f"{self.path}: the disk failed ({error.strerror}); the agent must stop")


def _opened(path: Path) -> io.FileIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        raise LedgerError(f"{path}: wanted a plain file for the events, found a folder or device")
    return path.open("a+b", buffering=0)


def _end_of_last_line(file: io.FileIO, size: int) -> int:
    """Bytes up to and with the last line feed; 0 where there is none."""
    end = size
    while end:
        start = max(0, end - CHUNK_BYTES)
        place = os.pread(file.fileno(), end - start, start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        end = start
    return 0


def _write_whole(file: io.FileIO, data: bytes) -> None:
    """Write all of it; a disk that takes only a part is full."""
    if file.write(data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

"""Where the agent's facts go: the outbox on their way to a centre, or a file of JSON lines."""

import errno
import logging
import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from edge.errors import LedgerError, OutboxFull
from edge.outbox.rows import OutboxMedia
from vision.events.envelope import EVENT, Event

log = logging.getLogger(__name__)

FULL = (errno.ENOSPC, errno.EDQUOT)


class Ledger(Protocol):
    """Keeps events for good: what `commit` returned for survives a crash."""

    def commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        """All or nothing. Raise OutboxFull when there is no room; what was committed before stays."""


class JsonLines:
    """One event a line in a file, flushed to the disk with every commit; an old file is continued."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise LedgerError(f"{path}: the events cannot be written there ({error.strerror})") from error

    def commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        """Evidence files stay where they are; their names stand in the finding."""
        lines = b"".join(EVENT.dump_json(event, exclude_none=True) + b"\n" for event in events)
        size = os.fstat(self._file.fileno()).st_size
        try:
            _write_whole(self._file.fileno(), lines)
            os.fsync(self._file.fileno())
        except OSError as error:
            self._file.truncate(size)  # never half a line
            if error.errno in FULL:
                raise OutboxFull(f"{self.path}: no room for {len(events)} events ({error.strerror})") from error
            raise LedgerError(f"{self.path}: the disk refused {len(events)} events ({error.strerror})") from error

    def close(self) -> None:
        self._file.close()


class PatientLedger:
    """Holds what a full disk refuses and tries again with the next commit, in order.

    At most `most_held` events wait in memory; beyond that the oldest crossings and counts are dropped and counted,
    since a camera that stops looking loses more. Health and findings are never dropped.
    """

    def __init__(self, ledger: Ledger, most_held: int = 20_000) -> None:
        self._ledger = ledger
        self._most_held = most_held
        self._held: deque[tuple[Sequence[Event], Sequence[OutboxMedia]]] = deque()
        self.dropped = 0

    @property
    def held(self) -> int:
        """Events that wait for room."""
        return sum(len(events) for events, _ in self._held)

    def commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        """Commit what waited before, then this; keep all of it in memory while the disk is full."""
        was_full = bool(self._held)
        self._held.append((events, media))
        try:
            while self._held:
                self._ledger.commit(*self._held[0])
                self._held.popleft()
        except OutboxFull as error:
            if not was_full:
                log.warning("%s; looking goes on, events wait in memory", error)
            self._shed()
        else:
            if was_full:
                log.warning("there is room again: everything that waited is stored, %d events were lost", self.dropped)

    def _shed(self) -> None:
        while self.held > self._most_held:
            droppable = [place for place, (_, media) in enumerate(self._held) if not media]
            if not droppable:
                return
            self.dropped += len(self._held[droppable[0]][0])
            del self._held[droppable[0]]


def _write_whole(descriptor: int, data: bytes) -> None:
    """Write all of it; a disk that takes only a part is full."""
    if os.write(descriptor, data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

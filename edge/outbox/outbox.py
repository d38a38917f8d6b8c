"""The durable queue between the agent and the centre.

A commit that returned survives a crash and a power cut; a row leaves only when the centre's database acknowledged it
(`acknowledge`) or when it can never be taken (`refuse`, which keeps it aside). One object serves all threads of the
agent: it holds one connection behind one lock.
"""

import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar

from edge.errors import OutboxBroken, OutboxError, OutboxFull
from edge.outbox import statements
from edge.outbox.faults import translated
from edge.outbox.reserve import Reserve
from edge.outbox.rows import OutboxMedia, OutboxRow, RefusedRow, SetAside
from edge.outbox.schema import LOG_PAGES, PAGE_BYTES, connect_or_begin_anew
from vision.events.bodies import Finding
from vision.events.envelope import Event

Result = TypeVar("Result")

DEFAULT_LIMIT_BYTES = 2 * 1024**3
# The log outgrows its mark by the transaction that reaches it.
RESERVE_BYTES = (LOG_PAGES + 128) * PAGE_BYTES


class Outbox:
    """Opened with `Outbox.open`. set_aside: what happened to a damaged predecessor, None when there was none."""

    def __init__(self, path: Path, database: sqlite3.Connection, set_aside: SetAside | None) -> None:
        self.path = path
        self.set_aside = set_aside
        self._database = database
        self._reserve = Reserve(path.with_name(f"{path.name}-reserve"), RESERVE_BYTES)
        self._reserve.keep()
        self._lock = threading.Lock()
        self._broken: OutboxBroken | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        limit_bytes: int = DEFAULT_LIMIT_BYTES,
        draw_tag: Callable[[], str] = lambda: secrets.token_hex(4),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """Open or create the database at `path`; a damaged one is set aside and a new one begun.

        limit_bytes: the file's own limit, beyond which `commit` raises OutboxFull. draw_tag: letters and digits that
        no other outbox has. Raises OutboxError (locked, read-only, newer schema), OutboxFull, OutboxBroken.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with translated(path):
                database, aside = connect_or_begin_anew(path, draw_tag(), now)
                database.execute(f"PRAGMA max_page_count = {max(1, limit_bytes // PAGE_BYTES)}")
        except OSError as error:
            raise OutboxError(f"outbox {path}: {error}") from error
        return cls(path, database, aside)

    def close(self) -> None:
        """Safe to call twice; every later call raises OutboxError."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def next_boot(self) -> str:
        """A name for this run that no earlier run had, such as `b000017-9f3ac21e`; stored before it is given."""
        tag, number = self._write(statements.next_boot)
        return f"b{number:06d}-{tag}"

    def commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        """Store all or nothing, on disk when this returns.

        A finding's files must be in `media` (or still wait here): they travel before it. Raises OutboxFull with
        nothing stored, OutboxBroken when the disk failed, OutboxError for an id already here or a file not named.
        """
        rows = [OutboxRow(event.id, event.model_dump_json(), _files_of(event)) for event in events]
        self._write(lambda database: statements.insert(database, rows, media))

    def pending(self, limit: int) -> list[OutboxRow]:
        """The oldest waiting events, in the order of their commits."""
        return self._read(lambda database: statements.waiting(database, limit, ready_only=False))

    def ready(self, limit: int) -> list[OutboxRow]:
        """The oldest waiting events whose files are all at the centre: a stuck upload holds back no count."""
        return self._read(lambda database: statements.waiting(database, limit, ready_only=True))

    def media_pending(self, limit: int = -1) -> list[OutboxMedia]:
        """Files not yet at the centre, oldest first; all of them when `limit` is negative."""
        return self._read(lambda database: statements.media_pending(database, limit))

    def media_sent(self, sha256s: Iterable[str]) -> None:
        """Remember that the centre holds these files."""
        marks = [(1, sha256) for sha256 in sha256s]
        self._write_leaving(lambda database: statements.mark_media(database, marks))

    def media_missing(self, sha256s: Iterable[str]) -> int:
        """Take back `media_sent`: the centre says it lacks these. How many of them wait here again."""
        marks = [(0, sha256) for sha256 in sha256s]
        return self._write_leaving(lambda database: statements.mark_media(database, marks))

    def acknowledge(self, ids: Iterable[str]) -> int:
        """Delete rows that the centre's database holds; unknown ids are ignored. How many left."""
        leaving = [(event_id,) for event_id in ids]
        return self._write_leaving(lambda database: statements.delete(database, leaving))

    def refuse(self, event_id: str, reason: str, refused_at: datetime | None = None) -> bool:
        """Keep an event aside that the centre will never take. False when no such event waits."""
        stamp = (refused_at or datetime.now(UTC)).astimezone(UTC).isoformat()
        return self._write_leaving(lambda database: statements.set_refused(database, event_id, reason, stamp))

    def refuse_needing(self, sha256: str, reason: str, refused_at: datetime | None = None) -> int:
        """Keep aside every event that names this file, and forget the file: the proof is gone. How many events."""
        stamp = (refused_at or datetime.now(UTC)).astimezone(UTC).isoformat()
        return self._write_leaving(lambda database: statements.set_refused_needing(database, sha256, reason, stamp))

    def refused(self, limit: int = 100) -> list[RefusedRow]:
        """What was kept aside, oldest first."""
        return self._read(lambda database: statements.refused(database, limit))

    def depth(self) -> int:
        """How many events wait."""
        return self._read(lambda database: statements.size_of(database, "event"))

    def refused_count(self) -> int:
        """How many events were kept aside."""
        return self._read(lambda database: statements.size_of(database, "refused"))

    def _read(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        with self._lock:
            return self._guarded(lambda: work(self._database))

    def _write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Write; on a full disk once more after the log has been folded back, so that its space is used again."""
        with self._lock:
            try:
                return self._guarded(lambda: _in_transaction(self._database, work))
            except OutboxFull:
                self._guarded(lambda: self._database.execute("PRAGMA wal_checkpoint(RESTART)").fetchall())
                return self._guarded(lambda: _in_transaction(self._database, work))

    def _write_leaving(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """A write that makes room: on a full disk it may use the reserve, which new events may not."""
        try:
            done = self._write(work)
        except OutboxFull:
            if not self._reserve.give_up():
                raise
            done = self._write(work)
        self._reserve.keep()
        return done

    def _guarded(self, work: Callable[[], Result]) -> Result:
        """After a failed disk nothing is tried again: a second fsync may claim what the first one lost."""
        if self._broken is not None:
            raise self._broken
        try:
            with translated(self.path):
                return work()
        except OutboxBroken as error:
            self._broken = error
            raise


def _in_transaction(database: sqlite3.Connection, work: Callable[[sqlite3.Connection], Result]) -> Result:
    database.execute("BEGIN IMMEDIATE")
    try:
        result = work(database)
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    return result


def _files_of(event: Event) -> tuple[str, ...]:
    """The manifest is one of them: without it the centre cannot check the others."""
    if not isinstance(event.data, Finding):
        return ()
    return tuple(sorted({event.data.package, *(file.sha256 for file in event.data.media)}))

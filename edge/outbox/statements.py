"""The outbox's SQL, each statement a function of a connection; the caller holds the lock and the transaction."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from edge.errors import OutboxError
from edge.outbox.rows import OutboxMedia, OutboxRow, RefusedRow

UNSENT_FILE = "EXISTS (SELECT 1 FROM need JOIN media USING (sha256) WHERE need.event = event.place AND media.sent = 0)"


def next_boot(database: sqlite3.Connection) -> tuple[str, int]:
    """(tag, number): the number is one above every earlier one of this database."""
    tag, number = database.execute("UPDATE boots SET last = last + 1 RETURNING tag, last").fetchone()
    return str(tag), int(number)


def insert(database: sqlite3.Connection, rows: Sequence[OutboxRow], media: Sequence[OutboxMedia]) -> None:
    """Files first, then events, then which event needs which file. Raises OutboxError for a doubled id."""
    database.executemany(
        "INSERT INTO media (sha256, path, size_bytes) VALUES (?, ?, ?) "
        "ON CONFLICT (sha256) DO UPDATE SET path = excluded.path",
        [(file.sha256, str(file.path), file.size) for file in media],
    )
    for row in rows:
        _insert_event(database, row)


def _insert_event(database: sqlite3.Connection, row: OutboxRow) -> None:
    try:
        place = database.execute(
            "INSERT INTO event (id, envelope) VALUES (?, ?) RETURNING place", (row.id, row.envelope)
        ).fetchone()[0]
    except sqlite3.IntegrityError as error:
        raise OutboxError(f"event {row.id}: wanted an id never used before, found one that waits already") from error
    for sha256 in row.media:
        try:
            database.execute("INSERT INTO need (event, sha256) VALUES (?, ?)", (place, sha256))
        except sqlite3.IntegrityError as error:
            raise OutboxError(f"event {row.id} names file {sha256}, which was not committed with it") from error


def waiting(database: sqlite3.Connection, limit: int, *, ready_only: bool) -> list[OutboxRow]:
    """The oldest events; with ready_only, those that need no file which is not at the centre."""
    condition = f"WHERE NOT {UNSENT_FILE}" if ready_only else ""
    found = database.execute(
        "SELECT id, envelope, (SELECT group_concat(sha256) FROM need WHERE need.event = event.place) "  # noqa: S608 — a constant of this module
        f"FROM event {condition} ORDER BY place LIMIT ?",
        (limit,),
    )
    return [OutboxRow(row[0], row[1], tuple(row[2].split(",")) if row[2] else ()) for row in found]


def media_pending(database: sqlite3.Connection, limit: int) -> list[OutboxMedia]:
    """Files not at the centre, oldest first."""
    found = database.execute(
        "SELECT sha256, path, size_bytes FROM media WHERE sent = 0 ORDER BY place LIMIT ?", (limit,)
    )
    return [OutboxMedia(sha256, Path(path), size) for sha256, path, size in found]


def mark_media(database: sqlite3.Connection, marks: Sequence[tuple[int, str]]) -> int:
    """(1 or 0, sha256) each: at the centre or not. How many are known here; what is sent and unneeded is forgotten."""
    known = database.executemany("UPDATE media SET sent = ? WHERE sha256 = ?", marks).rowcount
    _forget_files(database)
    return max(known, 0)


def delete(database: sqlite3.Connection, ids: Sequence[tuple[str]]) -> int:
    """Take events out, and the files nothing needs any more. How many events."""
    gone = database.executemany("DELETE FROM event WHERE id = ?", ids).rowcount
    _forget_files(database)
    return max(gone, 0)


def set_refused(database: sqlite3.Connection, event_id: str, reason: str, refused_at: str) -> bool:
    """Move one event to the table of refused ones; its files need not travel any more."""
    moved = database.execute(
        "INSERT INTO refused (id, envelope, reason, refused_at) SELECT id, envelope, ?, ? FROM event WHERE id = ?",
        (reason, refused_at, event_id),
    ).rowcount
    files = database.execute(
        "SELECT sha256 FROM need JOIN event ON event.place = need.event WHERE event.id = ?", (event_id,)
    ).fetchall()
    database.execute("DELETE FROM event WHERE id = ?", (event_id,))
    database.executemany(
        "DELETE FROM media WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM need WHERE need.sha256 = media.sha256)", files
    )
    return moved > 0


def set_refused_needing(database: sqlite3.Connection, sha256: str, reason: str, refused_at: str) -> int:
    """`set_refused` for every event that names this file; the file itself is forgotten. How many events."""
    found = database.execute(
        "SELECT id FROM event JOIN need ON need.event = event.place WHERE need.sha256 = ? ORDER BY place", (sha256,)
    ).fetchall()
    moved = sum(set_refused(database, event_id, reason, refused_at) for (event_id,) in found)
    database.execute("DELETE FROM media WHERE sha256 = ?", (sha256,))
    return moved


def refused(database: sqlite3.Connection, limit: int) -> list[RefusedRow]:
    """Kept aside, oldest first."""
    found = database.execute("SELECT id, envelope, reason, refused_at FROM refused ORDER BY place LIMIT ?", (limit,))
    return [RefusedRow(*row) for row in found]


def size_of(database: sqlite3.Connection, table: Literal["event", "refused"]) -> int:
    """Rows of one table."""
    return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 — a closed choice of names


def _forget_files(database: sqlite3.Connection) -> None:
    database.execute(
        "DELETE FROM media WHERE sent = 1 AND NOT EXISTS (SELECT 1 FROM need WHERE need.sha256 = media.sha256)"
    )

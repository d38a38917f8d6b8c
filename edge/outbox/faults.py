"""The one seam where SQLite's errors become ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.errors import OutboxBroken, OutboxError, OutboxFull

DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise OutboxFull, OutboxBroken or OutboxError in place of the sqlite3.Error of the body."""
    try:
        yield
    except sqlite3.Error as error:
        raise _ours(path, error) from error


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether the file is not a sound database (as against: locked, read-only, no room)."""
    return primary_code(error) in DAMAGED


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 where Python raised the error itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _ours(path: Path, error: sqlite3.Error) -> OutboxError:
    name = getattr(error, "sqlite_errorname", "")
    code = primary_code(error)
    # The index of the log lives in a file of its own; growing it on a full disk is reported as an I/O error.
    if code == sqlite3.SQLITE_FULL or name == "SQLITE_IOERR_SHMSIZE":
        return OutboxFull(f"outbox {path}: no room left for more events ({error}); what was committed before is safe")
    if code in DAMAGED or code == sqlite3.SQLITE_IOERR:
        return OutboxBroken(f"outbox {path}: the disk failed ({error}, {name}); the agent must stop")
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return OutboxError(f"outbox {path}: wanted it for this process alone, found it locked by another ({error})")
    return OutboxError(f"outbox {path}: {error} {name}".rstrip())

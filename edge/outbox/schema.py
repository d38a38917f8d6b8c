"""The outbox's tables, and how a file becomes a sound database: opened, checked, or set aside and begun anew."""

import logging
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from edge.errors import OutboxError
from edge.outbox.faults import is_damaged
from edge.outbox.rows import SetAside
from edge.outbox.sync import sync_folder

log = logging.getLogger(__name__)

SCHEMA_VERSION = 1
PAGE_BYTES = 4096
LOG_PAGES = 256

# `tag` is drawn once per database. A database begun anew counts its boots from 1 again; the tag keeps their names,
# and so the ids of their events, apart from every earlier database of the same camera.
TABLES = """
BEGIN IMMEDIATE;
CREATE TABLE boots (tag TEXT NOT NULL, last INTEGER NOT NULL) STRICT;
CREATE TABLE event (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    envelope TEXT NOT NULL
) STRICT;
CREATE TABLE media (
    place INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE need (
    event INTEGER NOT NULL REFERENCES event (place) ON DELETE CASCADE,
    sha256 TEXT NOT NULL REFERENCES media (sha256),
    PRIMARY KEY (event, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX need_by_sha256 ON need (sha256);
CREATE INDEX media_unsent ON media (place) WHERE sent = 0;
CREATE TABLE refused (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    envelope TEXT NOT NULL,
    reason TEXT NOT NULL,
    refused_at TEXT NOT NULL
) STRICT;
INSERT INTO boots (tag, last) VALUES ('{tag}', 0);
PRAGMA user_version = {version};
COMMIT;
"""


def connect_or_begin_anew(
    path: Path, tag: str, now: Callable[[], datetime]
) -> tuple[sqlite3.Connection, SetAside | None]:
    """A connection to a sound database at `path`.

    A damaged one is renamed aside with the time in its name, never deleted: its rows may still be saved by hand.
    Raises sqlite3.Error for everything else (locked, read-only, no room), OutboxError for a newer schema.
    """
    try:
        return _connect(path, tag), None
    except sqlite3.DatabaseError as error:
        if not is_damaged(error):
            raise
        aside = _set_aside(path, str(error), now())
    log.error("outbox %s was damaged (%s): set aside as %s, a new one begun", path, aside.problem, aside.file)
    return _connect(path, tag), aside


def _connect(path: Path, tag: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA foreign_keys = ON")
        database.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        _check_sound(database)
        _bring_to_version(database, path, tag)
    except BaseException:
        database.close()
        raise
    return database


def _check_sound(database: sqlite3.Connection) -> None:
    found = [row[0] for row in database.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        error = sqlite3.DatabaseError(f"quick_check: {found[0] if found else 'no answer'}")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _bring_to_version(database: sqlite3.Connection, path: Path, tag: str) -> None:
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version == SCHEMA_VERSION:
        return
    if version > SCHEMA_VERSION:
        raise OutboxError(
            f"outbox {path}: wanted schema version {SCHEMA_VERSION} or older, found {version}: a newer ngatu made it"
        )
    if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise OutboxError(f"outbox {path}: wanted an outbox or no file yet, found another program's database")
    database.executescript(TABLES.format(tag=tag, version=SCHEMA_VERSION))
    sync_folder(path.parent)


def _set_aside(path: Path, problem: str, now: datetime) -> SetAside:
    """Rename the database with its log and index, so that whoever repairs it finds the three together."""
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    sync_folder(path.parent)
    return SetAside(aside, problem)

"""Whether a folder has room, and whether what is written there really reaches the disk."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from edge.health.check import Check, Verdict

LEAST_FREE_BYTES = 1_000_000_000
GOOD_FREE_BYTES = 10_000_000_000
COMMITS = 20
SLOW_COMMIT_S = 0.1


def check_room(folder: Path, free_bytes: int) -> Check:
    """Evidence is kept even when the centre is away for days, so room is checked long before it ends."""
    found = f"{free_bytes / 1e9:.1f} GB free at {folder}"
    if free_bytes < LEAST_FREE_BYTES:
        advice = f"wanted at least {LEAST_FREE_BYTES / 1e9:.0f} GB: free some, or choose another folder"
        return Check("disk room", Verdict.FAIL, found, advice)
    if free_bytes < GOOD_FREE_BYTES:
        return Check("disk room", Verdict.WARN, found, f"{GOOD_FREE_BYTES / 1e9:.0f} GB carry over a long outage")
    return Check("disk room", Verdict.OK, found)


def check_commits(folder: Path, seconds: Callable[[], float] = time.perf_counter) -> Check:
    """Commits to a database with a synced log in `folder`, as the outbox does, and says how long one takes."""
    name = "disk commits"
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as place:
            mode, commit_s = _commit_some(Path(place) / "try.db", seconds)
    except (OSError, sqlite3.Error) as error:
        return Check(name, Verdict.FAIL, f"{folder}: {error}", "choose a folder on a local disk that may be written to")
    if mode != "wal":
        return Check(name, Verdict.FAIL, f"{folder}: journal mode {mode}", "wanted wal: choose a local disk, no share")
    found = f"{commit_s * 1000:.1f} ms each, synced, at {folder}"
    if commit_s > SLOW_COMMIT_S:
        return Check(
            name, Verdict.WARN, found, "this disk is slow: events are committed in larger groups on a better one"
        )
    return Check(name, Verdict.OK, found)


def check_folder(folder: Path) -> list[Check]:
    """Room and commits; a folder that does not exist yet is judged by the nearest one above it that does."""
    standing = next((place for place in (folder, *folder.absolute().parents) if place.is_dir()), Path("/"))
    return [check_room(standing, shutil.disk_usage(standing).free), check_commits(standing)]


def _commit_some(path: Path, seconds: Callable[[], float]) -> tuple[str, float]:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        mode = str(database.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE fact (words TEXT)")
        begun_s = seconds()
        for number in range(COMMITS):
            database.execute("INSERT INTO fact VALUES (?)", (f"fact {number}" * 50,))
        return mode, (seconds() - begun_s) / COMMITS

"""Which files the events of an outbox still need, without opening it for writing: an agent may be at work in it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from edge.errors import OutboxError
from edge.outbox.faults import translated


def needed_files(path: Path) -> frozenset[str]:
    """SHA-256 of every file that an event names which waits for the centre or was kept aside as refused.

    Raises OutboxError where it cannot be read: then nobody knows, and nothing may be deleted.
    """
    try:
        with (
            translated(path),
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)) as database,
        ):
            waiting = {row[0] for row in database.execute("SELECT sha256 FROM need UNION SELECT sha256 FROM media")}
            refused = [row[0] for row in database.execute("SELECT envelope FROM refused")]
        return frozenset(waiting.union(*map(_named, refused)))
    except (ValueError, KeyError, TypeError) as error:
        raise OutboxError(f"outbox {path}: wanted events I can read, found one I cannot ({error})") from error


def _named(envelope: str) -> set[str]:
    body = json.loads(envelope)["data"]
    return {body["package"], *(file["sha256"] for file in body["media"])} if "package" in body else set()

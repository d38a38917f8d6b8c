"""What a site has to say and must not lose while nobody listens: in order, until it is acknowledged.

Kept in a SQLite file (or in memory), so that a power cut loses nothing. When full, the oldest goes and is counted.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from signals.control.rsmp.wire.core import Core
from signals.control.rsmp.wire.messages import KINDS, Alarm, Identified, StatusUpdate, new_id

# The standard asks for 10,000 at least.
LONGEST = 10_000
AT_ONCE = 100
TABLE = (
    "CREATE TABLE IF NOT EXISTS outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, body TEXT, held INTEGER)"
)


class Outbox:
    """dropped: how many were lost to its limit since the start."""

    def __init__(self, file: Path | None = None, longest: int = LONGEST) -> None:
        self._database = sqlite3.connect(file or ":memory:", isolation_level=None)
        if file is not None:
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute(TABLE)
        self._longest = longest
        self._sent: dict[str, int] = {}
        self.dropped = 0
        self.lost()

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def put(self, message: Identified, *, held: bool) -> None:
        """held: nobody is connected now, so that it will be old news when it is sent."""
        body = json.dumps(message.model_dump(by_alias=True))
        self._database.execute(
            "INSERT INTO outbox (kind, body, held) VALUES (?, ?, ?)", (message.kind, body, int(held))
        )
        if (over := len(self) - self._longest) > 0:
            self._database.execute(
                "DELETE FROM outbox WHERE number IN (SELECT number FROM outbox ORDER BY number LIMIT ?)", (over,)
            )
            self.dropped += over

    def due(self, core: Core) -> list[Identified]:
        """The next ones, each with a fresh id, as many as may be under way at once."""
        room = AT_ONCE - len(self._sent)
        last = max(self._sent.values(), default=0)
        rows = self._database.execute(
            "SELECT number, kind, body, held FROM outbox WHERE number > ? ORDER BY number LIMIT ?", (last, max(room, 0))
        ).fetchall()
        return [self._fresh(row, core) for row in rows]

    def answered(self, message_id: str) -> bool:
        """It arrived, or was refused: either way it is not sent again. False where it was not from here."""
        number = self._sent.pop(message_id, None)
        if number is not None:
            self._database.execute("DELETE FROM outbox WHERE number = ?", (number,))
        return number is not None

    def drop_told(self, alarms: Iterable[Alarm]) -> None:
        """The standard: an event that was just told as the present state is not told again."""
        told = {_event(alarm.fields()) for alarm in alarms}
        rows = self._database.execute("SELECT number, body FROM outbox WHERE kind = 'Alarm'").fetchall()
        same = [(number,) for number, body in rows if _event(json.loads(body)) in told]
        self._database.executemany("DELETE FROM outbox WHERE number = ?", same)

    def lost(self) -> None:
        """The connection is gone: everything not acknowledged is held."""
        self._sent.clear()
        self._database.execute("UPDATE outbox SET held = 1")

    def close(self) -> None:
        self._database.close()

    def _fresh(self, row: tuple[int, str, str, int], core: Core) -> Identified:
        number, kind, body, held = row
        message = KINDS[kind].model_validate(json.loads(body) | {"mId": new_id()})
        if not isinstance(message, Identified):
            raise TypeError(f"{kind} is not kept in an outbox")
        if held and core.marks_old and isinstance(message, StatusUpdate):
            old = {"recent": "old"}
            told = [each.model_copy(update={"quality": old.get(each.quality, each.quality)}) for each in message.told]
            message = message.model_copy(update={"told": told})
        self._sent[message.message_id] = number
        return message


def _event(fields: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(fields.get(name) for name in ("cId", "aCId", "aSp", "aTs"))

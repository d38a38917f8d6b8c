"""Who asked a moment ago: a page asks for seven things at once, and its session need not be looked up seven times.

What changes an account, a session or a device forgets all of it in this process, as soon as it is committed. Another
process learns it no later than HOLDS afterwards.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

HOLDS = timedelta(seconds=2)
MOST = 5_000

Found = TypeVar("Found")

_changes: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()


def callers_changed(session: Session) -> None:
    """In the transaction that changes what somebody may do: with its commit nobody is remembered any more."""
    engine = session.get_bind().engine

    def forget(_session: Session) -> None:
        _changes[engine] = _changes.get(engine, 0) + 1

    event.listen(session, "after_commit", forget, once=True)


class Remembered(Generic[Found]):
    """What a secret stood for. Of one database; times are aware UTC, as in the sessions themselves."""

    def __init__(self, engine: Engine, most: int = MOST) -> None:
        self._engine = engine
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[str, tuple[datetime, int, Found]] = OrderedDict()

    def changes(self) -> int:
        """To be read before what will be remembered is looked up: a change in between must not be overlooked."""
        return _changes.get(self._engine, 0)

    def get(self, secret: str, now: datetime) -> Found | None:
        at, changes, found = self._kept.get(secret, (None, 0, None))
        fresh = at is not None and timedelta() <= now - at < HOLDS and changes == self.changes()
        return found if fresh else None

    def put(self, secret: str, found: Found, changes: int, now: datetime) -> None:
        with self._lock:
            self._kept[secret] = (now, changes, found)
            self._kept.move_to_end(secret)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

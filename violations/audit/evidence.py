"""Looks at cases and at their evidence files: a case's page shows its files, so opening it is the look at them too."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from violations.accounts.caller import Caller
from violations.audit.log import ONE_LOOK, Note, note_view
from violations.store.audit_tables import AuditRow
from violations.store.database import reading
from violations.store.records import CaseRecord
from violations.store.tables import CaseFileRow

CASE_VIEW = "case.view"
MOST_CASES = 50
MOST_REMEMBERED = 20_000
Look = tuple[str, str, str]
"""Who, from where, at which file."""


class _Remembered:
    """What this process knows of looks that the log tells of: most pictures need no question to the database."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._at: OrderedDict[Look, datetime] = OrderedDict()

    def add(self, look: Look, at: datetime) -> None:
        with self._lock:
            self._at[look] = at
            self._at.move_to_end(look)
            while len(self._at) > MOST_REMEMBERED:
                self._at.popitem(last=False)

    def is_one(self, look: Look, now: datetime) -> bool:
        at = self._at.get(look)
        return at is not None and timedelta() <= now - at < ONE_LOOK


_remembered: WeakKeyDictionary[Engine, _Remembered] = WeakKeyDictionary()


def note_case(engine: Engine, caller: Caller, case: CaseRecord, now: datetime) -> None:
    """The look at a case with all its files, before its page is handed out."""
    at = note_view(engine, caller, Note(CASE_VIEW, f"case/{case.id}"), now)
    known = _remembered.setdefault(engine, _Remembered())
    for name in {case.finding.package, *(file.sha256 for file in case.finding.media)}:
        known.add((caller.name, caller.address, name), at)


def note_evidence(engine: Engine, caller: Caller, sha256: str, now: datetime) -> None:
    """An entry of its own, unless the same caller opened a case with this file within the last minute.

    A page asks for six pictures and the clip in ranges: seven more entries would say nothing that the first does not.
    """
    known = _remembered.setdefault(engine, _Remembered())
    if not known.is_one((caller.name, caller.address, sha256), now) and not _seen(engine, caller, sha256, now):
        note_view(engine, caller, Note("evidence.view", f"evidence/{sha256}"), now)


def _seen(engine: Engine, caller: Caller, sha256: str, now: datetime) -> bool:
    """Whether another process, or this one before it was started again, noted the look at the case."""
    with reading(engine) as session:
        ids = session.scalars(select(CaseFileRow.case_id).where(CaseFileRow.sha256 == sha256).limit(MOST_CASES)).all()
        looks = select(AuditRow.at).where(AuditRow.subject.in_([f"case/{id_}" for id_ in ids]))
        mine = looks.where(AuditRow.who == caller.name, AuditRow.address == caller.address)
        last = session.scalar(mine.where(AuditRow.action == CASE_VIEW).order_by(AuditRow.id.desc()).limit(1))
    return last is not None and timedelta() <= now - last < ONE_LOOK

"""Looks at cases and at their evidence files: a case's page shows its files, so opening it is the look at them too."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from violations.accounts.caller import Caller
from violations.audit.log import ONE_LOOK, Note, note_view
from violations.store.audit_tables import AuditRow
from violations.store.database import reading
from violations.store.records import CaseRecord
from violations.store.scope import Districts
from violations.store.tables import CaseFileRow

CASE_VIEW = "case.view"
OF_CASE = "case/"
MOST_LOOKS = 50
MOST_REMEMBERED = 20_000
Look = tuple[str, str, Districts, str]
"""Who, from where, allowed which districts, at which file."""


class _Remembered:
    """What this process knows of looks that the log tells of: most pictures need no question to the database."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._at: OrderedDict[Look, datetime] = OrderedDict()

    def add(self, caller: Caller, names: Iterable[str], at: datetime) -> None:
        with self._lock:
            for name in names:
                look = _look(caller, name)
                self._at[look] = at
                self._at.move_to_end(look)
            while len(self._at) > MOST_REMEMBERED:
                self._at.popitem(last=False)

    def is_one(self, caller: Caller, name: str, now: datetime) -> bool:
        at = self._at.get(_look(caller, name))
        return at is not None and timedelta() <= now - at < ONE_LOOK


_remembered: WeakKeyDictionary[Engine, _Remembered] = WeakKeyDictionary()


def note_case(engine: Engine, caller: Caller, case: CaseRecord, now: datetime) -> None:
    """The look at a case with all its files, before its page is handed out."""
    at = note_view(engine, caller, Note(CASE_VIEW, f"{OF_CASE}{case.id}"), now)
    _known(engine).add(caller, {case.finding.package, *(file.sha256 for file in case.finding.media)}, at)


def looked_at(engine: Engine, caller: Caller, sha256: str, now: datetime) -> bool:
    """Whether this caller opened a case with this file within the last minute, as far as this process knows: then they
    may see it, and the log tells of it."""
    return _known(engine).is_one(caller, sha256, now)


def note_evidence(engine: Engine, caller: Caller, sha256: str, now: datetime) -> None:
    """An entry of its own, unless the same caller opened a case with this file within the last minute.

    A page asks for six pictures and the clip in ranges: seven more entries would say nothing that the first does not.
    """
    if not looked_at(engine, caller, sha256, now) and not _seen(engine, caller, sha256, now):
        note_view(engine, caller, Note("evidence.view", f"evidence/{sha256}"), now)


def _seen(engine: Engine, caller: Caller, sha256: str, now: datetime) -> bool:
    """Whether another process, or this one before it was started again, noted the look at the case. Then the case's
    other files, which will be asked for next, are remembered too."""
    looks = select(AuditRow.subject, AuditRow.at).where(AuditRow.who == caller.name, AuditRow.address == caller.address)
    looks = looks.where(AuditRow.action == CASE_VIEW).order_by(AuditRow.id.desc()).limit(MOST_LOOKS)
    with reading(engine) as session:
        found = {s: at for s, at in session.execute(looks) if timedelta() <= now - at < ONE_LOOK}
        cases = {int(subject.removeprefix(OF_CASE)): at for subject, at in found.items()}
        query = select(CaseFileRow.case_id).where(CaseFileRow.sha256 == sha256, CaseFileRow.case_id.in_(cases))
        case_id = session.scalar(query.limit(1)) if cases else None
        if case_id is None:
            return False
        files = session.scalars(select(CaseFileRow.sha256).where(CaseFileRow.case_id == case_id)).all()
    _known(engine).add(caller, files, cases[case_id])
    return True


def _known(engine: Engine) -> _Remembered:
    return _remembered.setdefault(engine, _Remembered())


def _look(caller: Caller, name: str) -> Look:
    return caller.name, caller.address, caller.districts, name

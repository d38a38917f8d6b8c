"""Looks at evidence files: a case's page shows its files, so that opening the case is the look at them too."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from violations.accounts.caller import Caller
from violations.audit.log import ONE_LOOK, Note, note_view
from violations.store.audit_tables import AuditRow
from violations.store.database import reading
from violations.store.tables import CaseFileRow

CASE_VIEW = "case.view"
MOST_CASES = 50


def note_evidence(engine: Engine, caller: Caller, sha256: str, now: datetime) -> None:
    """An entry of its own, unless the same caller opened a case with this file within the last minute.

    A page asks for six pictures and the clip in ranges: seven more entries would say nothing that the first does not.
    """
    if not _seen_with_its_case(engine, caller, sha256, now):
        note_view(engine, caller, Note("evidence.view", f"evidence/{sha256}"), now)


def _seen_with_its_case(engine: Engine, caller: Caller, sha256: str, now: datetime) -> bool:
    with reading(engine) as session:
        ids = session.scalars(select(CaseFileRow.case_id).where(CaseFileRow.sha256 == sha256).limit(MOST_CASES)).all()
        looks = select(AuditRow.at).where(AuditRow.subject.in_([f"case/{id_}" for id_ in ids]))
        mine = looks.where(AuditRow.who == caller.name, AuditRow.address == caller.address)
        last = session.scalar(mine.where(AuditRow.action == CASE_VIEW).order_by(AuditRow.id.desc()).limit(1))
    return last is not None and timedelta() <= now - last < ONE_LOOK

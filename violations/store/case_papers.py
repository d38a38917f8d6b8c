"""What a case gathers beside its steps: the registry's answer, the notice with its short code, appeals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from violations.cases.plate_text import plate_key
from violations.store.case_tables import AppealRow, CaseNoticeRow, CaseOwnerRow
from violations.store.cases import record_of
from violations.store.database import reading, writing
from violations.store.plate_search import PLATE_KEY_MAX
from violations.store.records import CaseRecord
from violations.store.tables import CaseFileRow, CaseRow

TRIES = 5


@dataclass(frozen=True, slots=True)
class Owner:
    """The registry's answer as it stood then. vehicle: its fields, None where it had none."""

    at: datetime
    who: str
    source: str
    vehicle: Mapping[str, Any] | None
    suspicions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    code: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Appeal:
    """files: SHA-256 of what the citizen sent, on the evidence shelf."""

    at: datetime
    receipt: str
    words: str
    contact: str
    files: tuple[str, ...]


def keep_owner(engine: Engine, case_id: int, owner: Owner) -> None:
    """The latest answer; each look before it stays in the audit log."""
    row = CaseOwnerRow(
        case_id=case_id,
        at=owner.at,
        who=owner.who[:80],
        source=owner.source[:80],
        vehicle=None if owner.vehicle is None else dict(owner.vehicle),
        suspicions=list(owner.suspicions),
    )
    with writing(engine) as session:
        session.merge(row)


def owner_of(engine: Engine, case_id: int) -> Owner | None:
    with reading(engine) as session:
        row = session.get(CaseOwnerRow, case_id)
    if row is None:
        return None
    return Owner(row.at, row.who, row.source, row.vehicle, tuple(row.suspicions))


def put_notice(session: Session, case: CaseRecord, new_code: Callable[[], str], now: datetime) -> str:
    """Inside the transaction of the step that notifies: the code of the notice, the same when it is sent again."""
    known = session.get(CaseNoticeRow, case.id)
    if known is not None:
        return known.code
    key = (plate_key(case.life.plate) or "")[:PLATE_KEY_MAX]
    code = _unused(session, CaseNoticeRow.code, new_code)
    session.add(CaseNoticeRow(case_id=case.id, code=code, plate_key=key, issued_at=now))
    session.flush()
    return code


def notice_of(engine: Engine, case_id: int) -> Notice | None:
    with reading(engine) as session:
        row = session.get(CaseNoticeRow, case_id)
    return None if row is None else Notice(row.code, row.issued_at)


def find_notice(engine: Engine, code: str, plate: str) -> CaseRecord | None:
    """The case of this notice, for whoever knows both its code and its plate; else None, whichever was wrong."""
    key = (plate_key(plate) or "")[:PLATE_KEY_MAX]
    query = select(CaseRow).join(CaseNoticeRow, CaseNoticeRow.case_id == CaseRow.id)
    query = query.where(CaseNoticeRow.code == code, CaseNoticeRow.plate_key == key)
    with reading(engine) as session:
        row = session.scalars(query).one_or_none()
        return None if row is None else record_of(session, row)


def put_appeal(session: Session, case_id: int, appeal: Appeal, new_code: Callable[[], str]) -> str:
    """Inside the transaction of the step that appeals; the receipt. The files belong to the case from now on."""
    receipt = _unused(session, AppealRow.receipt, new_code)
    session.add(
        AppealRow(
            case_id=case_id,
            at=appeal.at,
            receipt=receipt,
            words=appeal.words,
            contact=appeal.contact,
            files=list(appeal.files),
        )
    )
    known = select(CaseFileRow.sha256).where(CaseFileRow.case_id == case_id)
    held = set(session.scalars(known))
    session.add_all(CaseFileRow(case_id=case_id, sha256=sha) for sha in sorted(set(appeal.files) - held))
    session.flush()
    return receipt


def appeals_of(engine: Engine, case_id: int) -> Sequence[Appeal]:
    """Oldest first."""
    query = select(AppealRow).where(AppealRow.case_id == case_id).order_by(AppealRow.id)
    with reading(engine) as session:
        return [Appeal(row.at, row.receipt, row.words, row.contact, tuple(row.files)) for row in session.scalars(query)]


def _unused(session: Session, column: Any, new_code: Callable[[], str]) -> str:
    """44 random bits meet a known code about once in millions of millions; the database refuses a race all the same."""
    for _ in range(TRIES):
        code = new_code()
        if session.scalar(select(column).where(column == code)) is None:
            return code
    raise IntegrityError("code", {}, Exception(f"wanted an unused code in {TRIES} tries, found none"))

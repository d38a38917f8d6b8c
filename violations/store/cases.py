"""Cases: list, read, decide. Every change is one transaction with its line of history."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from violations.cases.reasons import Ruling, check_ruling
from violations.cases.states import FIRST_STATE, Actor, CaseState, decide
from violations.store.database import reading, writing
from violations.store.errors import CaseNotFoundError, VersionConflictError
from violations.store.records import CasePage, CaseRecord, HistoryEntry
from violations.store.tables import CaseHistoryRow, CaseRow
from vision.events.bodies import Finding
from vision.events.envelope import FindingEvent

OPENED = "opened"
LARGEST_ID = 2**31 - 1


def list_cases(
    engine: Engine, *, state: CaseState | None = None, limit: int = 50, before: int | None = None
) -> CasePage:
    """Newest first; `before` is the id under which to continue."""
    query = select(CaseRow).order_by(CaseRow.id.desc()).limit(limit + 1)
    if state is not None:
        query = query.where(CaseRow.state == state.value)
    if before is not None:
        query = query.where(CaseRow.id < min(before, LARGEST_ID))
    with reading(engine) as session:
        cases = [_record(row) for row in session.scalars(query)]
    return CasePage(tuple(cases[:limit]), cases[limit - 1].id if len(cases) > limit else None)


def count_cases(engine: Engine) -> Mapping[CaseState, int]:
    """How many cases stand in each state; states without cases are there with 0."""
    with reading(engine) as session:
        found = session.execute(select(CaseRow.state, func.count()).group_by(CaseRow.state)).all()
    return dict.fromkeys(CaseState, 0) | {CaseState(state): number for state, number in found}


def get_case(engine: Engine, case_id: int) -> CaseRecord:
    """Raises CaseNotFoundError."""
    with reading(engine) as session:
        return _record(_row(session, case_id))


def case_history(engine: Engine, case_id: int) -> tuple[HistoryEntry, ...]:
    """Oldest first; empty for a case that does not exist."""
    if not 0 < case_id <= LARGEST_ID:
        return ()
    query = select(CaseHistoryRow).where(CaseHistoryRow.case_id == case_id).order_by(CaseHistoryRow.id)
    with reading(engine) as session:
        return tuple(_entry(row) for row in session.scalars(query))


def give_verdict(
    engine: Engine, case_id: int, ruling: Ruling, *, actor: Actor, version: int, now: datetime
) -> CaseRecord:
    """Move the case and write its history, both or neither.

    `version` is the one the person saw. Raises CaseNotFoundError, VersionConflictError, and the CaseErrors
    ReasonError, WrongStateError and WrongRoleError.
    """
    ruling = check_ruling(ruling)
    with writing(engine) as session:
        row = _row(session, case_id)
        if row.version != version:
            raise VersionConflictError(case_id, version, row.version)
        before = CaseState(row.state)
        after = decide(before, ruling.verdict, actor.role)
        _move(session, case_id, version, after, now)
        session.add(
            CaseHistoryRow(
                case_id=case_id,
                at=now,
                who=actor.name,
                action=ruling.verdict.value,
                from_state=before.value,
                to_state=after.value,
                reason=ruling.reason,
                note=ruling.note,
            )
        )
        session.flush()
        session.refresh(row)
        return _record(row)


def open_case(session: Session, event: FindingEvent, now: datetime) -> None:
    """Inside the caller's transaction: a case and its first line of history for an accepted finding."""
    finding = event.data
    row = CaseRow(
        event_id=event.id,
        offence=finding.offence,
        vehicle=finding.vehicle,
        camera=event.camera,
        line=finding.line,
        at=event.time,
        track=finding.track,
        plate=finding.plate,
        state=FIRST_STATE.value,
        version=1,
        package=finding.package,
        finding=finding.model_dump(mode="json"),
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    session.add(
        CaseHistoryRow(
            case_id=row.id,
            at=now,
            who=f"camera:{event.camera}"[:80],
            action=OPENED,
            from_state=None,
            to_state=FIRST_STATE.value,
            reason=None,
            note="",
        )
    )


def _move(session: Session, case_id: int, version: int, after: CaseState, now: datetime) -> None:
    """The version in the WHERE is the lock: of two people who saw the same version only one moves the case."""
    moved = session.execute(
        update(CaseRow)
        .where(CaseRow.id == case_id, CaseRow.version == version)
        .values(state=after.value, version=version + 1, changed_at=now)
        .returning(CaseRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not moved:
        raise VersionConflictError(case_id, version, version + 1)


def _row(session: Session, case_id: int) -> CaseRow:
    row = session.get(CaseRow, case_id) if 0 < case_id <= LARGEST_ID else None
    if row is None:
        raise CaseNotFoundError(f"case: wanted an existing id, found {case_id}")
    return row


def _record(row: CaseRow) -> CaseRecord:
    return CaseRecord(
        id=row.id,
        event_id=row.event_id,
        camera=row.camera,
        at=row.at,
        state=CaseState(row.state),
        version=row.version,
        created_at=row.created_at,
        changed_at=row.changed_at,
        finding=Finding.model_validate(row.finding),
    )


def _entry(row: CaseHistoryRow) -> HistoryEntry:
    return HistoryEntry(
        at=row.at,
        who=row.who,
        action=row.action,
        from_state=None if row.from_state is None else CaseState(row.from_state),
        to_state=CaseState(row.to_state),
        reason=row.reason,
        note=row.note,
    )

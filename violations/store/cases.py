"""Cases: open, list, read, with their history. What moves them is in `case_steps`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, Integer, Row, Select, bindparam, func, literal, select, tuple_
from sqlalchemy.orm import Session

from violations.cases.case import Case, Lock, Look
from violations.cases.desk_rules import DeskRules, shipped_desk_rules
from violations.cases.plate_text import plate_key
from violations.cases.states import FIRST_STATE, CaseState, Role, Verdict
from violations.law.catalogue import fine, place_named, speeding_offence
from violations.rules.speeding import OFFENCE as SPEEDING
from violations.rules.speeding import OVER_LIMIT
from violations.store.camera_stops import CAMERA_STOPPED, CameraDeed
from violations.store.case_joins import DESK, join_case
from violations.store.case_tables import CaseLookRow, CaseOwnerRow
from violations.store.database import reading
from violations.store.errors import CaseNotFoundError
from violations.store.journeys import DOUBT, doubted
from violations.store.plate_search import PLATE_KEY_MAX, plate_begins
from violations.store.records import CasePage, CaseRecord, HistoryEntry
from violations.store.scope import Districts, within
from violations.store.tables import CaseFileRow, CaseHistoryRow, CaseRow
from vision.events.bodies import Finding, Gate
from vision.events.envelope import FindingEvent

OPENED = "opened"
LARGEST_ID = 2**31 - 1
# Statements of every page are made once: to make one costs as much as to ask it.
CASE_ID, IDS = bindparam("case_id", type_=Integer), bindparam("ids", expanding=True, type_=Integer)
_history, _looks = CaseHistoryRow.__table__.c, CaseLookRow.__table__.c
HISTORY = select(*_history).where(_history.case_id == CASE_ID).order_by(_history.id)
LOOKS = select(*_looks).where(_looks.case_id.in_(IDS)).order_by(_looks.id)
OWNERS = select(CaseOwnerRow.case_id, CaseOwnerRow.suspicions).where(CaseOwnerRow.case_id.in_(IDS))


def list_cases(
    engine: Engine,
    *,
    state: CaseState | None = None,
    plate: str | None = None,
    limit: int = 50,
    before: int | None = None,
    districts: Districts = None,
) -> CasePage:
    """Newest first; `before` is the id under which to continue. plate: how it begins, as `plate_begins`."""
    query = select(CaseRow).where(within(CaseRow.district, districts)).limit(limit + 1)
    if state is None:
        query = query.order_by(CaseRow.id.desc())
    else:
        # As a range of (state, id): with `state = …` PostgreSQL walks down the ids, and the newest cases still wait.
        place = tuple_(CaseRow.state, CaseRow.id)
        query = query.where(place >= tuple_(literal(state.value), 0), place <= tuple_(literal(state.value), LARGEST_ID))
        query = query.order_by(CaseRow.state.desc(), CaseRow.id.desc())
    if plate is not None:
        query = query.where(plate_begins(plate))
    if before is not None:
        query = query.where(CaseRow.id < min(before, LARGEST_ID))
    with reading(engine) as session:
        cases = records_of(session, session.scalars(query).all())
    return CasePage(tuple(cases[:limit]), cases[limit - 1].id if len(cases) > limit else None)


def count_cases(engine: Engine, districts: Districts = None) -> Mapping[CaseState, int]:
    """How many cases stand in each state; states without cases are there with 0."""
    query = select(CaseRow.state, func.count()).where(within(CaseRow.district, districts)).group_by(CaseRow.state)
    with reading(engine) as session:
        found = session.execute(query).all()
    return dict.fromkeys(CaseState, 0) | {CaseState(state): number for state, number in found}


def get_case(engine: Engine, case_id: int, districts: Districts = None) -> CaseRecord:
    """Raises CaseNotFoundError, also for a case of another district."""
    with reading(engine) as session:
        return record_of(session, case_row(session, case_id, districts))


def case_history(engine: Engine, case_id: int) -> tuple[HistoryEntry, ...]:
    """Oldest first; empty for a case that does not exist."""
    if not 0 < case_id <= LARGEST_ID:
        return ()
    with reading(engine) as session:
        return tuple(_entry(row) for row in session.execute(HISTORY, {"case_id": case_id}))


def file_cases(engine: Engine, case: CaseRecord, districts: Districts = None) -> tuple[CaseRecord, ...]:
    """Every case of the same file, this one too, in order of time; this one alone where it joins nothing."""
    if case.file_name is None:
        return (case,)
    query = select(CaseRow).where(CaseRow.file_name == case.file_name, within(CaseRow.district, districts))
    with reading(engine) as session:
        return tuple(records_of(session, session.scalars(query.order_by(CaseRow.at, CaseRow.id)).all()))


def open_case(
    session: Session,
    event: FindingEvent,
    district: str,
    now: datetime,
    rules: DeskRules | None = None,
    *,
    stop: CameraDeed | None = None,
) -> None:
    """Inside the caller's transaction: a case, its files and its first line of history for an accepted finding.

    It joins the file of its plate; where another camera showed the same offence, one of the two is merged away. stop:
    its camera is stopped: then it is kept for information only, closed as it comes, and joins nothing.
    """
    finding = event.data if stop is None else for_information(event.data)
    row = CaseRow(
        event_id=event.id,
        offence=finding.offence,
        vehicle=finding.vehicle,
        camera=event.camera,
        district=district,
        line=finding.line,
        at=event.time,
        track=finding.track,
        plate=finding.plate,
        plate_key=(plate_key(finding.plate) or "")[:PLATE_KEY_MAX] or None,
        state=FIRST_STATE.value,
        version=1,
        package=finding.package,
        finding=finding.model_dump(mode="json"),
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    names = {finding.package, *(file.sha256 for file in finding.media)}
    session.add_all(CaseFileRow(case_id=row.id, sha256=name) for name in sorted(names))
    write_history(session, row.id, HistoryEntry(now, f"camera:{event.camera}", OPENED, None, FIRST_STATE, None, ""))
    if stop is not None:
        _close_as_it_comes(session, row, stop, now)
        return
    session.flush()
    join_case(session, row, now, rules or shipped_desk_rules())


def for_information(finding: Finding) -> Finding:
    """As it came, but no longer in order for a prosecution; what else it lacks stays said."""
    lacks = finding.gate.reasons if finding.gate else ()
    return finding.model_copy(update={"gate": Gate(prosecutable=False, reasons=(*lacks, CAMERA_STOPPED))})


def _close_as_it_comes(session: Session, row: CaseRow, stop: CameraDeed, now: datetime) -> None:
    """CLOSED is an end that no step leaves: such a case can reach neither queue nor fine."""
    row.state = CaseState.CLOSED.value
    line = HistoryEntry(now, DESK, CAMERA_STOPPED, FIRST_STATE, CaseState.CLOSED, None, stop.reason)
    write_history(session, row.id, line)
    session.flush()


def write_history(session: Session, case_id: int, line: HistoryEntry) -> None:
    """One line, for ever."""
    session.add(
        CaseHistoryRow(
            case_id=case_id,
            at=line.at,
            who=line.who[:80],
            action=line.action,
            from_state=None if line.from_state is None else line.from_state.value,
            to_state=line.to_state.value,
            reason=line.reason,
            note=line.note,
        )
    )


def case_row(session: Session, case_id: int, districts: Districts = None, *, locked: bool = False) -> CaseRow:
    """Raises CaseNotFoundError, with the same sentence for a case of another district.

    locked: until the transaction ends nobody else moves it. SQLite's writers are alone anyway.
    """
    query = _one_case(districts, locked)
    row = session.scalars(query, {"case_id": case_id}).one_or_none() if 0 < case_id <= LARGEST_ID else None
    if row is None:
        raise CaseNotFoundError(f"case: wanted an existing id, found {case_id}")
    return row


@lru_cache
def _one_case(districts: Districts, locked: bool) -> Select[CaseRow]:
    query = select(CaseRow).where(CaseRow.id == CASE_ID, within(CaseRow.district, districts))
    return query.with_for_update() if locked else query


def record_of(session: Session, row: CaseRow) -> CaseRecord:
    return records_of(session, [row])[0]


def records_of(session: Session, rows: Sequence[CaseRow]) -> list[CaseRecord]:
    looks: dict[int, list[Look]] = defaultdict(list)
    ids = [row.id for row in rows]
    for look in session.execute(LOOKS, {"ids": ids}):
        looks[look.case_id].append(_look(look))
    suspicions = {case_id: tuple(found) for case_id, found in session.execute(OWNERS, {"ids": ids})}
    suspicions |= {case_id: (*suspicions.get(case_id, ()), DOUBT) for case_id in doubted(session, ids)}
    return [_record(row, tuple(looks[row.id]), suspicions.get(row.id, ())) for row in rows]


def _record(row: CaseRow, looks: tuple[Look, ...], suspicions: tuple[str, ...]) -> CaseRecord:
    finding = Finding.model_validate(row.finding)
    return CaseRecord(
        id=row.id,
        event_id=row.event_id,
        camera=row.camera,
        at=row.at,
        state=CaseState(row.state),
        version=row.version,
        created_at=row.created_at,
        changed_at=row.changed_at,
        finding=finding,
        district=row.district,
        file_name=row.file_name,
        life=_life(row, finding, looks, suspicions),
    )


def _life(row: CaseRow, finding: Finding, looks: tuple[Look, ...], suspicions: tuple[str, ...]) -> Case:
    lock = None
    if row.lock_holder is not None and row.lock_until is not None:
        lock = Lock(row.lock_holder, row.lock_until)
    return Case(
        id=row.id,
        recorded_at=row.at,
        author=f"camera:{row.camera}",
        state=CaseState(row.state),
        plate=row.plate,
        machine_plate=finding.plate,
        doubts=(*finding.reasons_not_to_fine, *suspicions),
        fine=fine(_by_law(finding), finding.vehicle, row.at, place_named(row.district)) or None,
        prosecutable=finding.gate is not None and finding.gate.prosecutable,
        lock=lock,
        looks=looks,
        identified_at=row.identified_at,
        notified_at=row.notified_at,
        minutes_at=row.minutes_at,
        merged_into=row.merged_into,
    )


def _by_law(finding: Finding) -> str:
    """The offence as the law's catalogue has it: how great a speeding is, its measure says."""
    over_kmh = next((one.value for one in finding.measures if one.name == OVER_LIMIT), None)
    band = speeding_offence(over_kmh) if over_kmh is not None and finding.offence == SPEEDING else None
    return band or finding.offence


def _look(row: Row[Any]) -> Look:
    return Look(
        who=row.who,
        role=Role(row.role),
        verdict=Verdict(row.verdict),
        at=row.at,
        plate=row.plate,
        reason=row.reason,
        note=row.note,
        blind=row.blind,
    )


def _entry(row: Row[Any]) -> HistoryEntry:
    return HistoryEntry(
        at=row.at,
        who=row.who,
        action=row.action,
        from_state=None if row.from_state is None else CaseState(row.from_state),
        to_state=CaseState(row.to_state),
        reason=row.reason,
        note=row.note,
    )

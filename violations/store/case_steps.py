"""Moves cases: each step is one transaction with its line of history, or nothing at all."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from violations.cases.case import Case
from violations.cases.desk_rules import DeskRules, shipped_desk_rules
from violations.cases.life import advance
from violations.cases.moves import Event, Step
from violations.cases.plate_text import plate_key
from violations.cases.reasons import Ruling, check_ruling
from violations.cases.refusals import Refusal
from violations.cases.states import Actor, CaseState, Role
from violations.cases.verdicts import looks_blind
from violations.law.clocks import deadline
from violations.store.case_joins import join_case
from violations.store.case_tables import CaseLookRow
from violations.store.cases import case_row, get_case, record_of, write_history
from violations.store.database import reading, writing
from violations.store.errors import VersionConflictError
from violations.store.plate_search import PLATE_KEY_MAX
from violations.store.records import CaseRecord, HistoryEntry
from violations.store.scope import Districts
from violations.store.tables import CaseRow

Record = Callable[[Session, CaseRecord], object]
"""What else happens in the same transaction, last: the audit's note."""
CLOCK = Actor("centre", Role.SYSTEM)
AT_ONCE = 500


def take_steps(
    engine: Engine,
    case_id: int,
    events: Sequence[Event],
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    districts: Districts = None,
    rules: DeskRules | None = None,
    record: Record | None = None,
) -> CaseRecord:
    """Move the case by one or more events, all of them or none; one line of history for each.

    version: the one the person saw, None to take whatever stands. Raises CaseNotFoundError, VersionConflictError, and
    the CaseError of the first refusal.
    """
    with writing(engine) as session:
        row = case_row(session, case_id, districts, locked=True)
        if version is not None and row.version != version:
            raise VersionConflictError(case_id, version, row.version)
        before = record_of(session, row).life
        after = before
        lines: list[tuple[Event, Case, Case]] = []
        for event in events:
            stood, after = after, _advanced(after, event, actor, now, rules or shipped_desk_rules())
            lines.append((event, stood, after))
        _write(session, row, before, after, now)
        for event, stood, reached in _told(lines):
            write_history(session, case_id, _line(event, stood, reached, actor, now))
        session.flush()
        session.refresh(row)
        if before.plate != after.plate:
            join_case(session, row, now, rules or shipped_desk_rules())
        done = record_of(session, row)
        if record is not None:
            record(session, done)
        return done


def give_verdict(
    engine: Engine,
    case_id: int,
    ruling: Ruling,
    *,
    actor: Actor,
    version: int,
    now: datetime,
    districts: Districts = None,
    rules: DeskRules | None = None,
    record: Record | None = None,
    known: CaseRecord | None = None,
) -> CaseRecord:
    """Take the case where it lies free, correct its plate if the ruling does, and judge it: one step for its reader.

    `version` is the one the person saw. known: the case as it was just read, where it was. Raises as `take_steps`, and
    ReasonError.
    """
    ruling = check_ruling(ruling)
    plate = None if ruling.plate is None else ruling.plate.strip()[:PLATE_KEY_MAX]
    rules = rules or shipped_desk_rules()
    events = [Event(Step.TAKE)]
    if known is None or known.version != version:
        known = get_case(engine, case_id, districts)
    # Who acts on another version than this one is refused anyway.
    blind = bool(known.life.looks) and looks_blind(known.life, rules)
    if plate is not None and not blind:
        events.append(Event(Step.EDIT_PLATE, plate=plate or None))
    events.append(Event(Step(ruling.verdict.value), ruling.reason, ruling.note, plate if blind else None))
    return take_steps(
        engine,
        case_id,
        events,
        actor=actor,
        version=version,
        now=now,
        districts=districts,
        rules=rules,
        record=record,
    )


def expire_cases(engine: Engine, now: datetime, rules: DeskRules | None = None) -> int:
    """Put every case whose year is over into its end; how many went. Run daily; what is late is refused anyway."""
    open_to_it = [state.value for state in CaseState if state not in _NEVER_EXPIRE]
    gone, last_id = 0, 0
    while True:
        query = select(CaseRow.id, CaseRow.at).where(CaseRow.id > last_id, CaseRow.state.in_(open_to_it))
        query = query.where(CaseRow.minutes_at.is_(None), CaseRow.at < now).order_by(CaseRow.id).limit(AT_ONCE)
        with reading(engine) as session:
            found = session.execute(query).all()
        for case_id, at in found:
            last = deadline("limitation", at)
            if last and last.days_left(now.date()) < 1:
                gone += _expire(engine, case_id, now, rules)
        if len(found) < AT_ONCE:
            return gone
        last_id = found[-1][0]


_NEVER_EXPIRE = frozenset(
    {
        CaseState.REJECTED,
        CaseState.MINUTES,
        CaseState.PAID,
        CaseState.WITHDRAWN,
        CaseState.CLOSED,
        CaseState.EXPIRED,
    }
)


def _expire(engine: Engine, case_id: int, now: datetime, rules: DeskRules | None) -> int:
    rules = rules or shipped_desk_rules()
    with reading(engine) as session:
        life = record_of(session, case_row(session, case_id)).life
    if isinstance(advance(life, Event(Step.EXPIRE), CLOCK, now, rules), Refusal):
        return 0
    take_steps(engine, case_id, [Event(Step.EXPIRE)], actor=CLOCK, version=None, now=now, rules=rules)
    return 1


def _advanced(case: Case, event: Event, actor: Actor, now: datetime, rules: DeskRules) -> Case:
    after = advance(case, event, actor, now, rules)
    if isinstance(after, Refusal):
        raise after.error()
    return after


def _told(lines: Sequence[tuple[Event, Case, Case]]) -> list[tuple[Event, Case, Case]]:
    """A case taken only to be judged in the same breath is told as the judgement alone, from where it stood."""
    if len(lines) < 2 or lines[0][0].step is not Step.TAKE:
        return list(lines)
    first, *others = lines
    event, _, reached = others[0]
    return [(event, first[1], reached), *others[1:]]


def _line(event: Event, stood: Case, reached: Case, actor: Actor, now: datetime) -> HistoryEntry:
    return HistoryEntry(
        at=now,
        who=actor.name,
        action=event.step.value,
        from_state=stood.state,
        to_state=reached.state,
        reason=event.reason,
        note=_note(event, stood),
    )


def _note(event: Event, stood: Case) -> str:
    if event.step is Step.EDIT_PLATE:
        return f"{stood.plate or '—'} → {event.plate or '—'}"
    return event.note.strip()


def _write(session: Session, row: CaseRow, before: Case, after: Case, now: datetime) -> None:
    """The version in the WHERE is the lock: of two people who saw the same version only one moves the case."""
    values = {
        "state": after.state.value,
        "version": row.version + 1,
        "changed_at": now,
        "plate": after.plate,
        "plate_key": (plate_key(after.plate) or "")[:PLATE_KEY_MAX] or None,
        "lock_holder": after.lock.holder if after.lock else None,
        "lock_until": after.lock.until if after.lock else None,
        "identified_at": after.identified_at,
        "notified_at": after.notified_at,
        "minutes_at": after.minutes_at,
        "merged_into": after.merged_into,
    }
    moved = session.execute(
        update(CaseRow)
        .where(CaseRow.id == row.id, CaseRow.version == row.version)
        .values(**values)
        .returning(CaseRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not moved:
        raise VersionConflictError(row.id, row.version, row.version + 1)
    _write_looks(session, before, after)


def _write_looks(session: Session, before: Case, after: Case) -> None:
    kept = len(after.looks) if len(after.looks) < len(before.looks) else len(before.looks)
    if kept < len(before.looks):
        query = select(CaseLookRow.id).where(CaseLookRow.case_id == after.id).order_by(CaseLookRow.id)
        session.execute(delete(CaseLookRow).where(CaseLookRow.id.in_(session.scalars(query).all()[kept:])))
    session.add_all(
        CaseLookRow(
            case_id=after.id,
            at=look.at,
            who=look.who[:80],
            role=look.role.value,
            verdict=look.verdict.value,
            plate=look.plate,
            reason=look.reason,
            note=look.note,
            blind=look.blind,
        )
        for look in after.looks[kept:]
    )

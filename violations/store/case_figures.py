"""Counts over all cases: how each came out, and the pairs of blind looks. For the figures an office publishes."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from violations.cases.agreement import UNDECIDED
from violations.cases.case import Look
from violations.cases.states import CaseState, Role, Verdict
from violations.cases.verdicts import JudgedCase
from violations.store.case_tables import CaseLookRow
from violations.store.database import reading
from violations.store.local_days import vietnam_day
from violations.store.scope import Districts, within
from violations.store.tables import CaseHistoryRow, CaseRow

CLOSED = CaseState.CLOSED.value


def case_outcomes(
    engine: Engine, *, since: datetime | None = None, until: datetime | None = None, districts: Districts = None
) -> Sequence[tuple[str, CaseState, int]]:
    """(camera, outcome, how many) of the cases recorded in [since, until).

    A closed case counts by the state it was closed from. Cases merged into another are left out: the one that stays
    counts for both.
    """
    with reading(engine) as session:
        found = _outcomes(session, (CaseRow.camera,), within(CaseRow.district, districts), *_between(since, until))
        return [(camera, CaseState(state), n) for camera, state, n in found]


def monthly_outcomes(
    engine: Engine, *, since: datetime, until: datetime
) -> Sequence[tuple[str, str, str, CaseState, int]]:
    """(month in Vietnam such as 2026-11, camera, offence, outcome, how many) of every district's decided cases."""
    month = func.substr(vietnam_day(CaseRow.at), 1, 7)
    undecided = CaseRow.state.not_in([state.value for state in UNDECIDED])
    with reading(engine) as session:
        keys = (month, CaseRow.camera, CaseRow.offence)
        found = _outcomes(session, keys, undecided, *_between(since, until))
        return [(*names, CaseState(state), n) for *names, state, n in found]


def _outcomes(session: Session, keys: Sequence[Any], *where: ColumnElement[bool]) -> Iterator[Any]:
    """(*keys, state, how many). The few closed ones apart: only they need their history."""
    found: Counter[tuple[str, ...]] = Counter()
    named = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    open_ones = select(*named, CaseRow.state, func.count()).where(CaseRow.state != CLOSED)
    ended = (CaseHistoryRow.case_id == CaseRow.id) & (CaseHistoryRow.to_state == CLOSED)
    before = CaseHistoryRow.from_state.label("before")
    closed = select(*named, before, func.count()).join(CaseHistoryRow, ended).where(CaseRow.state == CLOSED)
    for query, state in ((open_ones, CaseRow.state), (closed, before)):
        counted = query.where(CaseRow.merged_into.is_(None), *where).group_by(*named, state)
        for *names, n in session.execute(counted):
            found[tuple(names)] += n
    return ((*names, n) for names, n in found.items())


def case_looks(
    engine: Engine, *, since: datetime | None = None, until: datetime | None = None, districts: Districts = None
) -> Sequence[JudgedCase]:
    """The machine's plate and the looks of every case with a blind look among them, recorded in [since, until)."""
    blind = select(CaseLookRow.case_id).where(CaseLookRow.blind)
    query = select(CaseLookRow, CaseRow.finding["plate"].as_string()).join(CaseRow, CaseRow.id == CaseLookRow.case_id)
    query = query.where(CaseLookRow.case_id.in_(blind), within(CaseRow.district, districts)).order_by(CaseLookRow.id)
    by_case: dict[int, list[Look]] = defaultdict(list)
    read: dict[int, str | None] = {}
    with reading(engine) as session:
        for row, plate in session.execute(query.where(*_between(since, until))):
            read[row.case_id] = plate
            look = Look(row.who, Role(row.role), Verdict(row.verdict), row.at, row.plate, blind=row.blind)
            by_case[row.case_id].append(look)
    return [(read[case_id], looks) for case_id, looks in by_case.items()]


def _between(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    ends = ((since, CaseRow.at.__ge__), (until, CaseRow.at.__lt__))
    return [holds(moment) for moment, holds in ends if moment is not None]

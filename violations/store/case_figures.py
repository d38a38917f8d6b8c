"""Counts over all cases: how each came out, and the pairs of blind looks. For the figures an office publishes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, select

from violations.cases.case import Look
from violations.cases.states import CaseState, Role, Verdict
from violations.store.case_tables import CaseLookRow
from violations.store.database import reading
from violations.store.scope import Districts, within
from violations.store.tables import CaseHistoryRow, CaseRow


def case_outcomes(
    engine: Engine, *, since: datetime | None = None, until: datetime | None = None, districts: Districts = None
) -> Sequence[tuple[str, CaseState]]:
    """(camera, state) of every case recorded in [since, until); a closed case counts by the state it was closed from.

    Cases merged into another are left out: the one that stays counts for both.
    """
    query = select(CaseRow.id, CaseRow.camera, CaseRow.state).where(
        within(CaseRow.district, districts), CaseRow.merged_into.is_(None), *_between(since, until)
    )
    closing = select(CaseHistoryRow.case_id, CaseHistoryRow.from_state).where(
        CaseHistoryRow.to_state == CaseState.CLOSED.value
    )
    with reading(engine) as session:
        before = {row.case_id: row.from_state for row in session.execute(closing)}
        return [
            (camera, CaseState(before.get(case_id) or state if state == CaseState.CLOSED.value else state))
            for case_id, camera, state in session.execute(query)
        ]


def case_looks(
    engine: Engine, *, since: datetime | None = None, until: datetime | None = None, districts: Districts = None
) -> Sequence[Sequence[Look]]:
    """The looks of every case with a blind one among them, recorded in [since, until)."""
    blind = select(CaseLookRow.case_id).where(CaseLookRow.blind)
    query = select(CaseLookRow).join(CaseRow, CaseRow.id == CaseLookRow.case_id)
    query = query.where(CaseLookRow.case_id.in_(blind), within(CaseRow.district, districts)).order_by(CaseLookRow.id)
    by_case: dict[int, list[Look]] = defaultdict(list)
    with reading(engine) as session:
        for row in session.scalars(query.where(*_between(since, until))):
            look = Look(row.who, Role(row.role), Verdict(row.verdict), row.at, row.plate, blind=row.blind)
            by_case[row.case_id].append(look)
    return list(by_case.values())


def _between(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    ends = ((since, CaseRow.at.__ge__), (until, CaseRow.at.__lt__))
    return [holds(moment) for moment, holds in ends if moment is not None]

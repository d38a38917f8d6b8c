"""The order in which people decide: the oldest recording first, because its ten days end first."""

from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, or_, select

from violations.cases import states
from violations.store.case_tables import CaseLookRow
from violations.store.database import reading
from violations.store.records import CaseRecord
from violations.store.scope import Districts, within
from violations.store.tables import CaseRow
from violations.web.views import CaseLine, line_of
from vision.events.bodies import Finding

WAITING = CaseRow.state.in_([state.value for state in states.WAITING])


def waiting_cases(engine: Engine, limit: int, districts: Districts = None) -> tuple[CaseLine, ...]:
    """The first `limit` undecided cases, oldest recording first."""
    query = select(CaseRow).where(WAITING, within(CaseRow.district, districts))
    with reading(engine) as session:
        return tuple(
            line_of(row.id, row.camera, row.at, row.state, Finding.model_validate(row.finding), row.plate)
            for row in session.scalars(query.order_by(CaseRow.at, CaseRow.id).limit(limit))
        )


def next_waiting(engine: Engine, case: CaseRecord, districts: Districts, who: str) -> int | None:
    """The undecided case after this one that `who` has not judged yet; None at the end of the queue."""
    later = or_(CaseRow.at > case.at, and_(CaseRow.at == case.at, CaseRow.id > case.id))
    return _first(engine, and_(later, _for(districts, who)), CaseRow.at, CaseRow.id)


def previous_waiting(engine: Engine, case: CaseRecord, districts: Districts, who: str) -> int | None:
    earlier = or_(CaseRow.at < case.at, and_(CaseRow.at == case.at, CaseRow.id < case.id))
    return _first(engine, and_(earlier, _for(districts, who)), CaseRow.at.desc(), CaseRow.id.desc())


def first_waiting(engine: Engine, districts: Districts, who: str) -> int | None:
    return _first(engine, _for(districts, who), CaseRow.at, CaseRow.id)


def _for(districts: Districts, who: str) -> ColumnElement[bool]:
    """Nobody is led to a case a second time: their look has been given."""
    looked = select(CaseLookRow.id).where(CaseLookRow.case_id == CaseRow.id, CaseLookRow.who == who).exists()
    return and_(within(CaseRow.district, districts), ~looked)


def _first(engine: Engine, where: ColumnElement[bool], *order: Any) -> int | None:
    with reading(engine) as session:
        return session.scalar(select(CaseRow.id).where(WAITING, where).order_by(*order).limit(1))

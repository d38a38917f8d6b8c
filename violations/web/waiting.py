"""The order in which people decide: the oldest recording first, because its ten days end first."""

from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, or_, select

from violations.cases.states import FIRST_STATE
from violations.store.database import reading
from violations.store.records import CaseRecord
from violations.store.tables import CaseRow
from violations.web.views import CaseLine, line_of
from vision.events.bodies import Finding

WAITING = CaseRow.state == FIRST_STATE.value


def waiting_cases(engine: Engine, limit: int) -> tuple[CaseLine, ...]:
    """The first `limit` undecided cases, oldest recording first."""
    query = select(CaseRow).where(WAITING).order_by(CaseRow.at, CaseRow.id).limit(limit)
    with reading(engine) as session:
        return tuple(
            line_of(row.id, row.camera, row.at, row.state, Finding.model_validate(row.finding))
            for row in session.scalars(query)
        )


def next_waiting(engine: Engine, case: CaseRecord) -> int | None:
    """The undecided case that comes after this one; None at the end of the queue."""
    later = or_(CaseRow.at > case.at, and_(CaseRow.at == case.at, CaseRow.id > case.id))
    return _first(engine, later, CaseRow.at, CaseRow.id)


def previous_waiting(engine: Engine, case: CaseRecord) -> int | None:
    earlier = or_(CaseRow.at < case.at, and_(CaseRow.at == case.at, CaseRow.id < case.id))
    return _first(engine, earlier, CaseRow.at.desc(), CaseRow.id.desc())


def first_waiting(engine: Engine) -> int | None:
    return _first(engine, WAITING, CaseRow.at, CaseRow.id)


def _first(engine: Engine, where: ColumnElement[bool], *order: Any) -> int | None:
    with reading(engine) as session:
        return session.scalar(select(CaseRow.id).where(WAITING, where).order_by(*order).limit(1))

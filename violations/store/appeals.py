"""Appeals for the people who decide them, by district."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, Select, select

from violations.cases.states import CaseState
from violations.store.case_papers import Appeal
from violations.store.case_tables import AppealRow
from violations.store.cases import LARGEST_ID
from violations.store.database import reading
from violations.store.errors import AppealNotFoundError
from violations.store.scope import Districts, within
from violations.store.tables import CaseRow


@dataclass(frozen=True, slots=True)
class AppealRecord:
    """One appeal and where its case stands; version: the case's."""

    id: int
    case_id: int
    district: str
    camera: str
    offence: str
    state: CaseState
    version: int
    appeal: Appeal


def list_appeals(
    engine: Engine, districts: Districts, *, undecided: bool = False, limit: int = 50, before: int | None = None
) -> Sequence[AppealRecord]:
    """Newest first, below the id `before`. undecided: only where the case still waits for the answer."""
    query = _joined(districts).order_by(AppealRow.id.desc()).limit(limit)
    if undecided:
        query = query.where(CaseRow.state == CaseState.APPEALED.value)
    if before is not None:
        query = query.where(AppealRow.id < min(before, LARGEST_ID))
    with reading(engine) as session:
        return [_record(appeal, case) for appeal, case in session.execute(query)]


def get_appeal(engine: Engine, appeal_id: int, districts: Districts) -> AppealRecord:
    """Raises AppealNotFoundError, also for one of another district."""
    with reading(engine) as session:
        found = session.execute(_joined(districts).where(AppealRow.id == appeal_id)).one_or_none()
    if found is None:
        raise AppealNotFoundError(f"appeal: wanted an existing id, found {appeal_id}")
    appeal, case = found
    return _record(appeal, case)


def _joined(districts: Districts) -> Select[AppealRow, CaseRow]:
    joined = select(AppealRow, CaseRow).join(CaseRow, CaseRow.id == AppealRow.case_id)
    return joined.where(within(CaseRow.district, districts))


def _record(row: AppealRow, case: CaseRow) -> AppealRecord:
    return AppealRecord(
        id=row.id,
        case_id=case.id,
        district=case.district,
        camera=case.camera,
        offence=case.offence,
        state=CaseState(case.state),
        version=case.version,
        appeal=Appeal(row.at, row.receipt, row.words, row.contact, tuple(row.files)),
    )

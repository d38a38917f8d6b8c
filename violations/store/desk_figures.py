"""How the desk gets on: verdicts by day and person, and the age of what waits. For its supervisors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, Select, func, select

from violations.cases.states import CaseState, Verdict
from violations.store.case_tables import CaseLookRow
from violations.store.database import reading
from violations.store.local_days import vietnam_day
from violations.store.scope import Districts, within
from violations.store.tables import CaseHistoryRow, CaseRow
from violations.store.waiting import WAITING

WITHDRAWN = CaseState.WITHDRAWN.value


@dataclass(frozen=True, slots=True)
class DayOfVerdicts:
    """How many verdicts of one kind one person gave on one day in Vietnam; those taken back are not among them."""

    day: date
    who: str
    verdict: Verdict
    n: int


def verdicts_by_day(engine: Engine, since: datetime, districts: Districts = None) -> Sequence[DayOfVerdicts]:
    """From `since` on, in order of day and name."""
    day = vietnam_day(CaseLookRow.at).label("day")
    keys = (day, CaseLookRow.who, CaseLookRow.verdict)
    query = _of(districts, select(*keys, func.count()).where(CaseLookRow.at >= since)).group_by(*keys).order_by(*keys)
    with reading(engine) as session:
        return [
            DayOfVerdicts(date.fromisoformat(on), who, Verdict(said), n) for on, who, said, n in session.execute(query)
        ]


def overturned_by_person(engine: Engine, since: datetime, districts: Districts = None) -> dict[str, int]:
    """How many of the cases that each person accepted since then were withdrawn later."""
    history = select(CaseHistoryRow.id).where(CaseHistoryRow.case_id == CaseRow.id)
    withdrawn = history.where(CaseHistoryRow.to_state == WITHDRAWN).exists()
    query = select(CaseLookRow.who, func.count()).join(CaseRow, CaseRow.id == CaseLookRow.case_id)
    query = query.where(CaseLookRow.at >= since, CaseLookRow.verdict == Verdict.ACCEPT.value, withdrawn)
    # Withdrawn is left only for the end, so that nothing else need be asked of the history.
    query = query.where(CaseRow.state.in_([WITHDRAWN, CaseState.CLOSED.value]), within(CaseRow.district, districts))
    with reading(engine) as session:
        return dict(list(session.execute(query.group_by(CaseLookRow.who))))


def waiting_by_day(engine: Engine, districts: Districts = None) -> Sequence[tuple[date, int]]:
    """How many of the undecided cases were recorded on each day in Vietnam, oldest first."""
    day = vietnam_day(CaseRow.at).label("day")
    query = select(day, func.count()).where(WAITING, within(CaseRow.district, districts)).group_by(day).order_by(day)
    with reading(engine) as session:
        return [(date.fromisoformat(on), n) for on, n in session.execute(query)]


def _of(districts: Districts, query: Select[str, str, str, int]) -> Select[str, str, str, int]:
    if districts is None:
        return query
    return query.join(CaseRow, CaseRow.id == CaseLookRow.case_id).where(within(CaseRow.district, districts))

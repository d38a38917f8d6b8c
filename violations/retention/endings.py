"""Which cases came to their end, how and when, and what forbids that their files go. Reads only."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from violations.cases.states import CaseState
from violations.retention.rules import CentreRules, Ended, Ending, Verdict, judge
from violations.store.database import reading
from violations.store.packages import ENDS
from violations.store.retention_tables import CaseHoldRow
from violations.store.tables import CaseFileRow, CaseHistoryRow, CaseRow, EvidenceFileRow

AT_ONCE = 500
END_STATES = tuple(sorted(state.value for state in ENDS))
FROM = {
    CaseState.PAID.value: Ended.PAID,
    CaseState.WITHDRAWN.value: Ended.WITHDRAWN,
    CaseState.REJECTED.value: Ended.REJECTED,
    CaseState.DETECTED.value: Ended.MERGED,
}
"""From which state a case was closed says how."""


def judge_cases(engine: Engine, rules: CentreRules, now: datetime) -> Iterator[Verdict]:
    """Of every ended case that still has files, by its number."""
    with reading(engine) as session:
        forbidden = _Forbidden(session)
        after = 0
        while endings := _endings(session, after):
            for ending, file_name, merged_into in endings:
                held, other_open = forbidden.of(ending.case_id, file_name, merged_into)
                yield judge(ending, rules, now, held=held, other_open=other_open)
            after = endings[-1][0].case_id


def holds(session: Session) -> dict[int, CaseHoldRow]:
    """The cases under a legal hold, each with the row that says so."""
    newest = select(func.max(CaseHoldRow.id)).group_by(CaseHoldRow.case_id)
    rows = session.scalars(select(CaseHoldRow).where(CaseHoldRow.id.in_(newest), CaseHoldRow.held))
    return {row.case_id: row for row in rows}


class _Forbidden:
    """Joined and merged cases share an occasion: a hold on one of them, or its being open, keeps the files of all."""

    def __init__(self, session: Session) -> None:
        self._held, self._held_files = _reach(session, CaseRow.id.in_(list(holds(session))))
        self._open, self._open_files = _reach(session, CaseRow.state.not_in(END_STATES), ids=False)
        self._session = session

    def of(self, case_id: int, file_name: str | None, merged_into: int | None) -> tuple[bool, bool]:
        """(held, another open)."""
        held = bool(self._held & {case_id, merged_into}) or file_name in self._held_files
        target_open = merged_into is not None and self._is_open(merged_into)
        return held, target_open or file_name in self._open_files or case_id in self._open

    def _is_open(self, case_id: int) -> bool:
        state = self._session.scalar(select(CaseRow.state).where(CaseRow.id == case_id))
        return state is not None and state not in END_STATES


def _reach(session: Session, which: ColumnElement[bool], *, ids: bool = True) -> tuple[set[int], set[str]]:
    """Of the cases `which`: themselves (ids) and those they were merged into, and the names of their files."""
    merged = select(CaseRow.merged_into).where(which, CaseRow.merged_into.is_not(None))
    names = select(CaseRow.file_name).where(which, CaseRow.file_name.is_not(None)).distinct()
    found = {one for one in session.scalars(merged) if one is not None}
    if ids:
        found |= set(session.scalars(select(CaseRow.id).where(which)))
    return found, {name for name in session.scalars(names) if name is not None}


def _endings(session: Session, after: int) -> list[tuple[Ending, str | None, int | None]]:
    """The next ended cases with files that were not purged, each with its file's name and its target."""
    with_files = (
        select(CaseFileRow.case_id)
        .join(EvidenceFileRow, EvidenceFileRow.sha256 == CaseFileRow.sha256)
        .where(CaseFileRow.case_id == CaseRow.id, EvidenceFileRow.purged_at.is_(None))
        .exists()
    )
    query = select(CaseRow.id, CaseRow.offence, CaseRow.state, CaseRow.changed_at, CaseRow.package)
    query = query.add_columns(CaseRow.file_name, CaseRow.merged_into)
    query = query.where(CaseRow.id > after, CaseRow.state.in_(END_STATES), with_files)
    rows = session.execute(query.order_by(CaseRow.id).limit(AT_ONCE)).all()
    last = _last_steps(session, [row.id for row in rows])
    return [
        (
            Ending(
                row.id,
                row.offence,
                _how(row.state, last.get(row.id)),
                _since(last.get(row.id), row.changed_at),
                row.package,
            ),
            row.file_name,
            row.merged_into,
        )
        for row in rows
    ]


def _last_steps(session: Session, case_ids: list[int]) -> dict[int, CaseHistoryRow]:
    """Of each case the step that ended it."""
    newest = select(func.max(CaseHistoryRow.id)).where(
        CaseHistoryRow.case_id.in_(case_ids), CaseHistoryRow.to_state.in_(END_STATES)
    )
    rows = session.scalars(select(CaseHistoryRow).where(CaseHistoryRow.id.in_(newest.group_by(CaseHistoryRow.case_id))))
    return {row.case_id: row for row in rows}


def _how(state: str, step: CaseHistoryRow | None) -> Ended | None:
    if state == CaseState.EXPIRED.value:
        return Ended.EXPIRED
    return FROM.get(step.from_state or "") if step is not None else None


def _since(step: CaseHistoryRow | None, changed_at: datetime) -> datetime:
    return changed_at if step is None else max(step.at, changed_at)

"""Puts a case beside the others of its plate: one file for what lies close in time, one case for what two cameras saw.

Cameras that are surely too far apart to see the same vehicle are never taken to have seen one offence: two vehicles may
bear its plate. Files are worked out anew from all cases that the window can reach, so the order of arrival cannot
matter. A case that people have begun to look at is never merged away.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from violations.cases.desk_rules import DeskRules
from violations.cases.join import Sighting, duplicates, file_name, joined
from violations.cases.states import CaseState
from violations.store.camera_places import surely_apart
from violations.store.tables import CaseHistoryRow, CaseRow

MERGED = "merge"
DESK = "centre"
DUPLICATE = "duplicate"
LONGEST_FILE = 200
ENDED = frozenset(
    state.value for state in (CaseState.REJECTED, CaseState.WITHDRAWN, CaseState.CLOSED, CaseState.EXPIRED)
)


def join_case(session: Session, row: CaseRow, now: datetime, rules: DeskRules) -> None:
    """Inside the caller's transaction, after the row has its id."""
    if row.plate_key is None:
        return
    rows = _reachable(session, row, timedelta(seconds=rules.join_window_s))
    by_name = {one.event_id: one for one in rows}
    sightings = [_sighting(one) for one in rows]
    for group in joined(sightings, rules.join_window_s):
        name = file_name(group) if len(group) > 1 else None
        for one in group:
            by_name[one.name].file_name = name
    for pair in duplicates(sightings, rules.duplicate_window_s):
        if not surely_apart(session, pair.copy.camera, pair.of.camera):
            _merge(session, by_name[pair.copy.name], by_name[pair.of.name], now)
    session.flush()


def _reachable(session: Session, row: CaseRow, window: timedelta) -> Sequence[CaseRow]:
    """All cases of the plate and district that a chain of gaps no wider than the window connects with this one."""
    same = (CaseRow.plate_key == row.plate_key, CaseRow.district == row.district)
    found = {row.id: row}
    since, until = row.at, row.at
    while len(found) < LONGEST_FILE:
        near: ColumnElement[bool] = CaseRow.at.between(since - window, until + window)
        fresh = [one for one in session.scalars(select(CaseRow).where(*same, near)) if one.id not in found]
        if not fresh:
            break
        found |= {one.id: one for one in fresh}
        since, until = min(one.at for one in found.values()), max(one.at for one in found.values())
    return list(found.values())


def _sighting(row: CaseRow) -> Sighting:
    return Sighting(row.event_id, row.plate_key, row.offence, row.camera, row.at)


def _merge(session: Session, copy: CaseRow, of: CaseRow, now: datetime) -> None:
    """Of the two the untouched one goes, unless the other has ended: then a new view of it is for people to judge."""
    untouched = [one for one in (copy, of) if one.state == CaseState.DETECTED.value]
    if not untouched or {copy.state, of.state} & ENDED:
        return
    goes = untouched[0]
    stays = of if goes is copy else copy
    goes.state, goes.merged_into, goes.changed_at = CaseState.CLOSED.value, stays.id, now
    goes.version += 1
    session.add(
        CaseHistoryRow(
            case_id=goes.id,
            at=now,
            who=DESK,
            action=MERGED,
            from_state=CaseState.DETECTED.value,
            to_state=CaseState.CLOSED.value,
            reason=DUPLICATE,
            note=f"→ {stays.id}",
        )
    )

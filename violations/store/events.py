"""The stored events, oldest first, page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, literal, select, tuple_

from violations.store.account_tables import CameraDistrictRow
from violations.store.database import reading
from violations.store.records import EventPage, StoredEvent
from violations.store.scope import Districts, within
from violations.store.tables import EventRow, UtcTime
from vision.events.envelope import EVENT


@dataclass(frozen=True, slots=True)
class EventsWanted:
    """[since, until) of the event's own time in UTC; None leaves a side open. `type` as in the envelope.

    districts: only cameras of these; None for all cameras.
    """

    camera: str | None = None
    type: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    districts: Districts = None


def list_events(
    engine: Engine, wanted: EventsWanted, *, limit: int = 100, after: tuple[datetime, str] | None = None
) -> EventPage:
    """In order of (time, id), after the given one."""
    query = select(EventRow).order_by(EventRow.time, EventRow.id).limit(limit + 1)
    if wanted.camera is not None:
        query = query.where(EventRow.camera == wanted.camera)
    if wanted.type is not None:
        query = query.where(EventRow.type == wanted.type)
    if wanted.since is not None:
        query = query.where(EventRow.time >= wanted.since)
    if wanted.districts is not None:
        mine = select(CameraDistrictRow.camera).where(within(CameraDistrictRow.district, wanted.districts))
        query = query.where(EventRow.camera.in_(mine))
    if wanted.until is not None:
        query = query.where(EventRow.time < wanted.until)
    if after is not None:
        last = tuple_(literal(after[0], UtcTime), literal(after[1]))
        query = query.where(tuple_(EventRow.time, EventRow.id) > last)
    with reading(engine) as session:
        rows = session.scalars(query).all()
    page = tuple(StoredEvent(EVENT.validate_python(_envelope(row)), row.received_at) for row in rows[:limit])
    last_row = rows[limit - 1] if len(rows) > limit else None
    return EventPage(page, None if last_row is None else (last_row.time, last_row.id))


def _envelope(row: EventRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "source": row.source,
        "time": row.time,
        "camera": row.camera,
        "boot": row.boot,
        "sequence": row.sequence,
        "type": row.type,
        "data": row.body,
    }

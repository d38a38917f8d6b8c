"""The stored traffic facts, oldest first, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Engine, literal, select, tuple_

from violations.store.database import reading
from violations.store.tables import EventRow, FactIntervalRow, UtcTime
from vision.events.facts import ApproachFacts, GreenFacts, LaneFacts, LineFacts, TurningFacts

FactBody = LineFacts | LaneFacts | TurningFacts | ApproachFacts | GreenFacts
LENGTH_TOLERANCE_S = 1e-6
_BODIES: Mapping[str, TypeAdapter[FactBody]] = {
    "vn.ngatu.line_facts.v1": TypeAdapter(LineFacts),
    "vn.ngatu.lane_facts.v1": TypeAdapter(LaneFacts),
    "vn.ngatu.turning_facts.v1": TypeAdapter(TurningFacts),
    "vn.ngatu.approach_facts.v1": TypeAdapter(ApproachFacts),
    "vn.ngatu.green_facts.v1": TypeAdapter(GreenFacts),
}


@dataclass(frozen=True, slots=True)
class FactsWanted:
    """[since, until) of the interval's start in UTC; None leaves it open. `type` as in the envelope.

    interval_s: only intervals of this length; None for all, greens among them.
    """

    camera: str | None = None
    type: str | None = None
    place: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    interval_s: float | None = None


@dataclass(frozen=True, slots=True)
class FactRecord:
    """Facts of one place over one interval; since, until: its UTC labels."""

    camera: str
    type: str
    place: str
    since: datetime
    until: datetime
    facts: FactBody


@dataclass(frozen=True, slots=True)
class FactPage:
    """In order of (since, event id); next_after continues, None on the last page."""

    records: tuple[FactRecord, ...]
    next_after: tuple[datetime, str] | None


def list_facts(
    engine: Engine, wanted: FactsWanted, *, limit: int = 100, after: tuple[datetime, str] | None = None
) -> FactPage:
    """At most `limit` of them, after the given one."""
    row = FactIntervalRow
    query = select(row, EventRow.body).join(EventRow, (EventRow.id == row.event_id) & (EventRow.time == row.since))
    query = query.order_by(row.since, row.event_id).limit(limit + 1)
    for column, value in ((row.camera, wanted.camera), (row.type, wanted.type), (row.place, wanted.place)):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(row.since >= wanted.since)
    if wanted.until is not None:
        query = query.where(row.since < wanted.until)
    if wanted.interval_s is not None:
        low, high = wanted.interval_s - LENGTH_TOLERANCE_S, wanted.interval_s + LENGTH_TOLERANCE_S
        query = query.where(row.duration_s.between(low, high))
    if after is not None:
        query = query.where(tuple_(row.since, row.event_id) > tuple_(literal(after[0], UtcTime), literal(after[1])))
    with reading(engine) as session:
        found = session.execute(query).all()
        records = tuple(_record(interval, body) for interval, body in found[:limit])
        last = found[limit - 1][0] if len(found) > limit else None
        return FactPage(records, None if last is None else (last.since, last.event_id))


def _record(interval: FactIntervalRow, body: object) -> FactRecord:
    facts = _BODIES[interval.type].validate_python(body)
    return FactRecord(interval.camera, interval.type, interval.place, interval.since, interval.until, facts)

"""Takes the events of one batch into the database: each once, all or nothing, cases and counts with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from violations.store.camera_stops import stops_of
from violations.store.cases import open_case
from violations.store.database import writing
from violations.store.districts import claim_cameras
from violations.store.errors import MissingMediaError
from violations.store.event_rows import count_rows, event_row, fact_row, interval_row
from violations.store.evidence_files import EvidenceShelf
from violations.store.incoming import name_of, read_sent
from violations.store.journeys import link_journeys
from violations.store.months import make_months
from violations.store.tables import Base, CountIntervalRow, CountRow, EventIdRow, EventRow, FactIntervalRow
from vision.events.envelope import CountsEvent, Event, FindingEvent
from vision.events.facts import FactsBody

MAX_EVENTS = 500
TRIES = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that will never be stored. `id` is what it called itself, empty where it had no name."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """`acknowledged`: in the database now, whether just stored or known before, in the order sent."""

    acknowledged: tuple[str, ...]
    refused: tuple[Refusal, ...]


@dataclass(slots=True)
class _Batch:
    """Sorted so far: what can be stored, by id, and what cannot."""

    events: dict[str, tuple[Event, str]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


def ingest(
    engine: Engine, shelf: EvidenceShelf, raw_events: Sequence[Any], now: datetime, district: str | None = None
) -> Receipt:
    """Store what is valid and new; returns after the commit.

    raw_events: parsed JSON, one value per event. district: that of the device that sends them, None where there are
    no accounts. With nothing stored, raises MissingMediaError when a finding names files that are not on the shelf,
    and WrongDistrictError when a camera belongs to another district.
    """
    batch = _sort(raw_events)
    findings = [event.data for event, _ in batch.events.values() if isinstance(event, FindingEvent)]
    shelf.ask_ahead((file.sha256, file.size_bytes) for finding in findings for file in finding.media)
    for attempt in range(1, TRIES + 1):
        try:
            return _store(engine, shelf, batch, now, district)
        except IntegrityError:
            # Another request stored one of these ids between our look and our insert; the next look finds it.
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def _sort(raw_events: Sequence[Any]) -> _Batch:
    batch = _Batch()
    for raw in raw_events:
        try:
            event, digest = read_sent(raw)
        except ValueError as error:
            batch.refused.append(Refusal(name_of(raw), str(error)))
            continue
        _, known = batch.events.setdefault(event.id, (event, digest))
        if known != digest:
            batch.refused.append(Refusal(event.id, "id: wanted one event per id, found two that differ in this batch"))
    return batch


def _store(engine: Engine, shelf: EvidenceShelf, batch: _Batch, now: datetime, district: str | None) -> Receipt:
    refused = list(batch.refused)
    with writing(engine) as session:
        make_months(session, {event.time for event, _ in batch.events.values()})
        districts = claim_cameras(session, {event.camera for event, _ in batch.events.values()}, district)
        query = select(EventIdRow.id, EventIdRow.digest).where(EventIdRow.id.in_(batch.events))
        known = {row.id: row.digest for row in session.execute(query)}
        changed = {id_ for id_, digest in known.items() if digest != batch.events[id_][1]}
        refused += [Refusal(id_, "id: already stored with other content") for id_ in sorted(changed)]
        new = [(event, digest) for id_, (event, digest) in batch.events.items() if id_ not in known]
        unproven = _unproven(session, shelf, [event for event, _ in new if isinstance(event, FindingEvent)])
        refused += unproven
        refused_ids = {refusal.id for refusal in unproven}
        _insert(session, [(event, digest) for event, digest in new if event.id not in refused_ids], districts, now)
        for event, _ in new:
            if isinstance(event, FindingEvent) and event.id not in refused_ids:
                link_journeys(session, shelf, event.id)
    # A name refused here may also have been stored (its twin differs): then both are said, and stored wins.
    kept = [id_ for id_ in batch.events if id_ not in refused_ids and id_ not in changed]
    return Receipt(tuple(kept), tuple(refused))


def _unproven(session: Session, shelf: EvidenceShelf, findings: Sequence[FindingEvent]) -> list[Refusal]:
    """Findings whose files are there but not as described. Raises MissingMediaError where one is not there at all."""
    named = {sha for event in findings for sha in (event.data.package, *(file.sha256 for file in event.data.media))}
    sizes = shelf.sizes(session, named) if named else {}
    missing = sorted(named - sizes.keys())
    if missing:
        raise MissingMediaError(missing)
    return [
        Refusal(event.id, f"media {file.name}: wanted {file.size_bytes} bytes as the event says, found {found}")
        for event in findings
        for file in event.data.media
        if (found := sizes[file.sha256]) != file.size_bytes
    ]


def _insert(session: Session, new: Sequence[tuple[Event, str]], districts: Mapping[str, str], now: datetime) -> None:
    """One statement per table: five hundred events a second leave no time for one each."""
    events = [event for event, _ in new]
    counts = [event for event in events if isinstance(event, CountsEvent)]
    facts = [fact_row(event, event.data) for event in events if isinstance(event.data, FactsBody)]
    rows: tuple[tuple[type[Base], list[dict[str, Any]]], ...] = (
        (EventIdRow, [{"id": event.id, "time": event.time, "digest": digest} for event, digest in new]),
        (EventRow, [event_row(event, now) for event in events]),
        (CountIntervalRow, [interval_row(event) for event in counts]),
        (CountRow, [row for event in counts for row in count_rows(event)]),
        (FactIntervalRow, facts),
    )
    for table, some in rows:
        if some:
            # Past the ORM's own way, which looks at each of five hundred rows.
            session.execute(insert(Base.metadata.tables[table.__tablename__]), some)
    findings = [event for event in events if isinstance(event, FindingEvent)]
    stops = stops_of(session, {event.camera for event in findings}) if findings else {}
    for event in findings:
        open_case(session, event, districts[event.camera], now, stop=stops.get(event.camera))

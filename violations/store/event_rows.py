"""The rows of events and of what they leave beside them: one statement per table, whatever a batch holds."""

from collections.abc import Iterator
from datetime import datetime
from math import floor
from typing import Any

from violations.store.incoming import interval_of
from vision.events.envelope import CountsEvent, Event
from vision.events.fact_rows import place_of
from vision.events.facts import FactsBody

Row = dict[str, Any]


def event_row(event: Event, received_at: datetime) -> Row:
    return {
        "id": event.id,
        "source": event.source,
        "camera": event.camera,
        "boot": event.boot,
        "sequence": event.sequence,
        "type": event.type,
        "time": event.time,
        "body": event.data.model_dump(mode="json"),
        "received_at": received_at,
    }


def interval_row(event: CountsEvent) -> Row:
    since, until = interval_of(event, event.data)
    return {
        "event_id": event.id,
        "camera": event.camera,
        "line": event.data.line,
        "since": since,
        "until": until,
        "since_epoch_s": floor(since.timestamp()),
        "duration_s": event.data.until_s - event.data.since_s,
        "coverage": event.data.coverage,
    }


def count_rows(event: CountsEvent) -> Iterator[Row]:
    for direction, kinds in event.data.counts.items():
        for kind, n in kinds.items():
            yield {"event_id": event.id, "direction": direction.value, "kind": kind, "n": n}


def fact_row(event: Event, facts: FactsBody) -> Row:
    since, until = interval_of(event, facts)
    return {
        "event_id": event.id,
        "camera": event.camera,
        "type": event.type,
        "place": place_of(facts),
        "since": since,
        "until": until,
        "duration_s": facts.until_s - facts.since_s,
        "coverage": facts.coverage,
    }

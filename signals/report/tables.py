"""Rows of every table, from events."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from signals.report import layouts
from signals.report.clock import VIETNAM, Boot, boot_of, zeros
from signals.report.flatten import Fact, about, facts
from signals.report.layouts import Layout, Row, Table
from vision.events.bodies import Counts, Crossing, Direction, Finding, Health
from vision.events.camera import CameraState, ImageQuality
from vision.events.envelope import Event
from vision.events.facts import FactsBody
from vision.events.incidents import Incident, SwarmFlow

Zeros = Mapping[Boot, datetime]


def tables(events: Sequence[Event]) -> list[Table]:
    """Every table that has rows, each in the order of the events."""
    known = zeros(events)
    made = [Table(layout, [row for event in events for row in rows(event, known)]) for layout, rows in ROWS.items()]
    return [table for table in made if table.rows]


def _crossing(event: Event, known: Zeros) -> Iterable[Row]:
    if isinstance(event.data, Crossing):
        one = event.data
        yield (
            event.camera, event.boot, _label(event, one.at_s, known), one.at_s, one.at_error_s, one.line, one.role,
            one.direction.value, one.vehicle, one.track, one.x, one.y, one.speed_mps, one.speed_error_mps,
            one.foot_hidden,
        )  # fmt: skip


def _counts(event: Event, known: Zeros) -> Iterable[Row]:
    if isinstance(event.data, Counts):
        one = event.data
        head = (
            event.camera, event.boot, _label(event, one.since_s, known), _label(event, one.until_s, known),
            one.since_s, one.until_s, one.coverage, one.view_moved, one.line,
        )  # fmt: skip
        passed: list[Row] = [(way.value, kind, n) for way in Direction for kind, n in one.counts.get(way, {}).items()]
        for cells in passed or [(None, None, 0)]:
            yield (*head, *cells)


def _health(event: Event, _known: Zeros) -> Iterable[Row]:
    if isinstance(event.data, Health):
        one, at = event.data, event.time.astimezone(VIETNAM)
        yield (event.camera, event.boot, at, one.state, one.frames, one.dropped, one.fps, one.note)


def _finding(event: Event, known: Zeros) -> Iterable[Row]:
    if isinstance(event.data, Finding):
        one = event.data
        at = _label(event, one.at_s, known)
        yield (event.camera, event.boot, at, one.at_s, one.offence, one.line, one.vehicle, one.track)


def _facts(event: Event, known: Zeros) -> Iterable[Row]:
    body = event.data
    if isinstance(body, FactsBody):
        head = (*_span(event, body.since_s, body.until_s, known), body.coverage, body.view_moved, about(body))
        for fact in facts(body):
            yield (*head, *_fact_cells(fact), body.pcu_table)


def _fact_cells(fact: Fact) -> Row:
    places, figure = fact.places, fact.figure
    slice_s = fact.slice_s or (None, None)
    return (
        places.get("line") or places.get("stop_line"), places.get("lane"), places.get("direction"), places.get("entry"),
        places.get("exit"), places.get("movement"), places.get("signal_group"), *slice_s, fact.measure, fact.vehicle,
        figure.value, figure.error, fact.unit, fact.grade, figure.n, figure.why,
    )  # fmt: skip


def _swarm(event: Event, known: Zeros) -> Iterable[Row]:
    one = event.data
    if isinstance(one, SwarmFlow):
        yield (
            *_span(event, one.since_s, one.until_s, known), one.coverage, one.line, one.direction.value, one.mode,
            one.swarm_share, one.estimate, one.low, one.high, one.level, one.tracked,
        )  # fmt: skip


def _incident(event: Event, known: Zeros) -> Iterable[Row]:
    one = event.data
    if isinstance(one, Incident):
        until = None if one.until_s is None else _label(event, one.until_s, known)
        yield (
            event.camera, event.boot, one.incident, one.phase, one.kind, one.severity, one.place,
            _label(event, one.since_s, known), until, one.since_s, one.at_s, one.until_s, one.vehicle,
        )  # fmt: skip


def _state(event: Event, known: Zeros) -> Iterable[Row]:
    one = event.data
    if isinstance(one, CameraState):
        until = None if one.until_s is None else _label(event, one.until_s, known)
        since = _label(event, one.since_s, known)
        yield (event.camera, event.boot, one.trouble.value, one.phase, since, until, one.since_s, one.at_s, one.until_s)


def _quality(event: Event, known: Zeros) -> Iterable[Row]:
    one = event.data
    if isinstance(one, ImageQuality):
        yield (
            *_span(event, one.since_s, one.until_s, known), one.coverage, one.pictures, one.score, one.sharpness,
            one.contrast, one.exposure, one.noise, one.compression, " ".join(trouble.value for trouble in one.troubles),
        )  # fmt: skip


def _span(event: Event, since_s: float, until_s: float, known: Zeros) -> Row:
    """camera, boot, since, until, since_s, until_s."""
    return (event.camera, event.boot, _label(event, since_s, known), _label(event, until_s, known), since_s, until_s)


def _label(event: Event, media_s: float, known: Zeros) -> datetime:
    """Local time of a media second; of a boot that counted nothing, the event's own label."""
    zero = known.get(boot_of(event))
    return (zero + timedelta(seconds=media_s) if zero else event.time).astimezone(VIETNAM)


ROWS: Mapping[Layout, Callable[[Event, Zeros], Iterable[Row]]] = {
    layouts.CROSSINGS: _crossing,
    layouts.COUNTS: _counts,
    layouts.FACTS: _facts,
    layouts.SWARM: _swarm,
    layouts.INCIDENTS: _incident,
    layouts.CAMERA_STATES: _state,
    layouts.IMAGE_QUALITY: _quality,
    layouts.HEALTH: _health,
    layouts.FINDINGS: _finding,
}

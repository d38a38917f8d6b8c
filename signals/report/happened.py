"""Single happenings: incidents and troubles of the picture with start and end, and possible offences by number."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from signals.report.clock import VIETNAM, Boot, boot_of, zeros
from vision.events.bodies import Finding
from vision.events.camera import CameraState
from vision.events.envelope import Event
from vision.events.incidents import Incident


@dataclass(frozen=True, slots=True)
class Happening:
    """what: a code; where: lane or zone, None for the whole camera; until None: no end in these events."""

    camera: str
    what: str
    where: str | None
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Happened:
    """findings: by camera, offence and kind of vehicle."""

    incidents: Sequence[Happening]
    troubles: Sequence[Happening]
    findings: Counter[tuple[str, str, str]]


def happenings(events: Sequence[Event]) -> Happened:
    findings = Counter(
        (event.camera, event.data.offence, str(event.data.vehicle))
        for event in events
        if isinstance(event.data, Finding)
    )
    known = zeros(events)
    return Happened(_joined(_incidents(events, known)), _joined(_troubles(events, known)), findings)


Half = tuple[tuple[object, ...], Happening]


def _incidents(events: Sequence[Event], known: Mapping[Boot, datetime]) -> Iterator[Half]:
    for event in events:
        one = event.data
        if isinstance(one, Incident):
            since, until = _labels(event, known, one.since_s, one.until_s)
            yield (event.camera, event.boot, one.incident), Happening(event.camera, one.kind, one.place, since, until)


def _troubles(events: Sequence[Event], known: Mapping[Boot, datetime]) -> Iterator[Half]:
    for event in events:
        one = event.data
        if isinstance(one, CameraState):
            since, until = _labels(event, known, one.since_s, one.until_s)
            key = (event.camera, event.boot, one.trouble, one.since_s)
            yield key, Happening(event.camera, str(one.trouble), None, since, until)


def _joined(halves: Iterator[Half]) -> list[Happening]:
    """Start and end of the same thing as one; the end, which comes later, knows both."""
    found: dict[tuple[object, ...], Happening] = {}
    for key, one in halves:
        if one.until is not None or key not in found:
            found[key] = one
    return sorted(found.values(), key=lambda one: one.since)


def _labels(
    event: Event, known: Mapping[Boot, datetime], since_s: float, until_s: float | None
) -> tuple[datetime, datetime | None]:
    zero = known.get(boot_of(event))
    if zero is None:
        return event.time.astimezone(VIETNAM), None if until_s is None else event.time.astimezone(VIETNAM)
    since = (zero + timedelta(seconds=since_s)).astimezone(VIETNAM)
    return since, None if until_s is None else (zero + timedelta(seconds=until_s)).astimezone(VIETNAM)

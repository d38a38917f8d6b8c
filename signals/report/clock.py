"""Media seconds and the UTC labels people read: all is measured in media seconds, labels only place it in the day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from vision.events.bodies import Counts, Crossing, Health
from vision.events.envelope import Event
from vision.events.facts import FactsBody

# Vietnam has kept UTC+7 without summer time since 1975.
VIETNAM = timezone(timedelta(hours=7), "+07:00")


@dataclass(frozen=True, slots=True)
class Boot:
    """One run of one camera's agent: all its media seconds share one zero."""

    camera: str
    name: str


def boot_of(event: Event) -> Boot:
    return Boot(event.camera, event.boot)


def zeros(events: Iterable[Event]) -> dict[Boot, datetime]:
    """The UTC label of media second 0 of every boot that counted anything.

    Crossings are labelled with the moment they happened, counts and facts with the moment their interval began.
    """
    found: dict[Boot, datetime] = {}
    for event in events:
        moment_s = _moment_s(event)
        if moment_s is not None:
            found.setdefault(boot_of(event), event.time - timedelta(seconds=moment_s))
    return found


def _moment_s(event: Event) -> float | None:
    match event.data:
        case Crossing():
            return event.data.at_s
        case Counts() | FactsBody():
            return event.data.since_s
        case _:
            return None


def ends_s(events: Sequence[Event]) -> dict[Boot, float]:
    """The media second of the last frame of every boot whose agent said that it ended.

    Counts and facts run to the end of their interval, of which a watch that is over lacks a part.
    """
    known = zeros(events)
    return {
        boot: (event.time - known[boot]).total_seconds()
        for event in events
        if isinstance(event.data, Health) and event.data.state in {"ended", "failed"}
        if (boot := boot_of(event)) in known
    }


@dataclass(frozen=True, slots=True)
class Told:
    """What an interval really tells of: up to `until_s`, of which the share `coverage` was looked at."""

    until_s: float
    coverage: float


def told(body: Counts | FactsBody, end_s: float | None) -> Told:
    """The interval without what lies after the last frame. end_s None: nobody says when that was."""
    if end_s is None or not body.since_s < end_s < body.until_s:
        return Told(body.until_s, body.coverage)
    return Told(end_s, min(body.coverage * (body.until_s - body.since_s) / (end_s - body.since_s), 1.0))

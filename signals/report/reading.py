"""Events as a camera wrote them, one JSON object a line; what cannot be used is counted and named."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from signals.report.errors import EventsError
from vision.events.envelope import EVENT, Event

MOST_DAMAGES_KEPT = 20
LONGEST_LINE_BYTES = 4_000_000
KNOWN_TYPES = frozenset(str(one.model_fields["type"].default) for one in get_args(get_args(Event)[0]))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of this camera, with a time in [since, until), of one boot; None: whatever there is."""

    camera: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    boot: str | None = None

    def takes(self, event: Event) -> bool:
        return (
            self.camera in (None, event.camera)
            and self.boot in (None, event.boot)
            and (self.since is None or event.time >= self.since)
            and (self.until is None or event.time < self.until)
        )


@dataclass(frozen=True, slots=True)
class Damage:
    """`line` is 1-based: of the file, or the place among the events a centre gave."""

    line: int
    problem: str


@dataclass(slots=True)
class Reading:
    """What was read. `events` in the order given, each id once.

    damaged   lines that are no event; `damages` names the first of them
    unknown   events of types this program does not know, by type
    repeated  events whose id had come before: an agent that got no answer sends again
    left_out  events that the caller did not want
    """

    source: str
    events: list[Event] = field(default_factory=list)
    lines: int = 0
    damaged: int = 0
    damages: list[Damage] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    left_out: int = 0

    def account(self) -> Mapping[str, object]:
        """The same in plain values."""
        return {
            "source": self.source,
            "lines": self.lines,
            "events": len(self.events),
            "damaged": self.damaged,
            "damages": [{"line": one.line, "problem": one.problem} for one in self.damages],
            "unknown": dict(sorted(self.unknown.items())),
            "repeated": self.repeated,
            "left_out": self.left_out,
        }


class _Kind(BaseModel):
    """As much of an event as tells whether we know its type."""

    model_config = ConfigDict(extra="ignore")
    type: str


def read_file(path: Path, wanted: Wanted) -> Reading:
    """Raises EventsError where the file cannot be read or no event is left."""
    try:
        with path.open("rb") as file:
            return read_lines(str(path), _lines(file), wanted)
    except OSError as error:
        raise EventsError(str(path), f"wanted a file of events, one JSON object a line ({error.strerror})") from error


def read_lines(source: str, lines: Iterable[bytes], wanted: Wanted) -> Reading:
    """Raises EventsError where not a single event is left."""
    reading, seen = Reading(source), set[str]()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            reading.lines += 1
            _take(line, number, reading, seen, wanted)
    if not reading.events:
        raise EventsError(source, _nothing_left(reading))
    return reading


def joined(readings: Sequence[Reading]) -> Reading:
    """Several sources as one; an event that two of them hold counts once."""
    if len(readings) == 1:
        return readings[0]
    whole, seen = Reading(", ".join(reading.source for reading in readings)), set[str]()
    for one in readings:
        fresh = [event for event in one.events if event.id not in seen]
        seen.update(event.id for event in fresh)
        whole.events += fresh
        whole.repeated += one.repeated + len(one.events) - len(fresh)
        whole.lines += one.lines
        whole.damaged += one.damaged
        whole.damages += [Damage(each.line, f"{one.source}: {each.problem}") for each in one.damages]
        whole.unknown.update(one.unknown)
        whole.left_out += one.left_out
    return whole


def _lines(file: Iterable[bytes]) -> Iterator[bytes]:
    """A file of something else may have no line feed in gigabytes; so much is not kept in memory."""
    for line in file:
        yield line if len(line) <= LONGEST_LINE_BYTES else line[:LONGEST_LINE_BYTES]


def _take(line: bytes, number: int, reading: Reading, seen: set[str], wanted: Wanted) -> None:
    try:
        event = EVENT.validate_json(line)
    except ValidationError as error:
        _put_aside(line, number, error, reading)
        return
    if event.id in seen:
        reading.repeated += 1
        return
    seen.add(event.id)
    if wanted.takes(event):
        reading.events.append(event)
    else:
        reading.left_out += 1


def _put_aside(line: bytes, number: int, error: ValidationError, reading: Reading) -> None:
    try:
        kind = _Kind.model_validate_json(line).type
    except ValidationError:
        kind = ""
    if kind and kind not in KNOWN_TYPES:
        reading.unknown[kind] += 1
        return
    reading.damaged += 1
    if len(reading.damages) < MOST_DAMAGES_KEPT:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        reading.damages.append(Damage(number, f"{where}: {first['msg']}" if where else first["msg"]))


def _nothing_left(reading: Reading) -> str:
    if not reading.lines:
        return "wanted events, found nothing"
    found = [f"{reading.lines} lines"]
    if reading.damaged:
        first = reading.damages[0]
        found.append(f"{reading.damaged} damaged (line {first.line}: {first.problem})")
    found += [f"{number} of the unknown type {kind}" for kind, number in sorted(reading.unknown.items())]
    if reading.left_out:
        found.append(f"{reading.left_out} outside what was asked for (--camera, --boot, --since, --until)")
    return f"wanted events; found none that can be used: {', '.join(found)}"

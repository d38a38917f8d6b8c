"""Reads one event as it came: typed, and within what every database can keep. Pure."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import isfinite
from typing import Any

from pydantic import ValidationError

from vision.events.bodies import Counts
from vision.events.envelope import EVENT, CountsEvent, Event
from vision.events.facts import FactsBody

LARGEST_INTEGER = 2**63 - 1
LONGEST_INTERVAL_S = 24 * 3600.0
MOST_IN_INTERVAL = 1_000_000
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)  # a camera whose clock battery died says so, and is still heard
# What any leaf that `_check_leaf` refuses must leave in the JSON text: NUL, half of a surrogate pair, a number that is
# none, an integer of 19 digits.
SUSPECT = re.compile(r"\\u0000|\\ud|NaN|Infinity|\d{19}")
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def read_event(raw: Any) -> Event:
    """The typed event, or ValueError with one sentence that says why no database could hold it as it stands."""
    return read_sent(raw)[0]


def read_sent(raw: Any) -> tuple[Event, str]:
    """As `read_event`, and the SHA-256 of what was sent: not of what we understood, since it must not change when this
    program learns a new field."""
    try:
        event = EVENT.validate_python(raw)
    except ValidationError as error:
        raise ValueError(_sentence(error)) from error
    text = json.dumps(raw, sort_keys=True, separators=(",", ":"))
    # Hardly ever anything: an event is judged by its text, without a walk through its tree.
    if SUSPECT.search(text):
        for leaf in _leaves(raw):
            _check_leaf(leaf)
    if not EARLIEST <= event.time < LATEST:
        raise ValueError(f"time: wanted one from {EARLIEST:%Y} to {LATEST:%Y}, found {event.time.isoformat()}")
    if isinstance(event.data, FactsBody):
        _check_length("facts", event.data)
    if isinstance(event, CountsEvent):
        _check_counts(event)
    return event, sha256(text.encode()).hexdigest()


def _check_length(what: str, body: Counts | FactsBody) -> None:
    length_s = body.until_s - body.since_s
    if not 0 < length_s <= LONGEST_INTERVAL_S:
        raise ValueError(f"{what}: wanted an interval of at most {LONGEST_INTERVAL_S:.0f} s, found {length_s} s")


def _check_counts(event: CountsEvent) -> None:
    _check_length("counts", event.data)
    largest = max((n for kinds in event.data.counts.values() for n in kinds.values()), default=0)
    if largest > MOST_IN_INTERVAL:
        raise ValueError(f"counts: wanted at most {MOST_IN_INTERVAL} per kind and direction, found {largest}")


def _check_leaf(leaf: Any) -> None:
    """What JSON can say and a database cannot keep."""
    if isinstance(leaf, str) and "\x00" in leaf:
        raise ValueError("text: wanted no NUL characters, found one")
    if isinstance(leaf, str) and _sayable(leaf) != leaf:
        raise ValueError("text: wanted whole characters, found half of a surrogate pair")
    if isinstance(leaf, float) and not isfinite(leaf):
        raise ValueError("numbers: wanted finite ones, found NaN or infinity")
    if isinstance(leaf, int) and leaf > LARGEST_INTEGER:
        raise ValueError(f"integers: wanted at most {LARGEST_INTEGER}, found a larger one")


def _leaves(value: Any) -> Iterator[Any]:
    """Every value at the ends of a JSON tree; its shape is already known to be ours, so it is shallow."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if parts is None:
        yield value
    else:
        for part in parts:
            yield from _leaves(part)


def _sentence(error: ValidationError) -> str:
    """The first few faults, each with its place; the input itself is left out, it may hold a plate."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    said = [f"{'.'.join(str(part) for part in fault['loc']) or 'event'}: {fault['msg']}" for fault in faults[:3]]
    more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
    return _sayable("; ".join(said)[:1000] + more)


def _sayable(text: str) -> str:
    """JSON lets half a character (a lone surrogate) in, but no answer can carry it out."""
    return text.encode("utf-8", "replace").decode()


def name_of(raw: Any) -> str:
    name = raw.get("id") if isinstance(raw, dict) else None
    return name if isinstance(name, str) and len(name) <= 300 and _sayable(name) == name else ""


def interval_of(event: Event, body: Counts | FactsBody) -> tuple[datetime, datetime]:
    """UTC labels of the interval. Counts and facts are stamped with their start; the length is the media clock's."""
    since = event.time.astimezone(UTC)
    return since, since + timedelta(seconds=body.until_s - body.since_s)

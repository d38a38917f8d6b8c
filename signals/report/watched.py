"""What the engine counted over one line between any two moments, and how much of that time it looked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from signals.report.clock import Boot, boot_of, ends_s, told, zeros
from vision.events.bodies import Counts, Crossing, Direction
from vision.events.envelope import Event
from vision.vehicles import KindName

Origin = Literal["crossings", "counts", "facts"]
EDGE = timedelta(seconds=1e-3)
Span = tuple[datetime, datetime, float]
"""since, until, and the share of it in which frames were analysed."""


@dataclass(frozen=True, slots=True)
class Passage:
    """`n` vehicles between two moments, which are one for a crossing."""

    since: datetime
    until: datetime
    direction: Direction
    vehicle: KindName
    n: int


@dataclass(slots=True)
class WatchedLine:
    """Everything of one line. spans: of its counted intervals, each interval once."""

    camera: str
    line: str
    crossings: list[Passage] = field(default_factory=list)
    counted: list[Passage] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def origin(self) -> Origin:
        """Crossings, whose times are exact, unless the events hold none of this line although vehicles were counted."""
        return "counts" if self.counted and not self.crossings else "crossings"

    def passed(self, since: datetime, until: datetime) -> list[Passage]:
        """Those in [since, until). A counted interval is taken whole where most of it lies inside."""
        if self.origin() == "crossings":
            return [one for one in self.crossings if since <= one.since < until]
        return [one for one in self.counted if since <= one.since + (one.until - one.since) / 2 < until]

    def cuts(self, since: datetime, until: datetime) -> bool:
        """True where [since, until) begins or ends inside a counted interval, so that its count cannot be exact."""
        return self.origin() == "counts" and cuts(self.spans, since, until)

    def coverage(self, since: datetime, until: datetime) -> float | None:
        return coverage(self.spans, since, until)


def cuts(spans: Sequence[Span], since: datetime, until: datetime) -> bool:
    """Whether either moment lies inside one of the spans."""
    return any(a + EDGE < moment < b - EDGE for a, b, _ in spans for moment in (since, until))


def coverage(spans: Sequence[Span], since: datetime, until: datetime) -> float | None:
    """Share of [since, until) in which frames were analysed; None where there is no span to say it."""
    if not spans:
        return None
    seen_s = sum(
        (min(b, until) - max(a, since)).total_seconds() * share for a, b, share in spans if a < until and b > since
    )
    return min(seen_s / (until - since).total_seconds(), 1.0)


def watched_lines(events: Sequence[Event]) -> dict[tuple[str, str], WatchedLine]:
    """By camera and line, in order of name."""
    known: dict[Boot, datetime] = zeros(events)
    last_s = ends_s(events)
    found: dict[tuple[str, str], WatchedLine] = {}
    spans: dict[tuple[str, str], set[Span]] = defaultdict(set)
    for event in events:
        if not isinstance(event.data, Crossing | Counts):
            continue
        place = (event.camera, event.data.line)
        line = found.setdefault(place, WatchedLine(*place))
        zero = known[boot_of(event)]
        if isinstance(event.data, Crossing):
            moment = zero + timedelta(seconds=event.data.at_s)
            line.crossings.append(Passage(moment, moment, event.data.direction, event.data.vehicle, 1))
            continue
        said = told(event.data, last_s.get(boot_of(event)))
        since, until = (zero + timedelta(seconds=s) for s in (event.data.since_s, said.until_s))
        spans[place].add((since, until, said.coverage))
        line.counted += [
            Passage(since, until, way, kind, n) for way, kinds in event.data.counts.items() for kind, n in kinds.items()
        ]
    for place, line in found.items():
        line.spans = sorted(spans[place])
    return dict(sorted(found.items()))

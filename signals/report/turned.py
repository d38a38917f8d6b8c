"""Who turned where between any two moments, by the engine's turning facts, and how much of that time it looked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from signals.report.clock import boot_of, ends_s, told, zeros
from signals.report.number import Number, of_figure, total
from signals.report.watched import EDGE, Span, coverage, cuts
from vision.events.envelope import Event
from vision.events.facts import Turn, TurningFacts
from vision.vehicles import KindName

Pair = tuple[str, str]
"""Entry and exit."""


@dataclass(frozen=True, slots=True)
class TurnCell:
    """One interval as far as it was watched. length_s: as the engine makes them, even where a recording ended inside.

    lost: vehicles that entered and were not seen to leave; found: that left and were not seen to enter.
    """

    since: datetime
    until: datetime
    length_s: float
    coverage: float
    turns: Mapping[Pair, Turn]
    lost: Number
    found: Number


@dataclass(slots=True)
class WatchedTurns:
    """All turns of one camera, told in intervals of several lengths."""

    camera: str
    cells: list[TurnCell] = field(default_factory=list)

    @property
    def pairs(self) -> dict[Pair, str | None]:
        """Every turn that is named or was driven, with its movement's name in the scene."""
        return {pair: turn.movement for cell in self.cells for pair, turn in cell.turns.items()}

    def between(self, since: datetime, until: datetime) -> list[TurnCell]:
        """Intervals that together make up [since, until): as long ones as fit, for the errors of many short ones add up
        to more. At the edges one is taken whole where most of it lies inside.
        """
        taken: list[TurnCell] = []
        for cell in sorted(self.cells, key=lambda cell: (-cell.length_s, cell.since)):
            inside = cell.since >= since - EDGE and cell.until <= until + EDGE
            if inside and not _meets(cell, taken):
                taken.append(cell)
        for cell in self._finest():
            if since <= cell.since + (cell.until - cell.since) / 2 < until and not _meets(cell, taken):
                taken.append(cell)
        return sorted(taken, key=lambda cell: cell.since)

    def cuts(self, since: datetime, until: datetime) -> bool:
        """True where [since, until) begins or ends inside one of the shortest intervals."""
        return cuts(self._spans(), since, until)

    def coverage(self, since: datetime, until: datetime) -> float | None:
        return coverage(self._spans(), since, until)

    def _finest(self) -> list[TurnCell]:
        shortest_s = min((cell.length_s for cell in self.cells), default=0.0)
        return [cell for cell in self.cells if cell.length_s < shortest_s * 1.001]

    def _spans(self) -> list[Span]:
        return [(cell.since, cell.until, cell.coverage) for cell in self._finest()]


def _meets(cell: TurnCell, others: Iterable[TurnCell]) -> bool:
    return any(cell.since < other.until - EDGE and cell.until > other.since + EDGE for other in others)


def turned(cells: Sequence[TurnCell], pair: Pair, vehicle: KindName | None) -> Number:
    """Vehicles that turned so in these intervals; None: every kind but pedestrians, which are not counted as turns."""
    parts = []
    for cell in cells:
        turn = cell.turns.get(pair)
        if turn is None:
            parts.append(Number(0.0, 0.0))
        elif vehicle is None:
            parts.append(of_figure(turn.vehicles))
        else:
            parts.append(of_figure(turn.volume[vehicle]) if vehicle in turn.volume else Number(0.0, 0.0))
    return total(parts)


def watched_turns(events: Sequence[Event]) -> dict[str, WatchedTurns]:
    """By camera, in order of name; those whose scene says what enters and what leaves."""
    known, last_s = zeros(events), ends_s(events)
    found = defaultdict[str, dict[tuple[datetime, float], TurnCell]](dict)
    for event in events:
        body = event.data
        if not isinstance(body, TurningFacts):
            continue
        zero, said = known[boot_of(event)], told(body, last_s.get(boot_of(event)))
        length_s = body.until_s - body.since_s
        cell = TurnCell(
            since=zero + timedelta(seconds=body.since_s),
            until=zero + timedelta(seconds=said.until_s),
            length_s=length_s,
            coverage=said.coverage,
            turns={(turn.entry, turn.exit): turn for turn in body.turns},
            lost=of_figure(body.vanished),
            found=of_figure(body.appeared),
        )
        found[event.camera][cell.since, round(length_s, 3)] = cell
    return {camera: WatchedTurns(camera, list(cells.values())) for camera, cells in sorted(found.items())}

"""What the report shows of each line and lane, in intervals: from traffic facts, or from counts where none came."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean, stdev
from typing import Literal

from signals.report.clock import VIETNAM, Boot, boot_of, ends_s, told, zeros
from signals.report.number import Number, mean_speed, of_figure, total
from vision.events.bodies import Counts, Crossing, Direction
from vision.events.envelope import Event
from vision.events.facts import LaneFacts, LineFacts
from vision.pcu import PcuTable
from vision.vehicles import KindName

Passing = tuple[Direction, KindName]


@dataclass(slots=True)
class LineCell:
    """One line in [since, until), local time. coverage 0: nobody knows what passed. Speeds are means of what passed.

    told_s: how much of it the source speaks of at all; less than its length where a recording began or ended inside.
    vehicles, vehicles_pcu: of all kinds but pedestrians, as the facts say it by direction and lane; empty where counts
    alone speak. pcu_table: behind vehicles_pcu.
    """

    since: datetime
    until: datetime
    coverage: float
    told_s: float
    view_moved: bool = False
    volume: dict[Passing, Number] = field(default_factory=dict)
    vehicles: list[Number] = field(default_factory=list)
    vehicles_pcu: list[Number] = field(default_factory=list)
    pcu_table: str | None = None
    speed_mps: dict[Direction, Number] = field(default_factory=dict)

    @property
    def length_s(self) -> float:
        return (self.until - self.since).total_seconds()


@dataclass(frozen=True, slots=True)
class LineSheet:
    """In order of time. origin: `facts` have errors, `counts` have none."""

    camera: str
    line: str
    origin: Literal["facts", "counts"]
    cells: tuple[LineCell, ...]

    @property
    def watched_s(self) -> float:
        return sum(cell.length_s * cell.coverage for cell in self.cells)

    @property
    def coverage(self) -> float:
        """Share of the time that the source speaks of."""
        return min(self.watched_s / self.told_s, 1.0)

    @property
    def told_s(self) -> float:
        return sum(cell.told_s for cell in self.cells)

    def passings(self) -> list[Passing]:
        """Those that occur, by direction and in the order of kinds of the events."""
        return sorted({one for cell in self.cells for one in cell.volume}, key=lambda one: (one[0], one[1]))

    def total(self, passing: Passing) -> Number:
        return total(cell.volume[passing] for cell in self.cells if passing in cell.volume)

    def vehicles(self) -> Number:
        """All kinds but pedestrians. Of facts their own sum: told together, kinds are surer than one by one."""
        said = [number for cell in self.cells for number in cell.vehicles]
        return total(said) if said else total(self.total(one) for one in self.passings() if one[1] != "pedestrian")

    def units(self, pcu: PcuTable) -> Number:
        """The same in passenger-car units: by the facts if they used that table, else from the kinds."""
        if self.cells and all(cell.pcu_table == pcu.name and cell.vehicles_pcu for cell in self.cells):
            return total(number for cell in self.cells for number in cell.vehicles_pcu)
        kinds = [one for one in self.passings() if one[1] != "pedestrian"]
        return total(self.total(one).scaled(pcu.factors[one[1]]) for one in kinds)

    def speed(self, direction: Direction) -> Number:
        return mean_speed(cell.speed_mps[direction] for cell in self.cells if direction in cell.speed_mps)


@dataclass(frozen=True, slots=True)
class LaneCell:
    since: datetime
    until: datetime
    coverage: float
    figures: Mapping[str, Number]
    """By the measure's name in `LaneFacts`."""
    beyond_view: bool


@dataclass(frozen=True, slots=True)
class LaneSheet:
    camera: str
    lane: str
    cells: tuple[LaneCell, ...]


LANE_MEASURES = ("queue_m", "queue_veh", "queue_pcu", "area_occupancy", "density_veh_km", "control_delay_s", "stops")


def line_sheets(events: Sequence[Event], interval_s: float) -> list[LineSheet]:
    """Of every camera and line, in order of name: its facts of just this length, else its counts added up to it."""
    facts, counts = _from_facts(events, interval_s), _from_counts(events, interval_s)
    sheets = []
    for place in sorted({*facts, *counts}):
        cells = facts.get(place) or counts[place]
        ordered = tuple(sorted(cells, key=lambda cell: cell.since))
        sheets.append(LineSheet(*place, origin="facts" if place in facts else "counts", cells=ordered))
    return sheets


def lane_sheets(events: Sequence[Event], interval_s: float) -> list[LaneSheet]:
    known, found = zeros(events), defaultdict[tuple[str, str], list[LaneCell]](list)
    for event in events:
        body = event.data
        if isinstance(body, LaneFacts) and is_length(body.until_s - body.since_s, interval_s):
            since, until = _span(event, known, body.since_s, body.until_s)
            figures = {name: of_figure(getattr(body, name)) for name in LANE_MEASURES}
            cell = LaneCell(since, until, body.coverage, figures, body.queue_beyond_view)
            found[event.camera, body.lane].append(cell)
    return [
        LaneSheet(*place, tuple(sorted(cells, key=lambda cell: cell.since))) for place, cells in sorted(found.items())
    ]


def is_length(length_s: float, interval_s: float) -> bool:
    return abs(length_s - interval_s) < 1e-6 * interval_s


def _from_facts(events: Sequence[Event], interval_s: float) -> dict[tuple[str, str], list[LineCell]]:
    """Lanes of one line and interval are added up."""
    known, last_s = zeros(events), ends_s(events)
    grouped = defaultdict[tuple[str, str, datetime, datetime, float], list[LineFacts]](list)
    for event in events:
        body = event.data
        if isinstance(body, LineFacts) and is_length(body.until_s - body.since_s, interval_s):
            told_s = told(body, last_s.get(boot_of(event))).until_s - body.since_s
            span = _span(event, known, body.since_s, body.until_s)
            grouped[event.camera, body.line, *span, told_s].append(body)
    found = defaultdict[tuple[str, str], list[LineCell]](list)
    for (camera, line, since, until, told_s), bodies in grouped.items():
        coverage, moved = min(one.coverage for one in bodies), any(one.view_moved for one in bodies)
        cell = LineCell(since, until, coverage, told_s, moved)
        volumes, speeds = defaultdict[Passing, list[Number]](list), defaultdict[Direction, list[Number]](list)
        cell.vehicles = [of_figure(body.vehicles) for body in bodies]
        cell.vehicles_pcu, cell.pcu_table = [of_figure(body.vehicles_pcu) for body in bodies], bodies[0].pcu_table
        for body in bodies:
            speeds[body.direction].append(of_figure(body.spot_speed_mps))
            for kind, figure in body.volume.items():
                volumes[body.direction, kind].append(of_figure(figure))
        cell.volume.update({passing: total(parts) for passing, parts in volumes.items()})
        cell.speed_mps.update({way: mean_speed(parts) for way, parts in speeds.items()})
        found[camera, line].append(cell)
    return found


def _from_counts(events: Sequence[Event], interval_s: float) -> dict[tuple[str, str], list[LineCell]]:
    """An interval belongs wholly to the cell of the clock in which it begins, as in the centre's counts."""
    known, last_s = zeros(events), ends_s(events)
    cells: dict[tuple[str, str, float], LineCell] = {}
    for event in events:
        body = event.data
        if not isinstance(body, Counts):
            continue
        since, until = _span(event, known, body.since_s, body.until_s)
        start_s = since.timestamp() // interval_s * interval_s
        begins = datetime.fromtimestamp(start_s, VIETNAM)
        cell = cells.setdefault(
            (event.camera, body.line, start_s), LineCell(begins, begins + timedelta(seconds=interval_s), 0.0, 0.0)
        )
        length_s = (until - since).total_seconds()
        cell.coverage = min(cell.coverage + body.coverage * length_s / interval_s, 1.0)
        cell.told_s += told(body, last_s.get(boot_of(event))).until_s - body.since_s
        cell.view_moved = cell.view_moved or body.view_moved
        for way, kinds in body.counts.items():
            for kind, n in kinds.items():
                before = cell.volume.get((way, kind), Number(0.0, n=0))
                cell.volume[way, kind] = Number((before.value or 0.0) + n, n=(before.n or 0) + n)
    _add_speeds(events, interval_s, cells)
    found = defaultdict[tuple[str, str], list[LineCell]](list)
    for (camera, line, _), cell in cells.items():
        found[camera, line].append(cell)
    return found


def _add_speeds(events: Sequence[Event], interval_s: float, cells: dict[tuple[str, str, float], LineCell]) -> None:
    speeds = defaultdict[tuple[str, str, float, Direction], list[tuple[float, float]]](list)
    for event, at, one in crossings(events):
        if one.speed_mps is not None:
            start_s = at.timestamp() // interval_s * interval_s
            speeds[event.camera, one.line, start_s, one.direction].append((one.speed_mps, one.speed_error_mps or 0.0))
    for (camera, line, start_s, way), found in speeds.items():
        if cell := cells.get((camera, line, start_s)):
            cell.speed_mps[way] = _spot_speed(found)


def _spot_speed(found: Sequence[tuple[float, float]]) -> Number:
    """Time mean. Chance shrinks with the number of vehicles, a wrong calibration does not."""
    values = [speed for speed, _ in found]
    chance = 2 * stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
    own = fmean(error for _, error in found)
    return Number(fmean(values), (chance**2 + own**2) ** 0.5, len(values))


def crossings(events: Sequence[Event]) -> Iterator[tuple[Event, datetime, Crossing]]:
    """Every crossing with its local time."""
    known = zeros(events)
    for event in events:
        if isinstance(event.data, Crossing):
            at = known[boot_of(event)] + timedelta(seconds=event.data.at_s)
            yield event, at.astimezone(VIETNAM), event.data


def _span(event: Event, known: Mapping[Boot, datetime], since_s: float, until_s: float) -> tuple[datetime, datetime]:
    zero = known.get(boot_of(event), event.time - timedelta(seconds=since_s)).astimezone(VIETNAM)
    return zero + timedelta(seconds=since_s), zero + timedelta(seconds=until_s)

"""From events to everything the report shows, still without a word of any language."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from signals.report.clock import VIETNAM, Boot, boot_of
from signals.report.comparison import WHOLE
from signals.report.errors import ReportError
from signals.report.greens import Discharge, discharges
from signals.report.happened import Happened, happenings
from signals.report.junction import Books
from signals.report.reading import Reading
from signals.report.sheets import LaneSheet, LineSheet, crossings, lane_sheets, line_sheets
from signals.report.turning import ApproachRow, Turning, approaches, turnings
from vision.events.bodies import Counts
from vision.events.envelope import Event
from vision.events.facts import FactsBody
from vision.events.incidents import SwarmFlow
from vision.pcu import PcuTable

INTERVALS_S = (1, 5, 15, 60, 300, 900, 3600, 86400)
CELLS_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for the reader, by its key in the texts and what stands in it."""

    key: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Report:
    reading: Reading
    interval_s: int
    pcu: PcuTable
    since: datetime
    until: datetime
    cameras: tuple[str, ...]
    lines: Sequence[LineSheet]
    lanes: Sequence[LaneSheet]
    turnings: Sequence[Turning]
    approaches: Sequence[ApproachRow]
    discharges: Sequence[Discharge]
    happened: Happened
    notes: Sequence[Note]
    books: Books | None = None
    """Of the junction, where one was named."""


def assemble(
    reading: Reading, interval_s: int | None, pcu: PcuTable, keep: Callable[[Sequence[Event]], Books] | None = None
) -> Report:
    """interval_s None: the shortest one measured that leaves a chart readable. keep: the books of a junction, if one is
    named. Raises ReportError.
    """
    events = reading.events
    chosen_s = choose_interval(events, interval_s)
    lines, lanes = line_sheets(events, chosen_s), lane_sheets(events, chosen_s)
    edges = [edge for line in lines for cell in line.cells for edge in (cell.since, cell.until)]
    edges += [edge for lane in lanes for cell in lane.cells for edge in (cell.since, cell.until)]
    books = keep(events) if keep else None
    edges = edges or [event.time.astimezone(VIETNAM) for event in events]
    return Report(
        reading=reading,
        interval_s=chosen_s,
        pcu=pcu,
        since=min(edges),
        until=max(edges),
        cameras=tuple(sorted({event.camera for event in events})),
        lines=lines,
        lanes=lanes,
        turnings=turnings(events, chosen_s),
        approaches=approaches(events, chosen_s),
        discharges=discharges(events),
        happened=happenings(events),
        notes=(*_contradictions(books), *_notes(reading, lines)),
        books=books,
    )


def choose_interval(events: Sequence[Event], wanted_s: int | None) -> int:
    """Facts come in lengths of their own; counts add up to whole multiples of their length."""
    facts = {round(e.data.until_s - e.data.since_s) for e in events if isinstance(e.data, FactsBody)}
    counted = [e.data for e in events if isinstance(e.data, Counts)]
    counted_s = round(max((one.until_s - one.since_s for one in counted), default=0.0))
    fits = {s for s in (*INTERVALS_S, counted_s) if counted_s and s % counted_s == 0}
    possible = sorted(({*facts} & {*INTERVALS_S}) | fits)
    if wanted_s is not None:
        if possible and wanted_s not in possible:
            has = ", ".join(str(s) for s in possible)
            raise ReportError(
                "--interval", f"--interval: wanted one of {has} seconds, to which the events add up; found {wanted_s}"
            )
        return wanted_s
    usable = sorted(s for s in facts if s in possible) or possible or [INTERVALS_S[2]]
    times = [event.time for event in events]
    length_s = (max(times) - min(times)).total_seconds()
    return next((s for s in usable if length_s / s <= CELLS_AT_MOST), usable[-1])


def _notes(reading: Reading, lines: Sequence[LineSheet]) -> Iterator[Note]:
    if reading.damaged:
        first = reading.damages[0]
        yield Note("damaged", {"n": reading.damaged, "line": first.line, "problem": first.problem})
    for kind, n in sorted(reading.unknown.items()):
        yield Note("unknown", {"n": n, "kind": kind})
    if reading.repeated:
        yield Note("repeated", {"n": reading.repeated})
    for sheet in lines:
        place = {"camera": sheet.camera, "line": sheet.line}
        if sheet.coverage < WHOLE:
            yield Note("coverage", {**place, "share": sheet.coverage})
        moved = sum(cell.view_moved for cell in sheet.cells)
        if moved:
            yield Note("moved", {**place, "n": moved})
    hidden = sum(one.foot_hidden for _, _, one in crossings(reading.events))
    if hidden:
        yield Note("hidden", {"n": hidden})
    yield from _swarms(reading.events)
    yield from _disagreements(reading.events)
    yield from _overlaps(reading.events)
    if any(sheet.origin == "counts" for sheet in lines):
        yield Note("unerring", {})


def _contradictions(books: Books | None) -> Iterator[Note]:
    if books is not None and not books.verdict.balanced:
        yield Note("contradict", {"junction": books.junction.junction})


def _swarms(events: Sequence[Event]) -> Iterator[Note]:
    """Where boxes merge, tracks alone count too few: the estimate from moving area stands beside them."""
    found = defaultdict[tuple[str, str], list[SwarmFlow]](list)
    for event in events:
        if isinstance(event.data, SwarmFlow):
            found[event.camera, event.data.line].append(event.data)
    for (camera, line), flows in sorted(found.items()):
        n = sum(flow.mode == "swarm" for flow in flows)
        if n:
            sums = {
                name: round(sum(getattr(flow, name) for flow in flows))
                for name in ("estimate", "low", "high", "tracked")
            }
            yield Note("swarm", {"camera": camera, "line": line, "n": n, **sums})


def _disagreements(events: Sequence[Event]) -> Iterator[Note]:
    """Counts and crossings are two accounts of the same thing; where one is missing there is nothing to compare."""
    counted, crossed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for event in events:
        if isinstance(event.data, Counts):
            n = sum(sum(kinds.values()) for kinds in event.data.counts.values())
            counted[event.camera, event.data.line] += n
    for event, _, one in crossings(events):
        crossed[event.camera, one.line] += 1
    for (camera, line), n in sorted(counted.items()):
        if crossed and crossed[camera, line] != n:
            yield Note("disagree", {"camera": camera, "line": line, "counts": n, "crossings": crossed[camera, line]})


def _overlaps(events: Sequence[Event]) -> Iterator[Note]:
    """Two runs of one camera cannot have looked at the same time, unless a recording was watched twice."""
    spans: dict[Boot, list[datetime]] = defaultdict(list)
    for event in events:
        if isinstance(event.data, Counts):
            spans[boot_of(event)].append(event.time)
    runs = sorted((boot.camera, min(times), max(times), boot.name) for boot, times in spans.items())
    for before, after in pairwise(runs):
        if before[0] == after[0] and after[1] <= before[2]:
            yield Note("overlap", {"camera": before[0], "first": before[3], "second": after[3]})

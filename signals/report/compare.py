"""The engine's counts beside somebody's own: difference, per cent and GEH of every row and of every movement."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from signals.report.clock import VIETNAM, Boot, zeros
from signals.report.comparison import Compared, Comparison, Movement
from signals.report.errors import ManualError, ReportError
from signals.report.geh import GOOD
from signals.report.manual import ManualCount, OverLine, Way
from signals.report.number import Number, total
from signals.report.turned import WatchedTurns, turned, watched_turns
from signals.report.watched import Passage, WatchedLine, watched_lines
from vision.events.envelope import Event
from vision.vehicles import KindName


@dataclass(frozen=True, slots=True)
class _Engine:
    """What the engine said, to be asked for any interval. zero: of seconds; None where the rows have clock times."""

    file: Path
    lines: Mapping[tuple[str, str], WatchedLine]
    turns: Mapping[str, WatchedTurns]
    zero: datetime | None
    offset_s: float


def compare(
    file: Path,
    manual: Sequence[ManualCount],
    events: Sequence[Event],
    *,
    offset_s: float = 0.0,
    only_whole: bool = False,
) -> Comparison:
    """offset_s is added to the manual times to bring them onto the events' clock.

    Raises ManualError for a line, turn or camera that the events do not have, ReportError where the seconds of a
    recording are to be found in the events of several boots.
    """
    zero = _only_zero(zeros(events)) if isinstance(manual[0].since, float) else None
    engine = _Engine(file, watched_lines(events), watched_turns(events), zero, offset_s)
    compared = [_compare(one, engine) for one in manual]
    rows = tuple(one for one in compared if one.whole or not only_whole)
    left_out = tuple(one for one in compared if not one.whole and only_whole)
    return Comparison(rows, left_out, tuple(_movements(rows)), _unlisted(compared, engine), offset_s)


def _only_zero(known: dict[Boot, datetime]) -> datetime:
    if len(known) != 1:
        found = ", ".join(sorted(f"{boot.camera}/{boot.name}" for boot in known)) or "none that counted anything"
        raise ReportError("events", f"seconds of a recording: wanted events of one boot (--boot), found {found}")
    return next(iter(known.values()))


def _compare(one: ManualCount, engine: _Engine) -> Compared:
    since, until = (_moment(at, engine.zero) + timedelta(seconds=engine.offset_s) for at in (one.since, one.until))
    if isinstance(one.place, Way):
        return _compare_turn(one, one.place, since, until, engine)
    line = _line(one, one.place, engine)
    passed = sum(passage.n for passage in line.passed(since, until) if _fits(one, one.place, passage))
    coverage, cut = line.coverage(since, until), line.cuts(since, until)
    return Compared(one, line.camera, since, until, Number(passed), coverage, line.origin(), cut)


def _compare_turn(one: ManualCount, way: Way, since: datetime, until: datetime, engine: _Engine) -> Compared:
    turns = _turns(one, way, engine)
    cells = turns.between(since, until)
    return Compared(
        one,
        turns.camera,
        since,
        until,
        turned(cells, (way.entry, way.exit), one.vehicle),
        turns.coverage(since, until),
        "facts",
        turns.cuts(since, until),
        turns.pairs.get((way.entry, way.exit)),
        total(cell.lost for cell in cells),
        total(cell.found for cell in cells),
    )


def _moment(moment: datetime | float, zero: datetime | None) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(VIETNAM)
    assert zero is not None
    return (zero + timedelta(seconds=moment)).astimezone(VIETNAM)


def _line(one: ManualCount, place: OverLine, engine: _Engine) -> WatchedLine:
    lines = engine.lines.values()
    fitting = [line for line in lines if line.line == place.line and one.camera in (None, line.camera)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        cameras = ", ".join(line.camera for line in fitting)
        raise ManualError(
            engine.file, one.row, f"camera: wanted one of {cameras}, which all have a line {place.line}; found none"
        )
    has = ", ".join(f"{line.line} of {line.camera}" for line in lines) or "none"
    wanted = f"{place.line} of {one.camera}" if one.camera else place.line
    raise ManualError(engine.file, one.row, f"line: the events have no {wanted}; lines there: {has}")


def _turns(one: ManualCount, way: Way, engine: _Engine) -> WatchedTurns:
    """A turn that nobody drove and the scene does not name is none of a camera whose lines have other names."""
    mine = [turns for turns in engine.turns.values() if one.camera in (None, turns.camera)]
    fitting = [turns for turns in mine if {way.entry, way.exit} <= {name for pair in turns.pairs for name in pair}]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        cameras = ", ".join(turns.camera for turns in fitting)
        raise ManualError(
            engine.file,
            one.row,
            f"camera: wanted one of {cameras}, which all have lines {way.entry} and {way.exit}; found none",
        )
    has = ", ".join(f"{a} to {b} of {turns.camera}" for turns in mine for a, b in sorted(turns.pairs)) or "none"
    raise ManualError(
        engine.file,
        one.row,
        f"entry, exit: the events have no turning movement {way.entry} to {way.exit}; movements there: {has}",
    )


def _fits(one: ManualCount, place: OverLine, passage: Passage) -> bool:
    return _fits_kind(one, passage.vehicle) and place.direction in (None, passage.direction)


def _fits_kind(one: ManualCount, kind: KindName) -> bool:
    return kind != "pedestrian" if one.vehicle is None else kind == one.vehicle


def _movements(rows: Sequence[Compared]) -> Iterator[Movement]:
    groups: dict[tuple[str, OverLine | Way, str | None, KindName | None], list[Compared]] = {}
    for row in rows:
        groups.setdefault((row.camera, row.manual.place, row.movement, row.manual.vehicle), []).append(row)
    for key, group in groups.items():
        yield Movement(
            *key,
            rows=len(group),
            length_s=sum(row.manual.length_s for row in group),
            manual_n=sum(row.manual.n for row in group),
            engine=total(row.engine for row in group),
            good=sum(row.geh < GOOD for row in group),
        )


def _unlisted(compared: Sequence[Compared], engine: _Engine) -> Counter[tuple[str, OverLine | Way, KindName]]:
    found: Counter[tuple[str, OverLine | Way, KindName]] = Counter()
    over: dict[tuple[str, str, datetime, datetime], list[tuple[ManualCount, OverLine]]] = {}
    ways: dict[tuple[str, datetime, datetime], list[ManualCount]] = {}
    for row in compared:
        if isinstance(row.manual.place, OverLine):
            key = (row.camera, row.manual.place.line, row.since, row.until)
            over.setdefault(key, []).append((row.manual, row.manual.place))
        else:
            ways.setdefault((row.camera, row.since, row.until), []).append(row.manual)
    for (camera, line, since, until), listed in over.items():
        for passage in engine.lines[camera, line].passed(since, until):
            if not any(_fits(one, place, passage) for one, place in listed):
                found[camera, OverLine(line, passage.direction), passage.vehicle] += passage.n
    for (camera, since, until), rows in ways.items():
        for way, kind, n in _driven(engine.turns[camera], since, until):
            if not any(one.place == way and _fits_kind(one, kind) for one in rows):
                found[camera, way, kind] += n
    return found


def _driven(turns: WatchedTurns, since: datetime, until: datetime) -> Iterator[tuple[Way, KindName, int]]:
    for cell in turns.between(since, until):
        for (entry, exit_), turn in cell.turns.items():
            for kind, figure in turn.volume.items():
                if figure.value:
                    yield Way(entry, exit_), kind, round(figure.value)

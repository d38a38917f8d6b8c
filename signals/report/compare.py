"""The engine's counts beside somebody's own: difference, per cent and GEH of every row and of every movement."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from signals.report.clock import VIETNAM, Boot, zeros
from signals.report.errors import ManualError, ReportError
from signals.report.geh import GOOD, geh_of_counts
from signals.report.manual import ManualCount
from signals.report.watched import Origin, Passage, WatchedLine, watched_lines
from vision.events.bodies import Direction
from vision.events.envelope import Event
from vision.vehicles import KindName

WHOLE = 0.99
"""Coverage from which an interval counts as watched: a recording's last one ends a frame early with nothing missed."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One manual row and what the engine counted. coverage None: nobody says how much was looked at.

    cut: the interval begins or ends inside one of the engine's, whose crossings are not at hand.
    """

    manual: ManualCount
    camera: str
    since: datetime
    until: datetime
    engine_n: int
    coverage: float | None
    origin: Origin
    cut: bool

    @property
    def whole(self) -> bool:
        return self.coverage is not None and self.coverage >= WHOLE and not self.cut

    @property
    def difference(self) -> int:
        return self.engine_n - self.manual.n

    @property
    def geh(self) -> float:
        return geh_of_counts(self.engine_n, self.manual.n, self.manual.length_s)


@dataclass(frozen=True, slots=True)
class Movement:
    """All compared rows of one line, direction and kind. direction, vehicle None: all together. length_s: their sum."""

    camera: str
    line: str
    direction: Direction | None
    vehicle: KindName | None
    rows: int
    length_s: float
    manual_n: int
    engine_n: int
    good: int
    """Rows with GEH below 5."""

    @property
    def difference(self) -> int:
        return self.engine_n - self.manual_n

    @property
    def percent(self) -> float | None:
        """Of the manual count; None where that is 0."""
        return 100.0 * self.difference / self.manual_n if self.manual_n else None

    @property
    def geh(self) -> float:
        return geh_of_counts(self.engine_n, self.manual_n, self.length_s)


@dataclass(frozen=True, slots=True)
class Comparison:
    """rows: compared, in the order of the file. left_out: not wholly watched, and the caller wanted only whole ones.

    unlisted: vehicles the engine counted in a manual interval, of a kind or way that no row there speaks of.
    """

    rows: tuple[Compared, ...]
    left_out: tuple[Compared, ...]
    movements: tuple[Movement, ...]
    unlisted: Counter[tuple[str, str, Direction, KindName]]
    offset_s: float

    @property
    def good_share(self) -> float | None:
        """Share of rows with GEH below 5; None without rows."""
        return sum(row.geh < GOOD for row in self.rows) / len(self.rows) if self.rows else None


def compare(
    file: Path,
    manual: Sequence[ManualCount],
    events: Sequence[Event],
    *,
    offset_s: float = 0.0,
    only_whole: bool = False,
) -> Comparison:
    """offset_s is added to the manual times to bring them onto the events' clock.

    Raises ManualError for a line or camera that the events do not have, ReportError where the seconds of a recording
    are to be found in the events of several boots.
    """
    lines = watched_lines(events)
    zero = _only_zero(zeros(events)) if isinstance(manual[0].since, float) else None
    compared = [_compare(file, one, lines, zero, offset_s) for one in manual]
    rows = tuple(one for one in compared if one.whole or not only_whole)
    left_out = tuple(one for one in compared if not one.whole and only_whole)
    return Comparison(rows, left_out, tuple(_movements(rows)), _unlisted(compared, lines), offset_s)


def _only_zero(known: dict[Boot, datetime]) -> datetime:
    if len(known) != 1:
        found = ", ".join(sorted(f"{boot.camera}/{boot.name}" for boot in known)) or "none that counted anything"
        raise ReportError("events", f"seconds of a recording: wanted events of one boot (--boot), found {found}")
    return next(iter(known.values()))


def _compare(
    file: Path, one: ManualCount, lines: dict[tuple[str, str], WatchedLine], zero: datetime | None, offset_s: float
) -> Compared:
    line = _line(file, one, lines)
    since, until = (_moment(moment, zero) + timedelta(seconds=offset_s) for moment in (one.since, one.until))
    passed = sum(passage.n for passage in line.passed(since, until) if _fits(one, passage))
    coverage, cut = line.coverage(since, until), line.cuts(since, until)
    return Compared(one, line.camera, since, until, passed, coverage, line.origin(), cut)


def _moment(moment: datetime | float, zero: datetime | None) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(VIETNAM)
    assert zero is not None
    return (zero + timedelta(seconds=moment)).astimezone(VIETNAM)


def _line(file: Path, one: ManualCount, lines: dict[tuple[str, str], WatchedLine]) -> WatchedLine:
    fitting = [line for line in lines.values() if line.line == one.line and one.camera in (None, line.camera)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        cameras = ", ".join(line.camera for line in fitting)
        raise ManualError(
            file, one.row, f"camera: wanted one of {cameras}, which all have a line {one.line}; found none"
        )
    has = ", ".join(f"{line.line} of {line.camera}" for line in lines.values()) or "none"
    wanted = f"{one.line} of {one.camera}" if one.camera else one.line
    raise ManualError(file, one.row, f"line: the events have no {wanted}; lines there: {has}")


def _fits(one: ManualCount, passage: Passage) -> bool:
    kind = passage.vehicle != "pedestrian" if one.vehicle is None else passage.vehicle == one.vehicle
    return kind and one.direction in (None, passage.direction)


def _movements(rows: Sequence[Compared]) -> Iterator[Movement]:
    groups: dict[tuple[str, str, Direction | None, KindName | None], list[Compared]] = {}
    for row in rows:
        key = (row.camera, row.manual.line, row.manual.direction, row.manual.vehicle)
        groups.setdefault(key, []).append(row)
    for key, group in groups.items():
        yield Movement(
            *key,
            rows=len(group),
            length_s=sum(row.manual.length_s for row in group),
            manual_n=sum(row.manual.n for row in group),
            engine_n=sum(row.engine_n for row in group),
            good=sum(row.geh < GOOD for row in group),
        )


def _unlisted(
    compared: Sequence[Compared], lines: dict[tuple[str, str], WatchedLine]
) -> Counter[tuple[str, str, Direction, KindName]]:
    found: Counter[tuple[str, str, Direction, KindName]] = Counter()
    intervals: dict[tuple[str, str, datetime, datetime], list[ManualCount]] = {}
    for row in compared:
        intervals.setdefault((row.camera, row.manual.line, row.since, row.until), []).append(row.manual)
    for (camera, line, since, until), listed in intervals.items():
        for passage in lines[camera, line].passed(since, until):
            if not any(_fits(one, passage) for one in listed):
                found[camera, line, passage.direction, passage.vehicle] += passage.n
    return found

"""The books of one junction, out of the events of its cameras: what came in and what went out, window by window.

Numbers come from crossings, which have times of their own, so that cameras that began at different moments share one
window; their clocks must agree, and what passes within their disagreement counts as stored. Errors come from each
camera's own traffic facts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from signals.report.clock import VIETNAM, boot_of, zeros
from signals.report.comparison import WHOLE
from signals.report.conservation import LineCount, Verdict, Window, check_conservation
from signals.report.errors import JunctionError
from signals.report.junction_file import Arm, Junction
from signals.report.number import Number, of_figure, total
from signals.report.watched import WatchedLine, watched_lines
from vision.events.bodies import Direction
from vision.events.envelope import Event
from vision.events.facts import LineFacts

FEWEST_WINDOWS = 4
"""Errors of many short windows add up to more than that of a long one; but from one window nobody sees who lies."""

Place = tuple[str, str, Direction]


@dataclass(frozen=True, slots=True)
class Books:
    """window_s: length of the windows from `since` on. left_out: windows that a camera did not wholly watch, or of
    which it states no errors; totals: of the others, by arm."""

    junction: Junction
    since: datetime
    window_s: float
    windows: tuple[Window, ...]
    left_out: int
    verdict: Verdict
    totals: Mapping[str, Number]

    def moment(self, window_s: float) -> datetime:
        """Local time of a moment of the windows."""
        return self.since + timedelta(seconds=window_s)


@dataclass(frozen=True, slots=True)
class _Said:
    """Vehicles that one camera states for one line and direction in [since, until), with its error."""

    since: datetime
    until: datetime
    number: Number


def keep_books(file: Path, junction: Junction, events: Sequence[Event]) -> Books:
    """Raises JunctionError for a line that the events do not have, or where no time is watched by all cameras."""
    lines = watched_lines(events)
    watched = {name: _line(file, name, arm, lines) for name, arm in junction.arms.items()}
    since = max(min(a for a, _, _ in line.spans) for line in watched.values())
    until = min(max(b for _, b, _ in line.spans) for line in watched.values())
    said = _said(events)
    length_s = _window_s(said, (until - since).total_seconds())
    if length_s is None:
        found = f"the last begins at {since:%H:%M:%S}, the first ends at {until:%H:%M:%S}"
        raise JunctionError(file, 0, f"wanted a time that all cameras watched, with traffic facts, found none: {found}")
    windows, left_out = [], 0
    for number in range(int((until - since).total_seconds() / length_s + 1e-6)):
        begins_s = number * length_s
        window = _window(junction, watched, said, since, (begins_s, begins_s + length_s))
        windows.append(window)
        left_out += len(window.counts) < len(junction.arms)
    whole = [window for window in windows if len(window.counts) == len(junction.arms)]
    verdict = check_conservation(whole, junction.storage)
    return Books(
        junction, since.astimezone(VIETNAM), length_s, tuple(whole), left_out, verdict, _totals(junction, whole)
    )


def _line(file: Path, name: str, arm: Arm, lines: Mapping[tuple[str, str], WatchedLine]) -> WatchedLine:
    line = lines.get((arm.camera, arm.line))
    if line is None or not line.spans:
        has = ", ".join(f"{one.line} of {one.camera}" for one in lines.values() if one.spans) or "none"
        raise JunctionError(
            file, 0, f"arms.{name}: the events have no counts of {arm.line} of {arm.camera}; lines there: {has}"
        )
    return line


def _said(events: Sequence[Event]) -> dict[float, dict[Place, list[_Said]]]:
    """What the cameras state of their lines with errors, by length in seconds; lanes of a line are added up."""
    known = zeros(events)
    lanes = defaultdict[tuple[float, Place, datetime, datetime], list[Number]](list)
    for event in events:
        body = event.data
        if isinstance(body, LineFacts):
            zero = known[boot_of(event)]
            since, until = (zero + timedelta(seconds=at_s) for at_s in (body.since_s, body.until_s))
            place = (event.camera, body.line, body.direction)
            lanes[round(body.until_s - body.since_s, 3), place, since, until].append(of_figure(body.vehicles))
    found: dict[float, dict[Place, list[_Said]]] = defaultdict(lambda: defaultdict(list))
    for (length_s, place, since, until), numbers in lanes.items():
        found[length_s][place].append(_Said(since, until, total(numbers)))
    return found


def _window_s(said: Mapping[float, object], watched_s: float) -> float | None:
    """The longest of which there are enough, else the shortest; None where not even one fits."""
    fitting = sorted(length_s for length_s in said if length_s <= watched_s + 1e-6)
    if not fitting:
        return None
    return next((length_s for length_s in reversed(fitting) if watched_s / length_s >= FEWEST_WINDOWS), fitting[0])


def _window(
    junction: Junction,
    watched: Mapping[str, WatchedLine],
    said: Mapping[float, Mapping[Place, Sequence[_Said]]],
    begin: datetime,
    span_s: tuple[float, float],
) -> Window:
    since, until = (begin + timedelta(seconds=at_s) for at_s in span_s)
    stated = said[round(span_s[1] - span_s[0], 3)]
    counts = []
    for name, arm in junction.arms.items():
        line, place = watched[name], (arm.camera, arm.line, arm.direction)
        error = _error(line, arm.direction, stated.get(place, ()), since, until)
        if error is not None and (line.coverage(since, until) or 0.0) >= WHOLE:
            n = _passed(line, arm.direction, since, until)
            counts.append(LineCount(name, arm.camera, arm.way, n, max(n - error, 0.0), n + error))
    return Window(*span_s, tuple(counts))


def _passed(line: WatchedLine, direction: Direction, since: datetime, until: datetime) -> int:
    passed = line.passed(since, until)
    return sum(one.n for one in passed if one.direction is direction and one.vehicle != "pedestrian")


def _error(
    line: WatchedLine, direction: Direction, stated: Sequence[_Said], since: datetime, until: datetime
) -> float | None:
    """The error that the camera states for about this time; None where it states none.

    Its intervals need not be the window: the one whose middle lies inside speaks, and its error grows with the number.
    """
    fitting = [one for one in stated if since <= one.since + (one.until - one.since) / 2 < until]
    error, value = (fitting[0].number.error, fitting[0].number.value) if fitting else (None, None)
    if error is None or value is None:
        return None
    return error * max(1.0, (_passed(line, direction, since, until) + 1) / (value + 1))


def _totals(junction: Junction, windows: Sequence[Window]) -> dict[str, Number]:
    found = defaultdict[str, list[Number]](list)
    for window in windows:
        for count in window.counts:
            found[count.line].append(Number(count.count, max(count.high - count.count, count.count - count.low)))
    return {name: total(found[name]) for name in junction.arms if name in found}

"""Where the bars of the counts chart stand: one small picture per vehicle kind above a common time axis. Pure.

Small pictures with a scale of their own, because in motorbike traffic one common scale would flatten every other kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from vision.events.bodies import Direction
from vision.vehicles import KIND_NAMES, KindName

WIDTH = 1000
LEFT, RIGHT = 56, 992
PANEL_HEIGHT, BARS_HEIGHT, STRIP_HEIGHT = 68, 44, 12
TICKS_AT_MOST = 8
MINUTE_S = 60
TICK_STEPS_S = (1, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Interval:
    """Counts of one line in [since, until). coverage 0 means nothing was seen, which is not a count of zero."""

    since: datetime
    until: datetime
    coverage: float
    counts: Mapping[Direction, Mapping[KindName, int]]

    def of(self, kind: KindName, direction: Direction | None = None) -> int:
        directions = (direction,) if direction else tuple(Direction)
        return sum(self.counts.get(one, {}).get(kind, 0) for one in directions)

    def total(self, direction: Direction) -> int:
        return sum(self.counts.get(direction, {}).values())


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    first: bool
    """True for left to right, drawn below; the other direction is stacked on top."""


@dataclass(frozen=True, slots=True)
class Panel:
    kind: KindName
    top: int
    most: int
    """Value at the upper end of this kind's scale."""
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the time axis; `share` is the coverage there."""

    x: float
    width: float
    share: float


@dataclass(frozen=True, slots=True)
class Chart:
    height: int
    panels: tuple[Panel, ...]
    covered: tuple[Stretch, ...]
    gaps: tuple[Stretch, ...]
    """Time without any analysed frame: no interval at all, or one with coverage 0."""
    ticks: tuple[tuple[float, datetime], ...]
    ticks_in_seconds: bool
    """True where the ticks lie closer than a minute and must be written with seconds."""
    strip_top: int


def draw(intervals: Sequence[Interval]) -> Chart | None:
    """`intervals` in order of time, not overlapping. None where there is nothing to draw."""
    if not intervals:
        return None
    scale = _Scale(intervals[0].since, intervals[-1].until)
    kinds = [kind for kind in KIND_NAMES if any(one.of(kind) for one in intervals)]
    seen = [one for one in intervals if one.coverage > 0]
    panels = tuple(_panel(kind, row, seen, scale) for row, kind in enumerate(kinds))
    strip_top = len(panels) * PANEL_HEIGHT + 16
    step_s = _tick_step_s((scale.last - scale.first).total_seconds())
    return Chart(
        height=strip_top + STRIP_HEIGHT + 24,
        panels=panels,
        covered=tuple(Stretch(scale.x(one.since), scale.width(one.since, one.until), one.coverage) for one in seen),
        gaps=tuple(_gaps(seen, intervals, scale)),
        ticks=tuple((scale.x(moment), moment) for moment in _ticks(scale.first, scale.last, step_s)),
        ticks_in_seconds=step_s < MINUTE_S,
        strip_top=strip_top,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: datetime
    last: datetime

    def x(self, moment: datetime) -> float:
        return round(LEFT + (RIGHT - LEFT) * ((moment - self.first) / (self.last - self.first)), 1)

    def width(self, since: datetime, until: datetime) -> float:
        return round(self.x(until) - self.x(since), 1)


def _panel(kind: KindName, row: int, seen: Sequence[Interval], scale: _Scale) -> Panel:
    most = _round_up(max(one.of(kind) for one in seen)) if seen else 1
    top = row * PANEL_HEIGHT + 16
    bars: list[Bar] = []
    for one in seen:
        x, width = scale.x(one.since), scale.width(one.since, one.until)
        base = float(top + BARS_HEIGHT)
        for direction in Direction:
            height = round(BARS_HEIGHT * one.of(kind, direction) / most, 1)
            base = round(base - height, 1)
            if height:
                first = direction is Direction.LEFT_TO_RIGHT
                bars.append(Bar(x + min(1, width / 8), base, max(width - min(2, width / 4), 0.5), height, first))
    return Panel(kind, top, most, tuple(bars))


def _gaps(seen: Sequence[Interval], intervals: Sequence[Interval], scale: _Scale) -> list[Stretch]:
    edge, gaps = intervals[0].since, []
    for one in seen:
        if one.since > edge:
            gaps.append(Stretch(scale.x(edge), scale.width(edge, one.since), 0.0))
        edge = one.until
    if intervals[-1].until > edge:
        gaps.append(Stretch(scale.x(edge), scale.width(edge, intervals[-1].until), 0.0))
    return gaps


def _round_up(most: int) -> int:
    """The next round number: a scale whose end people read at a glance."""
    power = 1
    while True:
        for step in (1, 2, 3, 4, 5, 6, 8):
            if most <= step * power:
                return step * power
        power *= 10


def _tick_step_s(length_s: float) -> int:
    return next((step for step in TICK_STEPS_S if length_s / step <= TICKS_AT_MOST), TICK_STEPS_S[-1])


def _ticks(first: datetime, last: datetime, step_s: int) -> list[datetime]:
    """Round moments of the day. Vietnam's offset is whole hours, so steps in UTC fit up to three hours."""
    day = first.replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(seconds=step_s)
    start = ceil((first - day) / step)
    return [moment for n in range(start, start + TICKS_AT_MOST + 1) if (moment := day + n * step) <= last]

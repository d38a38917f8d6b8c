"""Numbers over time: one small panel per series of bars or points above a common time axis, and a strip of coverage.

Panels have scales of their own: in motorbike traffic one common scale would flatten every other kind. A bar or point
with an error has a whisker. Where nothing is known the place is hatched, never zero.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor, log10
from typing import Literal

from signals.report.number import Number
from signals.report.svg import Drawing
from signals.report.words import Words

WIDTH_PX, LEFT_PX, RIGHT_PX = 760, 64, 748
TOP_PX, TITLE_PX, PLOT_PX, GAP_PX = 6, 18, 64, 14
STRIP_PX, FOOT_PX = 12, 24
WHISKER_CAP_PX, LEAST_CAP_PX = 2.5, 6.0
LEAST_SEEN = 0.1
"""Of an interval's time: what so few frames show of it would look like a zero."""
TICKS_AT_MOST = 7
TICK_STEPS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Mark:
    """One number of [since, until). series 0 or 1 stand side by side."""

    since: datetime
    until: datetime
    number: Number
    series: Literal[0, 1] = 0


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    marks: Sequence[Mark]
    shape: Literal["bar", "point"]


@dataclass(frozen=True, slots=True)
class TimeChart:
    """coverage: (since, until, share) of every interval; what no interval covers is a gap. two: both series occur."""

    label: str
    panels: Sequence[Panel]
    coverage: Sequence[tuple[datetime, datetime, float]]
    two: bool = False

    @property
    def span(self) -> tuple[datetime, datetime]:
        return min(since for since, _, _ in self.coverage), max(until for _, until, _ in self.coverage)


def draw_time_chart(chart: TimeChart, words: Words) -> Drawing:
    """`chart` has at least one interval of coverage."""
    row_px = TITLE_PX + PLOT_PX + GAP_PX
    strip_px = TOP_PX + row_px * len(chart.panels)
    drawing = Drawing(WIDTH_PX, strip_px + STRIP_PX + FOOT_PX, chart.label)
    axis = _TimeAxis(*chart.span)
    for row, panel in enumerate(chart.panels):
        top = TOP_PX + row * row_px + TITLE_PX
        for since, until in gaps(chart.coverage):
            drawing.hatch(axis.x(since), top, axis.x(until) - axis.x(since), PLOT_PX)
        _draw_panel(drawing, panel, top, axis, words, two=chart.two)
    _draw_strip(drawing, chart, strip_px, axis, words)
    _draw_ticks(drawing, axis, strip_px + STRIP_PX)
    return drawing


def gaps(coverage: Sequence[tuple[datetime, datetime, float]]) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of which next to nothing is known, between the first and the last interval."""
    seen = sorted((since, until) for since, until, share in coverage if share >= LEAST_SEEN)
    edge = min(since for since, _, _ in coverage)
    for since, until in [*seen, (max(until for _, until, _ in coverage),) * 2]:
        if since > edge:
            yield edge, since
        edge = max(edge, until)


@dataclass(frozen=True, slots=True)
class _TimeAxis:
    first: datetime
    last: datetime

    def x(self, moment: datetime) -> float:
        return LEFT_PX + (RIGHT_PX - LEFT_PX) * ((moment - self.first) / (self.last - self.first))

    def ticks(self) -> tuple[list[datetime], int]:
        """Round moments of the local day, and the seconds between them."""
        length_s = (self.last - self.first).total_seconds()
        step_s = next((step for step in TICK_STEPS_S if length_s / step <= TICKS_AT_MOST), TICK_STEPS_S[-1])
        step_s = max(
            step_s, ceil(length_s / TICKS_AT_MOST / TICK_STEPS_S[-1]) * TICK_STEPS_S[-1] if length_s > 7 * 86400 else 0
        )
        day = self.first.replace(hour=0, minute=0, second=0, microsecond=0)
        start = ceil((self.first - day).total_seconds() / step_s)
        moments = [day + timedelta(seconds=n * step_s) for n in range(start, start + TICKS_AT_MOST + 2)]
        return [moment for moment in moments if moment <= self.last], step_s


def _draw_panel(drawing: Drawing, panel: Panel, top: float, axis: _TimeAxis, words: Words, *, two: bool) -> None:
    foot = top + PLOT_PX
    highest = max((_upper(mark.number) for mark in panel.marks), default=0.0)
    scale = round_up(highest)
    drawing.text("name", LEFT_PX, top - 6, panel.title)
    drawing.line("grid", LEFT_PX, top, RIGHT_PX, top)
    drawing.line("grid", LEFT_PX, top + PLOT_PX / 2, RIGHT_PX, top + PLOT_PX / 2)
    for mark in panel.marks:
        if mark.number.value is None:
            x = axis.x(mark.since)
            drawing.hatch(x, top, axis.x(mark.until) - x, PLOT_PX)
        else:
            _draw_mark(drawing, panel, mark, _Place(axis, foot, PLOT_PX / scale), two=two)
    drawing.line("axis", LEFT_PX, foot, RIGHT_PX, foot)
    digits = max(0, 1 - floor(log10(scale))) if scale < 10 and scale != round(scale) else 0
    drawing.text("tick", LEFT_PX - 6, top + 4, words.number(scale, digits), "end")
    drawing.text("tick", LEFT_PX - 6, foot, "0", "end")


@dataclass(frozen=True, slots=True)
class _Place:
    axis: _TimeAxis
    foot: float
    px_per_unit: float

    def y(self, value: float) -> float:
        return self.foot - max(value, 0.0) * self.px_per_unit


def _draw_mark(drawing: Drawing, panel: Panel, mark: Mark, place: _Place, *, two: bool) -> None:
    left, right = place.axis.x(mark.since), place.axis.x(mark.until)
    slot = (right - left) / (2 if two else 1)
    left += slot * mark.series if two else 0
    gap = min(1.0, slot / 8)
    middle, value = left + slot / 2, mark.number.value or 0.0
    look = ("first", "second")[mark.series]
    if panel.shape == "bar":
        drawing.rect(look, left + gap, place.y(value), slot - 2 * gap, place.foot - place.y(value))
    else:
        drawing.dot(look, middle, place.y(value), min(3.5, max(1.5, slot / 3)))
    if mark.number.error:
        low, high = place.y(value - mark.number.error), place.y(value + mark.number.error)
        drawing.error_bar((middle, high), (middle, low), WHISKER_CAP_PX if slot >= LEAST_CAP_PX else 0.0)


def _draw_strip(drawing: Drawing, chart: TimeChart, top: float, axis: _TimeAxis, words: Words) -> None:
    drawing.text("tick", LEFT_PX - 6, top + STRIP_PX - 1, words("chart.coverage"), "end")
    for since, until, share in chart.coverage:
        x = axis.x(since)
        drawing.rect("cover", x, top + STRIP_PX * (1 - share), axis.x(until) - x, STRIP_PX * share)
    for since, until in gaps(chart.coverage):
        drawing.hatch(axis.x(since), top, axis.x(until) - axis.x(since), STRIP_PX)
    drawing.line("axis", LEFT_PX, top + STRIP_PX, RIGHT_PX, top + STRIP_PX)


def _draw_ticks(drawing: Drawing, axis: _TimeAxis, top: float) -> None:
    moments, step_s = axis.ticks()
    shape = "%d/%m" if step_s >= 86400 else "%H:%M" if step_s >= 60 else "%H:%M:%S"
    for moment in moments:
        x = axis.x(moment)
        drawing.line("axis", x, top, x, top + 5)
        anchor: Literal["start", "middle", "end"] = (
            "start" if x < LEFT_PX + 20 else "end" if x > RIGHT_PX - 24 else "middle"
        )
        drawing.text("tick", x, top + 18, moment.strftime(shape), anchor)


def _upper(number: Number) -> float:
    return 0.0 if number.value is None else number.value + (number.error or 0.0)


def round_up(most: float) -> float:
    """The next number that people read at a glance, and that has a half: no 1.5 vehicles. 1 for nothing."""
    if most <= 0:
        return 1.0
    power = 10.0 ** floor(log10(most))
    steps = (1, 2, 3, 4, 5, 6, 8, 10) if power == 1 else (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
    return next(step * power for step in steps if most <= step * power * (1 + 1e-9))

"""Bars over the seconds of green: one panel per measure above a common axis, each bar with its error."""

from collections.abc import Sequence
from dataclasses import dataclass

from signals.report.number import Number
from signals.report.svg import Drawing
from signals.report.time_chart import round_up
from signals.report.words import Words

WIDTH_PX, LEFT_PX, RIGHT_PX = 760, 64, 748
TOP_PX, TITLE_PX, PLOT_PX, GAP_PX, FOOT_PX = 6, 18, 110, 18, 40
CAP_PX, BAR_GAP_PX = 4.0, 3.0
TICKS_AT_MOST = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """[since_s, until_s) seconds after the start of green."""

    since_s: float
    until_s: float
    number: Number


@dataclass(frozen=True, slots=True)
class SlicePanel:
    """level: a number that holds over all of it, drawn as a dashed line with its name; None: there is none."""

    title: str
    bars: Sequence[Bar]
    level: Number | None = None
    level_name: str = ""


def draw_slice_chart(panels: Sequence[SlicePanel], label: str, words: Words) -> Drawing:
    """At least one panel with at least one bar; all have the same slices."""
    row_px = TITLE_PX + PLOT_PX + GAP_PX
    foot_px = TOP_PX + row_px * len(panels)
    drawing = Drawing(WIDTH_PX, foot_px - GAP_PX + FOOT_PX, label)
    end_s = max(bar.until_s for bar in panels[0].bars)
    px_per_s = (RIGHT_PX - LEFT_PX) / end_s
    for row, panel in enumerate(panels):
        _draw_panel(drawing, panel, TOP_PX + row * row_px + TITLE_PX, px_per_s, words)
    _draw_seconds(drawing, panels[0].bars, foot_px - GAP_PX, px_per_s, words)
    return drawing


def _draw_panel(drawing: Drawing, panel: SlicePanel, top: float, px_per_s: float, words: Words) -> None:
    foot = top + PLOT_PX
    numbers = [bar.number for bar in panel.bars] + ([panel.level] if panel.level else [])
    scale = round_up(max((number.value or 0.0) + (number.error or 0.0) for number in numbers))
    px_per_unit = PLOT_PX / scale
    drawing.text("name", LEFT_PX, top - 6, panel.title)
    for share in (1.0, 0.5):
        y = foot - PLOT_PX * share
        drawing.line("grid", LEFT_PX, y, RIGHT_PX, y)
        drawing.text(
            "tick",
            LEFT_PX - 6,
            y + 4,
            words.number(scale * share, 0 if scale * share == round(scale * share) else 1),
            "end",
        )
    drawing.text("tick", LEFT_PX - 6, foot, "0", "end")
    for bar in panel.bars:
        _draw_bar(drawing, bar, (top, foot), px_per_s, px_per_unit)
    if panel.level is not None and panel.level.value is not None:
        y = foot - panel.level.value * px_per_unit
        drawing.line("level", LEFT_PX, y, RIGHT_PX, y)
        drawing.text("tick", RIGHT_PX, y - 4, f"{panel.level_name} {words.measured(panel.level)}", "end")
    drawing.line("axis", LEFT_PX, foot, RIGHT_PX, foot)


def _draw_bar(drawing: Drawing, bar: Bar, span: tuple[float, float], px_per_s: float, px_per_unit: float) -> None:
    top, foot = span
    left, right = (LEFT_PX + at_s * px_per_s for at_s in (bar.since_s, bar.until_s))
    if bar.number.value is None:
        drawing.hatch(left, top, right - left, foot - top)
        return
    gap = min(BAR_GAP_PX, (right - left) / 8)
    height = bar.number.value * px_per_unit
    drawing.rect("second", left + gap, foot - height, right - left - 2 * gap, height)
    if bar.number.error:
        middle = (left + right) / 2
        high = foot - (bar.number.value + bar.number.error) * px_per_unit
        low = foot - max(bar.number.value - bar.number.error, 0.0) * px_per_unit
        drawing.error_bar((middle, high), (middle, low), CAP_PX)


def _draw_seconds(drawing: Drawing, bars: Sequence[Bar], top: float, px_per_s: float, words: Words) -> None:
    """The edges of the slices, as many as can be read, and what they are."""
    edges = [bar.since_s for bar in bars] + [max(bar.until_s for bar in bars)]
    step = -(-len(edges) // TICKS_AT_MOST)
    for edge_s in edges[::step]:
        digits = 0 if edge_s == round(edge_s) else 1
        drawing.text("tick", LEFT_PX + edge_s * px_per_s, top + 15, words.number(edge_s, digits), "middle")
    drawing.text("tick", (LEFT_PX + RIGHT_PX) / 2, top + 32, words("discharge.seconds"), "middle")

"""The stages of a plan and the days of a calendar as boxes for the pages' drawings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from signals.plan.check import green_spans
from signals.plan.junction import Junction
from signals.plan.library import PlanLibrary
from signals.plan.timing import TimingPlan

LEFT_PX, WIDTH_PX, ROW_PX = 140.0, 850.0, 26.0
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Bar:
    """look: red, yellow or green, or the number of a plan's shade."""

    x: float
    width: float
    look: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    word: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class StageDiagram:
    """ticks: (x, seconds) where a stage begins; its name stands there."""

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, float, str], ...]
    height: float


def stage_diagram(plan: TimingPlan, junction: Junction) -> StageDiagram:
    scale = WIDTH_PX / plan.cycle_s
    rows = tuple(
        Row(movement.name, 30 + ROW_PX * i, tuple(_bars(plan, junction, movement.name, scale)))
        for i, movement in enumerate(junction.movements)
    )
    ticks = tuple((LEFT_PX + stage.start_s * scale, stage.start_s, stage.stage) for stage in plan.stages)
    return StageDiagram(rows, ticks, 30 + ROW_PX * len(rows) + 24)


def _bars(plan: TimingPlan, junction: Junction, movement: str, scale: float) -> list[Bar]:
    bars: list[Bar] = []
    for span in green_spans(plan, junction, movement):
        yellow_s = min(junction.yellow_s, plan.cycle_s - span.length_s)
        bars += _wrapped(span.start_s, span.length_s, "green", plan.cycle_s, scale)
        bars += _wrapped(span.start_s + span.length_s, yellow_s, "yellow", plan.cycle_s, scale)
    return bars


def _wrapped(since_s: float, length_s: float, look: str, cycle_s: float, scale: float) -> list[Bar]:
    since_s %= cycle_s
    first_s = min(length_s, cycle_s - since_s)
    word = f"{length_s:g} s" if look == "green" else ""
    bars = [Bar(LEFT_PX + since_s * scale, first_s * scale, look, word if first_s * scale > 40 else "")]
    if length_s > first_s:
        bars.append(Bar(LEFT_PX, (length_s - first_s) * scale, look))
    return bars


def calendar_rows(
    library: PlanLibrary, days: Sequence[date], holidays: frozenset[date]
) -> tuple[tuple[date, str, tuple[Bar, ...]], ...]:
    """(day, its kind, bars): one day per row, its plans from midnight to midnight."""
    shades: Mapping[str, str] = {name: str(i % 5) for i, name in enumerate(library.plans)}
    scale = WIDTH_PX / DAY_MINUTES
    rows: list[tuple[date, str, tuple[Bar, ...]]] = []
    for day in days:
        entries = library.entries_of(day, holidays)
        starts = [one.at.hour * 60 + one.at.minute for one in entries]
        ends = [*starts[1:], DAY_MINUTES]
        bars = tuple(
            Bar(LEFT_PX + since * scale, (until - since) * scale, shades[one.plan], one.plan)
            for one, since, until in zip(entries, starts, ends, strict=True)
        )
        kind = "date" if day in library.dates else str(library.kind_of(day, holidays))
        rows.append((day, kind, bars))
    return tuple(rows)

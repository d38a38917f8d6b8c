"""The section of one line: vehicles by kind and direction, flows, speeds."""

from collections.abc import Iterator, Sequence

from signals.report.assemble import Report
from signals.report.number import Number
from signals.report.section import Figure, Grid, Section, length
from signals.report.sheets import LineSheet, Passing
from signals.report.time_chart import Mark, Panel, TimeChart, draw_time_chart
from signals.report.words import Words
from vision.events.bodies import Direction

KMH_PER_MPS = 3.6
HOUR_S = 3600.0


def line_section(report: Report, sheet: LineSheet, words: Words) -> Section:
    place = {"line": sheet.line, "camera": sheet.camera}
    told = [words("line.coverage", share=words.share(sheet.coverage), length=length(sheet.told_s, words))]
    told.append(words("line.pcu", table=report.pcu.name, title=_title(report, words)))
    figures = list(_line_figures(report, sheet, words))
    if not _knows_speed(sheet):
        told.append(words("line.no_speed"))
    return Section(
        f"line-{sheet.camera}-{sheet.line}",
        words("line.title", **place),
        told,
        figures,
        [_line_grid(report, sheet, words)],
    )


def _title(report: Report, words: Words) -> str:
    """A table that somebody made himself has its title in one language."""
    title = words.term("pcu_table", report.pcu.name)
    return report.pcu.title if title == report.pcu.name else title


def _knows_speed(sheet: LineSheet) -> bool:
    return any(number.value is not None for cell in sheet.cells for number in cell.speed_mps.values())


def _line_figures(report: Report, sheet: LineSheet, words: Words) -> Iterator[Figure]:
    interval = length(report.interval_s, words)
    coverage = [(cell.since, cell.until, cell.coverage) for cell in sheet.cells]
    seen = sheet.passings()
    two = len({way for way, _ in seen}) > 1
    panels = [
        Panel(words("chart.kind", kind=words.term("vehicle", kind)), _volumes(sheet, kind, seen, two=two), "bar")
        for kind in dict.fromkeys(kind for _, kind in sorted(seen, key=lambda one: one[1]))
    ]
    legend = [words.term("direction", way) for way in Direction] if two else []
    caption = words("chart.volume", line=sheet.line, interval=interval)
    chart = TimeChart(caption, panels, coverage, two)
    name = f"{sheet.camera}-{sheet.line}"
    yield Figure(f"volume-{name}", caption, draw_time_chart(chart, words), legend)
    if _knows_speed(sheet):
        caption = words("chart.speed", line=sheet.line, interval=interval)
        panels = [
            Panel(words("chart.speed_axis", direction=words.term("direction", way)), marks, "point")
            for way in Direction
            if (marks := _speeds(sheet, way))
        ]
        yield Figure(f"speed-{name}", caption, draw_time_chart(TimeChart(caption, panels, coverage), words))


def _volumes(sheet: LineSheet, kind: str, seen: Sequence[Passing], *, two: bool) -> list[Mark]:
    """A kind that did not pass in a watched interval is a zero without a bar, so it needs no mark."""
    return [
        Mark(cell.since, cell.until, cell.volume[passing], 1 if two and passing[0] is Direction.RIGHT_TO_LEFT else 0)
        for cell in sheet.cells
        if cell.coverage > 0
        for passing in seen
        if passing[1] == kind and passing in cell.volume
    ]


def _speeds(sheet: LineSheet, way: Direction) -> list[Mark]:
    """An interval in which nobody passed has no speed; that is not a gap in the data."""
    return [
        Mark(cell.since, cell.until, number.scaled(KMH_PER_MPS))
        for cell in sheet.cells
        if (number := cell.speed_mps.get(way)) and number.value is not None
    ]


def _line_grid(report: Report, sheet: LineSheet, words: Words) -> Grid:
    factor = HOUR_S / sheet.watched_s if sheet.watched_s else 0.0

    def cells(number: Number, units: Number) -> list[str]:
        """Vehicles, and both flows where anything was watched."""
        flows = (words.measured(one.scaled(factor)) if factor else "–" for one in (number, units))
        return [words.measured(number), *flows]

    rows, before = list[list[str]](), None
    for way, kind in sheet.passings():
        number = sheet.total((way, kind))
        units = number.scaled(report.pcu.factors[kind]) if kind != "pedestrian" else Number(None)
        speed = words.measured(sheet.speed(way).scaled(KMH_PER_MPS)) if way is not before else ""
        rows.append([words.term("direction", way), words.term("vehicle", kind), *cells(number, units), speed])
        before = way
    rows.append([words("line.all"), "", *cells(sheet.vehicles(), sheet.units(report.pcu)), ""])
    headings = [words(f"line.{key}") for key in ("direction", "vehicle", "count", "flow")]
    headings += [words("line.flow_pcu", unit=report.pcu.unit), words("line.speed")]
    return Grid(headings, rows, 4, last_is_sum=True)

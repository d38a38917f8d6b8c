"""The report in one language, section by section."""

from collections.abc import Iterator
from datetime import date

from signals.report.assemble import Note, Report
from signals.report.discharge_section import discharge_section
from signals.report.happened import Happening
from signals.report.junction_section import junction_section
from signals.report.line_section import line_section
from signals.report.number import Number, total
from signals.report.section import Figure, Grid, Section, length
from signals.report.sheets import LANE_MEASURES, LaneSheet
from signals.report.time_chart import Mark, Panel, TimeChart, draw_time_chart
from signals.report.turning import ApproachRow, Turning
from signals.report.turning_chart import draw_turning_chart
from signals.report.words import Words


def sections(report: Report, words: Words) -> list[Section]:
    """In reading order; the notes are apart."""
    lines = [line_section(report, sheet, words) for sheet in report.lines]
    turns = [_turning_section(one, words) for one in report.turnings]
    lanes = [_lane_section(report, sheet, words) for sheet in report.lanes]
    greens = [discharge_section(one, words) for one in report.discharges]
    books = [junction_section(report.books, words)] if report.books else []
    return [*books, *lines, *turns, *_approach_sections(report, words), *greens, *lanes, *_happened(report, words)]


def sentence(note: Note, words: Words) -> str:
    values = {name: words.share(value) if name == "share" else value for name, value in note.values.items()}  # type: ignore[arg-type]  # a share is a float
    return words(f"notes.{note.key}", **values)


def _lane_section(report: Report, sheet: LaneSheet, words: Words) -> Section:
    caption = words("chart.queue", lane=sheet.lane, interval=length(report.interval_s, words))
    coverage = [(cell.since, cell.until, cell.coverage) for cell in sheet.cells]
    shown = [name for name in LANE_MEASURES[:3] if any(cell.figures[name].value for cell in sheet.cells)]
    panels = [
        Panel(
            words(f"measure.{name}"), [Mark(cell.since, cell.until, cell.figures[name]) for cell in sheet.cells], "bar"
        )
        for name in shown
    ]
    figures = []
    if panels:
        drawing = draw_time_chart(TimeChart(caption, panels, coverage), words)
        figures.append(Figure(f"queue-{sheet.camera}-{sheet.lane}", caption, drawing))
    beyond = sum(cell.beyond_view for cell in sheet.cells)
    return Section(
        f"lane-{sheet.camera}-{sheet.lane}",
        words("lane.title", lane=sheet.lane, camera=sheet.camera),
        [words("lane.beyond", n=beyond)] if beyond else [],
        figures,
        [_lane_grid(sheet, words)],
    )


def _lane_grid(sheet: LaneSheet, words: Words) -> Grid:
    rows = []
    for name in LANE_MEASURES:
        known = [cell.figures[name] for cell in sheet.cells if cell.figures[name].value is not None]
        if known:
            highest = max(known, key=lambda number: number.value or 0.0)
            mean = total(known).scaled(1 / len(known))
            rows.append([words(f"measure.{name}"), words.measured(highest), words.measured(mean)])
    return Grid([words("lane.measure"), words("lane.highest"), words("lane.mean")], rows, 2)


def _turning_section(one: Turning, words: Words) -> Section:
    caption = words("turning.chart")
    drawn = any(flow.number.value for flow in one.flows)
    figures = [Figure(f"turning-{one.camera}", caption, draw_turning_chart(one.flows, caption, words))] if drawn else []
    kinds = sorted({kind for volumes in one.by_kind for kind in volumes})
    rows = [
        [flow.entry, flow.exit, flow.movement or "", *(words.measured(volumes.get(kind, Number(0))) for kind in kinds),
         words.measured(flow.number)]
        for flow, volumes in zip(one.flows, one.by_kind, strict=True)
    ]  # fmt: skip
    lost = {name: words.measured(getattr(one, name)) for name in ("vanished", "appeared", "trembled")}
    told = [words("turning.vanished", **lost)]
    if one.balanced is not None:
        key = "turning.balanced" if one.balanced else "turning.unbalanced"
        told.append(words(key, imbalance=words.measured(one.imbalance)))
    headings = [words("turning.entry"), words("turning.exit"), words("turning.movement")]
    headings += [*(words.term("vehicle", kind) for kind in kinds), words("turning.vehicles")]
    title = words("turning.title", camera=one.camera)
    return Section(f"turning-{one.camera}", title, told, figures, [Grid(headings, rows, len(kinds) + 1)])


def _approach_sections(report: Report, words: Words) -> Iterator[Section]:
    keys = ("since", "vehicles", "delay", "los", "green_share", "greens", "failures", "saturation")
    headings = [words(f"approach.{key}") for key in keys]
    day, rows = report.since.date(), report.approaches
    for camera, line in dict.fromkeys((row.camera, row.stop_line) for row in rows):
        cells = [_approach_cells(row, day, words) for row in rows if (row.camera, row.stop_line) == (camera, line)]
        title = words("approach.title", line=line, camera=camera)
        yield Section(f"approach-{camera}-{line}", title, grids=[Grid(headings, cells, 7)])


def _approach_cells(row: ApproachRow, day: date, words: Words) -> list[str]:
    los = row.level_of_service
    grade = "–" if los is None else words("approach.los_value", grade=los.grade, best=los.best, worst=los.worst)
    numbers = (row.arrivals_on_green.scaled(100), Number(row.greens), row.split_failures, row.saturation_pcu_h)
    green, *others = (words.measured(number) for number in numbers)
    green = green if green == "–" else f"{green}\N{NO-BREAK SPACE}%"
    head = [words.clock(row.since, day), words.measured(row.vehicles), words.measured(row.control_delay_s)]
    return [*head, grade, green, *others]


def _happened(report: Report, words: Words) -> Iterator[Section]:
    for key, group, found in (
        ("incidents", "incident", report.happened.incidents),
        ("troubles", "trouble", report.happened.troubles),
    ):
        if found:
            headings = [words(f"happened.{one}") for one in ("camera", "what", "where", "since", "until")]
            rows = [_happening(one, group, report.since.date(), words) for one in found]
            yield Section(key, words(f"happened.{key}"), grids=[Grid(headings, rows, 0)])
    if report.happened.findings:
        headings = [words("happened.camera"), words("happened.what"), words("line.vehicle"), words("happened.number")]
        rows = [
            [camera, words.term("offence", offence), words.term("vehicle", kind), words.number(n)]
            for (camera, offence, kind), n in sorted(report.happened.findings.items())
        ]
        yield Section("findings", words("happened.findings"), grids=[Grid(headings, rows, 1)])


def _happening(one: Happening, group: str, day: date, words: Words) -> list[str]:
    until = words.clock(one.until, day) if one.until else words("happened.lasts")
    return [one.camera, words.term(group, one.what), one.where or "", words.clock(one.since, day), until]

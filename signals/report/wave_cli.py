"""The commands `ngatu signals wave` and `plans`: what may be asked, and what is printed."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from signals.library.files import load_library, load_street
from signals.library.schema import library_schema, street_schema
from signals.optimize.corridor.coordinate import Coordination, coordinate
from signals.optimize.corridor.street import Street
from signals.plan.library import PlanLibrary
from signals.report import telling
from signals.report.arrivals import arrivals_at
from signals.report.clock import VIETNAM
from signals.report.places import write_whole
from signals.report.png import write_drawing
from signals.report.reading import Wanted, read_file
from signals.report.style import picture_svg
from signals.report.time_space import Arrival, draw_time_space, on_green, time_space_rows
from signals.report.wave_document import wave_document
from signals.report.words import Language, words

DAYS_SHOWN = 7
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else there.")]


def schema_option(text: Callable[[], str]) -> Any:
    """`--schema`: print the JSON Schema of the file that the command reads, and end."""

    def told(wanted: bool) -> None:
        if wanted:
            typer.echo(text(), nl=False)
            raise typer.Exit

    return typer.Option("--schema", is_eager=True, callback=told, help="Print the JSON Schema of the file and end.")


def wave(
    street: Annotated[Path, typer.Argument(metavar="STREET", help="Junctions, flows and links of a street (YAML).")],
    *,
    svg: Annotated[Path | None, typer.Option(help="Write the time-space diagram as SVG.")] = None,
    png: Annotated[Path | None, typer.Option(help="… as PNG.")] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="… as a table: greens, bands and arrivals.")] = None,
    arrivals: Annotated[
        Path | None, typer.Option(metavar="EVENTS", help="Crossings of `ngatu watch --out`, drawn over the diagram.")
    ] = None,
    language: Annotated[Language, typer.Option(help="Of the diagram.")] = Language.VI,
    schema: Annotated[bool, schema_option(street_schema)] = False,
    as_json: JsonOption = False,
) -> None:
    """Coordinate a street: one cycle, splits, orders of stages and offsets with the widest green waves."""
    with telling.faults_told("signals wave"):
        described, read = load_street(street)
        came = [] if arrivals is None else arrivals_at(described, read_file(arrivals, Wanted(None)).events)
        found = _coordinated(read, quiet=as_json)
        drawing = draw_time_space(read, found, came, words(language))
        if svg is not None:
            write_whole(svg, picture_svg(drawing).encode())
        if png is not None:
            write_drawing(drawing, png)
        if table is not None:
            text = io.StringIO()
            csv.writer(text).writerows(time_space_rows(read, found, came))
            write_whole(table, text.getvalue().encode())
        if as_json:
            telling.print_json(wave_document(read, found, came))
        else:
            _print_wave(read, found, came)


def plans(
    library: Annotated[Path, typer.Argument(metavar="LIBRARY", help="Plans of a junction and their calendar (YAML).")],
    *,
    at: Annotated[datetime | None, typer.Option(metavar="TIME", help="Local time; now where not given.")] = None,
    holiday: Annotated[list[str] | None, typer.Option(metavar="DATE", help="A public holiday, YYYY-MM-DD.")] = None,
    schema: Annotated[bool, schema_option(library_schema)] = False,
    as_json: JsonOption = False,
) -> None:
    """Check a library of plans, and say what runs at a time and in the week after it."""
    with telling.faults_told("signals plans"):
        _, read = load_library(library)
        holidays = {_day(text) for text in holiday or []}
        moment = at or datetime.now(VIETNAM).replace(tzinfo=None)
        week = {day: read.entries_of(day, holidays) for day in _days(moment.date())}
        if as_json:
            calendar = {str(day): {one.at.isoformat("minutes"): one.plan for one in some} for day, some in week.items()}
            plan = {name: {"cycle_s": one.cycle_s, "offset_s": one.offset_s} for name, one in read.plans.items()}
            telling.print_json(
                {"running": read.at(moment, holidays), "at": str(moment), "plans": plan, "days": calendar}
            )
        else:
            _print_plans(read, moment, holidays)


def _coordinated(street: Street, *, quiet: bool) -> Coordination:
    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("cycles tried", total=None)
        return coordinate(street, progress=lambda done, of: bar.update(task, completed=done, total=of))


def _print_wave(street: Street, found: Coordination, came: list[Arrival]) -> None:
    console = Console()
    bands = f"bands {found.wave.outbound_s:.0f} s outbound, {found.wave.inbound_s:.0f} s inbound"
    console.print(f"{street.name}: cycle {found.cycle_s:g} s, {bands}", soft_wrap=True, markup=False)
    table = Table("Junction", "Offset", "Greens", "Worst delay", "On green", box=SIMPLE_HEAD)
    met = on_green(street, found, came)
    for part in found.parts:
        worst = max(part.performance, key=lambda one: one.delay_s)
        hits = [met[part.junction.name, way] for way in (True, False) if (part.junction.name, way) in met]
        table.add_row(
            part.junction.name,
            f"{part.plan.offset_s:g} s",
            "  ".join(f"{stage.stage} {stage.green_s:g}" for stage in part.plan.stages),
            f"{worst.movement} {worst.delay_s:.0f} s",
            "  ".join(f"{green} of {of}" for green, of in hits) or "–",
        )
    console.print(table)
    console.print(f"Delay {found.delay_veh_h:.1f} vehicle hours an hour; worst: {', '.join(found.worst)}", markup=False)
    for warning in found.warnings:
        telling.say(warning)


def _print_plans(library: PlanLibrary, moment: datetime, holidays: set[date]) -> None:
    console = Console()
    console.print(f"{library.junction.name}: {library.at(moment, holidays)} at {moment:%d/%m/%Y %H:%M}", markup=False)
    table = Table("Plan", "Cycle", "Offset", "Greens", box=SIMPLE_HEAD)
    for name, plan in library.plans.items():
        greens = "  ".join(f"{stage.stage} {stage.green_s:g}" for stage in plan.stages)
        table.add_row(name, f"{plan.cycle_s:g} s", f"{plan.offset_s:g} s", greens)
    console.print(table)
    days = Table("Day", "Kind", "Runs", box=SIMPLE_HEAD)
    for day in _days(moment.date()):
        runs = "  ".join(f"{one.at:%H:%M} {one.plan}" for one in library.entries_of(day, holidays))
        days.add_row(f"{day:%d/%m/%Y}", "date" if day in library.dates else library.kind_of(day, holidays), runs)
    console.print(days)


def _days(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(DAYS_SHOWN)]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--holiday: wanted a date such as 2027-02-06, found {text!r}") from None

"""The commands `ngatu report`, `export` and `compare`: what may be asked. Also `python -m signals.report.cli`."""

from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from signals.report import compare_telling, telling
from signals.report.assemble import assemble
from signals.report.centre import is_address, read_centre
from signals.report.clock import VIETNAM
from signals.report.compare import compare as compare_counts
from signals.report.document import report_document
from signals.report.errors import EventsError, ReportError
from signals.report.export import Format, export
from signals.report.hires_files import write_hires
from signals.report.junction import keep_books
from signals.report.junction_file import TEMPLATE as JUNCTION_TEMPLATE
from signals.report.junction_file import load_junction
from signals.report.manual import EXPLAINED, TEMPLATE, read_manual
from signals.report.page import compare_page, page
from signals.report.places import write_whole
from signals.report.png import write_pictures
from signals.report.reading import Reading, Wanted, joined, read_file
from signals.report.sections import sections
from signals.report.tables import tables
from signals.report.wiring import TEMPLATE as WIRING_TEMPLATE
from signals.report.words import Language, words
from vision.pcu import DEFAULT_TABLE, pcu_table

TIME_FORMATS = [f"%Y-%m-%d{clock}" for clock in ("", "T%H:%M:%S", " %H:%M:%S", "T%H:%M:%S%z", " %H:%M:%S%z")]

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)

EventsArgument = Annotated[
    str, typer.Argument(metavar="EVENTS", help="File of `ngatu watch --out`, or the centre's address, http(s)://…")
]
CameraOption = Annotated[str | None, typer.Option("--camera", help="Only this camera.")]
BootOption = Annotated[str | None, typer.Option("--boot", help="Only this run of the agent.")]
SinceOption = Annotated[
    datetime | None,
    typer.Option("--since", formats=TIME_FORMATS, metavar="TIME", help="From then on; Vietnam's time unless it says."),
]
UntilOption = Annotated[
    datetime | None, typer.Option("--until", formats=TIME_FORMATS, metavar="TIME", help="Before that time.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else there.")]


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    HIRES = "hires"


@app.command("report")
def report(
    events: Annotated[
        list[str] | None,
        typer.Argument(metavar="EVENTS...", help="Files of `ngatu watch --out`, or the centre's address, http(s)://…"),
    ] = None,
    *,
    junction: Annotated[
        Path | None, typer.Option(help="Check in = out + stored over these lines; --template prints an example.")
    ] = None,
    template: Annotated[bool, typer.Option("--template", help="Print an example of --junction and end.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write a page with plots and tables, in both languages.")] = None,
    png: Annotated[Path | None, typer.Option(help="Write the plots as PNG into this new folder.")] = None,
    language: Annotated[Language, typer.Option(help="Of the PNG files.")] = Language.VI,
    interval: Annotated[int | None, typer.Option(min=1, help="Seconds that one bar stands for.")] = None,
    pcu: Annotated[str, typer.Option(help="Table of passenger-car units.")] = DEFAULT_TABLE,
    camera: CameraOption = None,
    boot: BootOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what passed, how fast and how it queued; with --html or --png also draw it."""
    if template:
        print(JUNCTION_TEMPLATE, end="")
        return
    with telling.faults_told("report"):
        if not events:
            raise ReportError("report", "wanted EVENTS; --template prints an example of --junction")
        for source in events:
            _check_not_input(source, html)
        keep = None if junction is None else partial(keep_books, junction, load_junction(junction))
        reading = joined([_read(source, camera, boot, since, until) for source in events])
        made = assemble(reading, interval, pcu_table(pcu), keep)
        written: list[Path] = []
        if html is not None:
            write_whole(html, page(made, datetime.now(UTC)).encode())
            written.append(html)
        if png is not None:
            written += write_pictures(sections(made, words(language)), png)
        if as_json:
            telling.print_json({**report_document(made), "written": [str(file) for file in written]})
        else:
            telling.print_report(made)
            _tell_written(written)


@app.command("export")
def export_(
    events: Annotated[str | None, typer.Argument(metavar="EVENTS", help="As for `ngatu report`.")] = None,
    *,
    to: Annotated[ExportFormat, typer.Option(help="hires: the event codes that ATSPM tools read.")] = ExportFormat.CSV,
    out: Annotated[Path | None, typer.Option(help="New folder for the files.")] = None,
    part: Annotated[bool, typer.Option("--part", help="Parquet in folders by day and camera.")] = False,
    wiring: Annotated[
        Path | None, typer.Option(help="hires: detector channels and phases; --template prints an example.")
    ] = None,
    lamps: Annotated[Path | None, typer.Option(help="hires: the lamp file that was watched with.")] = None,
    template: Annotated[bool, typer.Option("--template", help="Print an example of --wiring and end.")] = False,
    camera: CameraOption = None,
    boot: BootOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the events as tables for other tools: CSV, JSON Lines, Parquet, or a signal controller's log."""
    if template:
        print(WIRING_TEMPLATE, end="")
        return
    with telling.faults_told("export"):
        if events is None or out is None:
            raise ReportError("export", "wanted EVENTS and --out FOLDER; --template prints an example of --wiring")
        if to is not ExportFormat.HIRES and (wiring or lamps):
            raise ReportError("--to", f"--wiring, --lamps: wanted --to hires, found --to {to}")
        if part and to is not ExportFormat.PARQUET:
            raise ReportError("--part", f"--part: wanted --to parquet, found --to {to}")
        reading = _read(events, camera, boot, since, until)
        if to is ExportFormat.HIRES:
            written, doubts = write_hires(reading.events, wiring, lamps, out)
            for doubt in doubts:
                telling.say(doubt)
        else:
            written = export(tables(reading.events), Format(to), out, part=part)
        if as_json:
            telling.print_json({"reading": reading.account(), "written": [str(file) for file in written]})
        else:
            _tell_reading(reading)
            _tell_written(written)


@app.command("compare", epilog=EXPLAINED.replace("\n", "\n\n"))
def compare(
    counts: Annotated[Path | None, typer.Argument(metavar="COUNTS.csv", help="The manual count.")] = None,
    events: Annotated[str | None, typer.Argument(metavar="EVENTS", help="As for `ngatu report`.")] = None,
    *,
    template: Annotated[bool, typer.Option("--template", help="Print an example of COUNTS.csv and end.")] = False,
    offset: Annotated[float, typer.Option(help="Seconds to add to the manual times.")] = 0.0,
    whole: Annotated[bool, typer.Option("--whole", help="Leave out intervals that were not wholly watched.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write a page with plots and tables, in both languages.")] = None,
    camera: CameraOption = None,
    boot: BootOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set the engine's counts beside a manual count: error and GEH of every line, turning movement and interval."""
    if template:
        print(TEMPLATE, end="")
        return
    with telling.faults_told("compare"):
        if counts is None or events is None:
            raise ReportError("compare", "wanted COUNTS.csv and EVENTS; --template prints an example of the first")
        _check_not_input(events, html)
        manual = read_manual(counts)
        reading = _read(events, camera, boot, None, None)
        found = compare_counts(counts, manual, reading.events, offset_s=offset, only_whole=whole)
        if html is not None:
            write_whole(html, compare_page(found, reading.source, str(counts), datetime.now(UTC)).encode())
        written = [] if html is None else [str(html)]
        if as_json:
            document = compare_telling.comparison_document(found)
            telling.print_json({**document, "reading": reading.account(), "written": written})
            return
        _tell_reading(reading)
        compare_telling.print_comparison(found)
        _tell_written([] if html is None else [html])


def _read(source: str, camera: str | None, boot: str | None, since: datetime | None, until: datetime | None) -> Reading:
    wanted = Wanted(camera, _local(since), _local(until), boot)
    return read_centre(source, wanted) if is_address(source) else read_file(Path(source), wanted)


def _local(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=VIETNAM) if moment is not None and moment.tzinfo is None else moment


def _check_not_input(events: str, place: Path | None) -> None:
    if (
        place is not None
        and not is_address(events)
        and place.exists()
        and Path(events).exists()
        and place.samefile(events)
    ):
        raise EventsError(events, "wanted another place to write to than the events themselves, found the same")


def _tell_reading(reading: Reading) -> None:
    if reading.damaged:
        first = reading.damages[0]
        telling.say(f"{reading.damaged} damaged lines were left aside; the first is line {first.line}: {first.problem}")
    for kind, number in sorted(reading.unknown.items()):
        telling.say(f"{number} events of the unknown type {kind} were left aside")


def _tell_written(written: list[Path]) -> None:
    for file in written:
        telling.say(str(file), "wrote", "green")


if __name__ == "__main__":
    app()

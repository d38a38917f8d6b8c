"""What the commands print: tables for people through rich, documents for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from signals.errors import SignalsError
from signals.report.assemble import Report
from signals.report.junction_section import verdict_sentences
from signals.report.section import Grid, Section
from signals.report.sections import sections, sentence
from signals.report.words import Language, words
from signals.sentences import language_of_user
from vision.errors import VisionError

BAD_INPUT = 2


def say(sentence_: str, head: str = "note:", style: str = "yellow") -> None:
    """On stderr: stdout stays data. As Text, not as markup: names may hold square brackets."""
    Console(stderr=True).print(Text.assemble((head, style), " ", sentence_), soft_wrap=True, highlight=False)


@contextmanager
def faults_told(command: str) -> Iterator[None]:
    """A fault of the user's ends the command with one sentence and what would help, exit code 2."""
    try:
        yield
    except (SignalsError, VisionError) as error:
        told = error.told(language_of_user()) if isinstance(error, SignalsError) else str(error)
        say(told, f"ngatu {command}:", "bold red")
        raise typer.Exit(BAD_INPUT) from error


def print_json(document: Mapping[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False))


def print_report(report: Report) -> None:
    own, console = words(Language.EN), Console()
    told = own("page.span_value", since=own.moment(report.since), until=own.moment(report.until))
    console.print(Text(f"{report.reading.source}: {len(report.reading.events)} events, {told}"), soft_wrap=True)
    for note in report.notes:
        say(sentence(note, own))
    if report.books:
        for told in verdict_sentences(report.books, own):
            say(told, "junction:")
    print_sections(sections(report, own))


def print_sections(found: Sequence[Section]) -> None:
    """Their tables; pictures are for the page."""
    console = Console()
    for section in found:
        for grid in section.grids:
            if grid.rows:
                console.print(_rich(section, grid))


def _rich(section: Section, grid: Grid) -> RichTable:
    table = RichTable(title=Text(section.title, "bold"), title_justify="left", box=SIMPLE_HEAD, collapse_padding=True)
    for place, heading in enumerate(grid.headings):
        number = place >= len(grid.headings) - grid.numbers
        # Numbers stay whole and their headings stand in several lines: names give way where the terminal is narrow.
        shown = Text(heading.replace(" ", "\n") if number else heading)
        table.add_column(shown, justify="right" if number else "left", no_wrap=number, min_width=None if number else 10)
    for row in grid.rows[:-1] if grid.last_is_sum else grid.rows:
        table.add_row(*(Text(cell) for cell in row))
    if grid.last_is_sum:
        table.add_section()
        table.add_row(*(Text(cell) for cell in grid.rows[-1]))
    return table

"""What the commands of the centre share: where the database is, who types, and how faults and answers are said."""

import getpass
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Engine
from typer.core import TyperGroup

from centre.errors import CentreError, StartError
from violations.errors import ViolationsError

BAD_INPUT = 2

DataOption = Annotated[Path, typer.Option("--data", help="Folder of the centre's data, as ngatu serve has it.")]
DatabaseOption = Annotated[str | None, typer.Option("--db", help="Database URL; by default SQLite in the data folder.")]
EvidenceOption = Annotated[
    str | None,
    typer.Option("--evidence", help="s3://BUCKET/PREFIX for the evidence files; by default the data folder."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else there.")]
DATA = Path("ngatu-data")


class Commands(TyperGroup):
    """A fault of the input ends with one sentence and exit code 2, here as in the whole of `ngatu`."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (CentreError, ViolationsError) as error:
            _say(str(error))
            raise typer.Exit(BAD_INPUT) from error
        except OSError as error:
            _say(f"{error.filename or 'the disk'}: {error.strerror or error}")
            raise typer.Exit(BAD_INPUT) from error


def _say(sentence: str) -> None:
    Console(stderr=True).print(f"[bold red]ngatu:[/] {escape(sentence)}", highlight=False, soft_wrap=True)


@contextmanager
def opened(data: Path, db: str | None, *, make: bool = False) -> Iterator[Engine]:
    """The centre's database, up to date, closed when the block ends. make: whether a new centre may begin with it.

    Raises DatabaseError and StartError.
    """
    from centre.serve import DATABASE_FILE, settle  # noqa: PLC0415 — a second of imports that `ngatu count` should not wait for
    from violations.store.database import open_database  # noqa: PLC0415

    if db is None and not make and not (data / DATABASE_FILE).exists():
        raise StartError(f"--data: wanted the folder of a centre, found no {DATABASE_FILE} in {data.absolute()}")
    settings = settle(data, db, "localhost", open_to_network=False)
    engine = open_database(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def console_name() -> str:
    """Under which the audit log knows whoever types: the operating system's name for them."""
    return f"console:{getpass.getuser()}"


def read_password(*, from_stdin: bool) -> str:
    """From the terminal, twice and unseen; or the first line of stdin. Never an argument: others see arguments."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("Mật khẩu · password", hide_input=True, confirmation_prompt=True))


def answer(document: Mapping[str, Any], sentence: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else sentence)


def show(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    table = Table(*columns, box=None, header_style="bold")
    for row in rows:
        table.add_row(*map(str, row))
    Console().print(table, highlight=False)

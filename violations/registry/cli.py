"""The command `ngatu registry import`: takes the registry's export into the centre's database, whole or not at all."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import URL

from violations.registry.csv_file import COLUMNS, NEEDED, read_vehicles
from violations.registry.table import put_vehicles
from violations.store.database import open_database

DATABASE_FILE = "ngatu.db"

app = typer.Typer(no_args_is_help=True, add_completion=False)
group = typer.Typer(no_args_is_help=True, add_completion=False, help="The vehicle registry's copy at the centre.")
app.add_typer(group, name="registry")


@group.callback()
def registry() -> None:
    """The vehicle registry's copy at the centre."""


@group.command("import", epilog=f"Columns: {', '.join(COLUMNS)}; needed: {', '.join(NEEDED)}. Days as 2026-11-21.")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="UTF-8, comma or semicolon, with column names.")],
    *,
    db: Annotated[str | None, typer.Option(help="Database URL; by default SQLite in the data folder.")] = None,
    data: Annotated[Path, typer.Option(help="The centre's data folder.")] = Path("ngatu-data"),
    replace: Annotated[bool, typer.Option("--replace", help="Forget the vehicles that are not in the file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Take vehicles from a CSV file: all of them, or none where one line is wrong."""
    vehicles = read_vehicles(file)
    folder = data.expanduser().absolute()
    url = db or URL.create("sqlite", database=str(folder / DATABASE_FILE)).render_as_string(hide_password=False)
    engine = open_database(url)
    try:
        taken = put_vehicles(engine, vehicles, datetime.now(UTC), replace=replace)
    finally:
        engine.dispose()
    if as_json:
        typer.echo(json.dumps({"vehicles": taken, "replaced": replace}))
    else:
        typer.echo(f"{taken} vehicles taken from {file}")


if __name__ == "__main__":
    app()

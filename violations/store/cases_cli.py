"""The command `ngatu cases expire`: ends the cases whose year is over. Run it daily; what is late is refused anyway."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import URL

from violations.store.case_steps import expire_cases
from violations.store.database import open_database

DATABASE_FILE = "ngatu.db"

app = typer.Typer(no_args_is_help=True, add_completion=False)
group = typer.Typer(no_args_is_help=True, add_completion=False, help="The cases of the centre.")
app.add_typer(group, name="cases")


@group.callback()
def cases() -> None:
    """The cases of the centre."""


@group.command("expire")
def expire(
    *,
    db: Annotated[str | None, typer.Option(help="Database URL; by default SQLite in the data folder.")] = None,
    data: Annotated[Path, typer.Option(help="The centre's data folder.")] = Path("ngatu-data"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """End every case without a decision whose year since the recording is over."""
    folder = data.expanduser().absolute()
    url = db or URL.create("sqlite", database=str(folder / DATABASE_FILE)).render_as_string(hide_password=False)
    engine = open_database(url)
    try:
        gone = expire_cases(engine, datetime.now(UTC))
    finally:
        engine.dispose()
    typer.echo(json.dumps({"expired": gone}) if as_json else f"{gone} cases ended, their year is over")


if __name__ == "__main__":
    app()

"""`ngatu signals clear`: what only a person who has stood before a junction may do, at the centre's own machine."""

from pathlib import Path
from typing import Annotated

import typer

from signals.errors import SignalsError
from signals.live.errors import LiveError
from signals.live.shelf import PlanShelf
from signals.sentences import language_of_user, said

FOLDER = "signals"


def clear(
    junction: Annotated[str, typer.Argument(metavar="JUNCTION", help="Short name of the junction.")],
    *,
    person: Annotated[str, typer.Option(help="Who has looked at it.")],
    reason: Annotated[str, typer.Option(help="What was found and done.")],
    data: Annotated[Path, typer.Option(help="Data folder of the centre.")] = Path("ngatu-data"),
) -> None:
    """Bring a junction back that its monitor has put out of service, after looking at it on the spot.

    There is no such thing over the network. It begins at all red within a second or two, or with the centre's start.
    """
    try:
        if not (data / FOLDER).is_dir():
            raise LiveError("data", said("--data: wanted the data folder of a centre, found {folder}.", folder=data))
        PlanShelf(data / FOLDER).clear(junction, person, reason)
    except SignalsError as error:
        typer.echo(f"ngatu signals clear: {error.told(language_of_user())}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{junction}: cleared by {person}.")

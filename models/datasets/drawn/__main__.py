"""`python -m models.datasets.drawn`: a YOLO set of drawn junctions."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.datasets.drawn.yolo import write_set
from models.errors import ModelsError


def main(
    out: Annotated[Path, typer.Option("--out", help="The folder to write the set into.", show_default=False)],
    count: Annotated[int, typer.Option("--count", min=1, help="How many pictures.", show_default=False)],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Names the endless set the pictures are taken from.")] = 1,
    size: Annotated[str, typer.Option("--size", help="Width x height in pixels.")] = "960x544",
    first: Annotated[int, typer.Option("--first", min=0, help="Number of the first picture.")] = 0,
) -> None:
    """Draw junctions with exact boxes. The same seed and size always give the same pictures."""
    columns = (TextColumn("drawing"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[boxes]} boxes"))
    try:
        with Progress(*columns, TimeRemainingColumn()) as progress:
            task = progress.add_task("drawing", total=count, boxes=0)
            total = [0]

            def done(boxes: int) -> None:
                total[0] += boxes
                progress.update(task, advance=1, boxes=total[0])

            write_set(out, count, seed, _size(size), first=first, done=done)
    except ModelsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _size(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(part.isdigit() and 64 <= int(part) <= 4096 for part in parts):
        raise typer.BadParameter(f"--size: wanted width x height such as 960x544, each 64 to 4096, found {text!r}")
    return int(parts[0]), int(parts[1])


if __name__ == "__main__":
    typer.run(main)

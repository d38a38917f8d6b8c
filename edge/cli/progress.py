"""One way to show progress on long work: on stderr, so that stdout stays data; nothing where stderr is no terminal."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Item = TypeVar("Item")


@contextmanager
def shown(items: Iterable[Item], label: str, total: int | None) -> Iterator[Iterator[Item]]:
    """`items` under a progress bar that goes when the block ends; `total` None shows a pulse instead of a share."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(label, total=total)

        def counted() -> Iterator[Item]:
            for item in items:
                yield item
                progress.advance(task)

        yield counted()

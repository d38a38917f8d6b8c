"""One way to show progress on long work: on stderr, so that stdout stays data; nothing where stderr is no terminal.

With NGATU_PROGRESS=json in the environment it is said in JSON lines instead, for another program to show.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Item = TypeVar("Item")
VARIABLE = "NGATU_PROGRESS"
EVERY_S = 0.5


@contextmanager
def shown(items: Iterable[Item], label: str, total: int | None) -> Iterator[Iterator[Item]]:
    """`items` under a progress bar that goes when the block ends; `total` None shows a pulse instead of a share."""
    if os.environ.get(VARIABLE) == "json":
        yield _told(items, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(label, total=total)

        def counted() -> Iterator[Item]:
            for item in items:
                yield item
                progress.advance(task)

        yield counted()


def _told(items: Iterable[Item], total: int | None) -> Iterator[Item]:
    said_s = -EVERY_S
    for done, item in enumerate(items, 1):
        yield item
        if time.monotonic() - said_s >= EVERY_S:
            said_s = time.monotonic()
            print(json.dumps({"done": done, "total": total}), file=sys.stderr, flush=True)

"""`ngatu send`: deliver what a watch left in its outbox."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edge.cli.options import CentreOption, InsecureOption, JsonOption
from edge.cli.progress import track
from edge.errors import UsageError
from edge.outbox.outbox import Outbox
from edge.transport.https import Uplink, send_all

UNSENT = 3


def send(
    *,
    centre: CentreOption,
    data: Annotated[Path, typer.Option(help="The agent's folder, as given to `ngatu watch`.")] = Path("ngatu-agent"),
    insecure: InsecureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Send everything that waits in the outbox; exit 3 if something still waits afterwards."""
    path = data / "outbox.db"
    if not path.is_file():
        raise UsageError(f"{path}: wanted the outbox of an earlier `ngatu watch --centre`, found none")
    with Outbox.open(path) as outbox, Uplink(centre, outbox, allow_insecure=insecure) as uplink:
        steps = list(track(send_all(uplink), "sending", None, quiet=as_json))
        waiting, refused = outbox.depth(), outbox.refused_count()
    problem = next((step.problem for step in reversed(steps) if step.problem), None)
    acknowledged = sum(step.acknowledged for step in steps)
    if as_json:
        print(json.dumps({"acknowledged": acknowledged, "waiting": waiting, "refused": refused, "problem": problem}))
    else:
        Console().print(f"{acknowledged} events delivered, {waiting} wait, {refused} were refused and are kept aside")
    if waiting:
        Console(stderr=True).print(f"[yellow]still waiting:[/] {problem or 'unknown'}", highlight=False)
        raise typer.Exit(UNSENT)

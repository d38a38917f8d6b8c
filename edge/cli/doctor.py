"""`ngatu doctor`: is this machine fit for the agent, and what to do where it is not."""

import json
from dataclasses import asdict

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from edge.cli import exits
from edge.cli.options import AGENT_FOLDER, DataOption, JsonOption
from edge.health.check import Check, Verdict
from edge.health.doctor import examine, worst
from models.registry.resolve import resolve_model

COLOURS = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red"}


def doctor(
    *,
    data: DataOption = AGENT_FOLDER,
    as_json: JsonOption = False,
) -> None:
    """Check versions, codecs, execution providers, clock, disk and model; exit 1 where something cannot work."""
    checks = examine(data, lambda: resolve_model(None).file)
    if as_json:
        print(json.dumps([asdict(check) for check in checks], ensure_ascii=False))
    else:
        Console().print(_table(checks))
    if worst(checks) is Verdict.FAIL:
        raise typer.Exit(exits.NOT_FIT)


def _table(checks: list[Check]) -> Table:
    table = Table(title="ngatu doctor")
    for heading in ("thing", "verdict", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    for check in checks:
        table.add_row(
            check.name, f"[{COLOURS[check.verdict]}]{check.verdict}[/]", escape(check.found), escape(check.advice)
        )
    return table

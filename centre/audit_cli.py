"""The commands `ngatu audit …`: walk the log, and anchor how far it reaches."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from centre.console import DATA, Commands, DatabaseOption, DataOption, JsonOption, opened
from violations.audit.anchor import make_anchor, read_anchors
from violations.audit.log import head
from violations.audit.verify import Report, verify
from violations.evidence.keys import load_or_make_key, load_public_key
from violations.store.database import reading

NOT_WHOLE = 1
KEY_FILE = "centre.key"

audit_app = typer.Typer(cls=Commands, no_args_is_help=True, help="The append-only log of who looked at what.")
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(audit_app, name="audit")


@audit_app.command("verify")
def verify_(
    *,
    anchors: Annotated[Path | None, typer.Option(help="File of anchors kept elsewhere.")] = None,
    key: Annotated[list[Path] | None, typer.Option(help="Public key (PEM) whose anchors count; repeat it.")] = None,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Walk the whole log and find what was removed, changed or moved. Exit code 1 where something was.

    Without anchors nobody can tell whether its end was cut off, or all of it written anew.
    """
    known = read_anchors(anchors, [load_public_key(one) for one in key or ()]) if anchors else ()
    with opened(data, db) as engine:
        report = verify(engine, known)
    typer.echo(json.dumps(_document(report)) if as_json else _sentence(report, anchored=bool(known)))
    if report.faults:
        raise typer.Exit(NOT_WHOLE)


@audit_app.command()
def anchor(
    *,
    out: Annotated[Path | None, typer.Option(help="File to add the anchor to; without it, stdout.")] = None,
    key: Annotated[Path | None, typer.Option(help="Private key (PEM); without it the centre's own.")] = None,
    data: DataOption = DATA,
    db: DatabaseOption = None,
) -> None:
    """Sign how far the log reaches. Keep the line where the centre's administrators cannot change it.

    Another office countersigns with a key of its own: --key.
    """
    signer = load_or_make_key(key or data / KEY_FILE)
    with opened(data, db) as engine, reading(engine) as session:
        line = make_anchor(head(session), signer, datetime.now(UTC)).line()
    if out is None:
        typer.echo(line)
        return
    with out.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _document(report: Report) -> dict[str, object]:
    faults = [{"number": fault.number, "sentence": fault.sentence} for fault in report.faults]
    return {
        "whole": not report.faults,
        "entries": report.entries,
        "head": {"number": report.head.number, "hash": report.head.hash},
        "anchored": report.anchored,
        "faults": faults,
    }


def _sentence(report: Report, *, anchored: bool) -> str:
    if report.faults:
        lines = [f"  {fault.number}: {fault.sentence}" for fault in report.faults]
        return "\n".join([f"Nhật ký không nguyên vẹn · the log is not whole ({report.entries} entries):", *lines])
    reach = f", anchored up to {report.anchored}" if anchored else ", without anchors: its end is not proven"
    return f"Nhật ký nguyên vẹn · the log is whole: {report.entries} entries{reach}"

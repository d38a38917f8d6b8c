"""The commands `ngatu retention …`: what the centre keeps, for how long, what is held, and what goes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from centre.console import (
    DATA,
    Commands,
    DatabaseOption,
    DataOption,
    EvidenceOption,
    JsonOption,
    answer,
    console_name,
    opened,
)
from violations.accounts.caller import Caller
from violations.retention.purge import Purged, set_case_hold
from violations.retention.rules import load_centre_rules

group = typer.Typer(cls=Commands, no_args_is_help=True, help="What the centre keeps as evidence, and for how long.")
app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False)
app.add_typer(group, name="retention")

CaseArgument = Annotated[int, typer.Argument(help="The number of the case.", min=1)]
WhyOption = Annotated[str, typer.Option("--why", help="Why; it stands in the audit log.")]


@app.callback()
def retention() -> None:
    """What the centre keeps as evidence, and for how long."""


@group.command()
def purge(
    *,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    evidence: EvidenceOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; delete nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete the files of cases that came to their end and whose rule is past, and files no case ever named.

    Each with a receipt and an entry in the audit log. What is held, or of an open case, stays. A running centre does so
    by itself every day.
    """
    from centre.housekeeping import purger_of  # noqa: PLC0415 — pixels are a second of imports that --help need not wait for

    now = datetime.now(UTC)
    with opened(data, db) as engine:
        purger = purger_of(engine, data, evidence, load_centre_rules(data), console())
        _say(purger.plan(now) if dry_run else purger.purge(now), dry_run=dry_run, as_json=as_json)


@group.command()
def hold(case: CaseArgument, *, why: WhyOption, data: DataOption = DATA, db: DatabaseOption = None) -> None:
    """Forbid that the evidence of a case be purged, by whatever rule."""
    _set(case, held=True, why=why, data=data, db=db)


@group.command()
def release(case: CaseArgument, *, why: WhyOption, data: DataOption = DATA, db: DatabaseOption = None) -> None:
    """Take a hold back."""
    _set(case, held=False, why=why, data=data, db=db)


def console() -> Caller:
    return Caller(console_name(), frozenset(), None, "console")


def _set(case: int, *, held: bool, why: str, data: Path, db: str | None) -> None:
    with opened(data, db) as engine:
        set_case_hold(engine, console(), case, held=held, why=why, now=datetime.now(UTC))
    typer.echo(
        f"Hồ sơ {case}: {'đã giữ lại' if held else 'hết giữ'} · case {case}: {'held' if held else 'not held now'}"
    )


def _say(found: Purged, *, dry_run: bool, as_json: bool) -> None:
    cases = [
        {
            "case": one.ending.case_id,
            "ended": one.ending.how.value if one.ending.how else None,
            "rule": one.rule.name if one.rule else None,
            "due": one.due.isoformat() if one.due else None,
            "kept": one.kept.value if one.kept else None,
        }
        for one in found.verdicts
    ]
    counts = {"cases": found.cases, "files": found.files, "unattached": found.unattached, "bytes": found.size_bytes}
    vi, en = ("Sẽ xóa", "would be deleted") if dry_run else ("Đã xóa", "deleted")
    sentence = (
        f"{vi} · {en}: {found.files} files of {found.cases} cases and of none ({found.unattached}), "
        f"{found.size_bytes / 1e6:.1f} MB; {sum(one['kept'] is not None for one in cases)} ended cases keep theirs"
    )
    answer({"dry_run": dry_run, **counts, "ended": cases}, sentence, as_json=as_json)

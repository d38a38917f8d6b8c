"""The commands `ngatu backup`, `ngatu restore` and `ngatu db upgrade`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine

from centre.console import DATA, Commands, DatabaseOption, DataOption, EvidenceOption, JsonOption, answer, opened
from centre.serve import settle
from violations.audit.verify import verify
from violations.store.backup import EVIDENCE, back_up, count_evidence, read_manifest
from violations.store.database import open_database
from violations.store.evidence_bucket import open_place
from violations.store.evidence_place import EvidencePlace
from violations.store.grants import grant
from violations.store.restore import missing_evidence
from violations.store.restore import restore as put_back

NOT_WHOLE = 1

db_app = typer.Typer(cls=Commands, no_args_is_help=True, help="The database's tables and rights.")
app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False)
app.add_typer(db_app, name="db")

FolderArgument = Annotated[Path, typer.Argument(help="Folder of the backup.")]


@app.command()
def backup(
    folder: FolderArgument,
    *,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    evidence: EvidenceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy database, evidence and keys while the centre runs; an earlier backup in the folder is brought up to date.

    Repeat it every five minutes to lose no more than that: only new evidence is copied.
    """
    with opened(data, db) as engine:
        _shown(back_up(engine, data, folder, datetime.now(UTC), open_place(evidence, data / EVIDENCE)), "backup")
    made = read_manifest(folder)
    answer(
        {"folder": str(folder), "evidence_files": made.evidence_files, "kind": made.kind, "tables": made.tables},
        f"Đã sao lưu · backed up: {made.kind}, {made.evidence_files} files of evidence, in {folder}",
        as_json=as_json,
    )


@app.command()
def restore(
    folder: FolderArgument,
    *,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    evidence: EvidenceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup into an empty data folder (and an empty PostgreSQL database), then check all of it.

    Exit code 1 where something is not as it was: every file is hashed again, and the audit log is walked.
    """
    read_manifest(folder)
    with _no_empty_folder(data):
        settings = settle(data, db, "localhost", open_to_network=False)
        place = open_place(evidence, settings.data / EVIDENCE)
        _shown(put_back(folder, settings.data, settings.database_url, place), "restore")
    with opened(data, db) as engine:
        whole = _check(engine, settings.data, place, as_json=as_json)
    if not whole:
        raise typer.Exit(NOT_WHOLE)


@db_app.command()
def upgrade(
    db: Annotated[str, typer.Option("--db", help="Database URL of the tables' owner.")],
    *,
    app_role: Annotated[
        str | None, typer.Option("--app-role", help="PostgreSQL role of the running centre: gets its rights.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the tables up to date as their owner; the centre then runs under a role that cannot change what is kept."""
    engine = open_database(db)
    try:
        if app_role is not None:
            grant(engine, app_role)
    finally:
        engine.dispose()
    rights = f"; {app_role} may add to the audit log and the histories, and change neither" if app_role else ""
    answer({"upgraded": True, "app_role": app_role}, f"The tables are up to date{rights}.", as_json=as_json)


@contextmanager
def _no_empty_folder(data: Path) -> Iterator[None]:
    """What was refused leaves no folder that looks like the beginning of a centre."""
    made = not data.exists()
    try:
        yield
    except BaseException:
        if made:
            with suppress(OSError):  # it holds something, or is not there
                data.rmdir()
        raise


def _check(engine: Engine, data: Path, place: EvidencePlace, *, as_json: bool) -> bool:
    files, missing, log = count_evidence(engine), missing_evidence(engine, data, place), verify(engine)
    faults = [*(f"evidence {name}: its bytes are not there" for name in missing), *(f.sentence for f in log.faults)]
    document = {"evidence_files": files, "missing": missing, "audit_entries": log.entries, "faults": faults}
    if as_json:
        typer.echo(json.dumps(document))
    elif faults:
        typer.echo("\n".join(["Bản khôi phục không đầy đủ · the copy is not whole:", *faults]))
    else:
        typer.echo(
            f"Khôi phục xong · restored: {files} of {files} files, {log.entries} audit entries, all as they were."
        )
    return not faults


def _shown(steps: Iterator[tuple[int, int]], what: str) -> None:
    """On stderr: stdout stays data."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        for done, total in steps:
            progress.update(task, completed=done, total=total)

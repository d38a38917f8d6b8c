"""Backups: a snapshot of the database, the evidence it names, the key and the checkpoints, and a manifest with hashes.

A folder that already holds a backup of the same centre is brought up to date: evidence never changes, so only new files
are copied, and the snapshot is put in place when it is whole. A backup every few minutes is cheap that way.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Engine, Select, func, select, text

from violations.store import postgres_programs
from violations.store.database import reading
from violations.store.errors import BackupError, EvidenceDownError, EvidenceNotFoundError
from violations.store.evidence_place import EvidencePlace, FolderPlace
from violations.store.tables import EvidenceFileRow

MANIFEST = "backup.json"
EVIDENCE = "evidence"
KEPT = "kept"
KEPT_FILES = ("*.key", "*.pub", "ledgers/*.jsonl")
"""The centre's own small files in its data folder: its key, and the checkpoints of the devices' ledgers."""
PAGES_AT_ONCE = 2000


class Manifest(BaseModel):
    """What the folder holds; it is written last, so a folder without it holds no backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["ngatu-backup-1"] = "ngatu-backup-1"
    time: AwareDatetime
    kind: Literal["sqlite", "postgresql"]
    database: str = Field(description="File name of the snapshot.")
    database_sha256: str
    tables: str = Field(description="Table version of the snapshot.")
    evidence_files: int = Field(ge=0)
    kept: dict[str, str] = Field(description="SHA-256 of the centre's own small files, by path below kept/.")


def read_manifest(folder: Path) -> Manifest:
    """Raises BackupError where there is none."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise BackupError(f"backup {folder}: wanted {MANIFEST} as ngatu backup writes it, found none") from error


def back_up(
    engine: Engine, data: Path, folder: Path, now: datetime, place: EvidencePlace | None = None
) -> Iterator[tuple[int, int]]:
    """Make or renew the backup in `folder`; gives (files done, files in all) for a progress bar. Raises BackupError.

    The database first: every file it names was on the disk before its row was. What the centre purged since the last
    time goes from the backup too. place: where the evidence lies, by default in `data`.
    """
    _check_folder(folder)
    kind = engine.dialect.name
    snapshot = folder / ("ngatu.db" if kind == "sqlite" else "ngatu.dump")
    fresh = snapshot.with_name(f".{snapshot.name}.new")
    _snapshot(engine, fresh)
    names = _evidence_names(engine)
    for done, name in enumerate(names, 1):
        copy_evidence(place or FolderPlace(data / EVIDENCE), FolderPlace(folder / EVIDENCE), name)
        yield done, len(names)
    fresh.replace(snapshot)
    _forget_purged(engine, FolderPlace(folder / EVIDENCE))
    manifest = Manifest(
        time=now,
        kind="sqlite" if kind == "sqlite" else "postgresql",
        database=snapshot.name,
        database_sha256=sha256_of(snapshot),
        tables=_table_version(engine),
        evidence_files=len(names),
        kept=_copy_kept(data, folder / KEPT),
    )
    _write(folder / MANIFEST, manifest.model_dump_json(indent=2).encode())


def copy_evidence(source: EvidencePlace, target: FolderPlace, name: str) -> None:
    """One file of the shelf, hashed on its way; nothing where it is there already. Raises BackupError."""
    place = target.path_of(name)
    if place.exists():
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = place.with_name(f".{place.name}.half")
    copy_checked(source, half, name)
    half.replace(place)


def copy_checked(source: EvidencePlace, target: Path, name: str) -> None:
    """The bytes of `name` in a new file, synced. Raises BackupError with nothing left where they are others or none."""
    try:
        shutil.copyfile(source.local(name), target)
    except (OSError, EvidenceNotFoundError, EvidenceDownError) as error:
        target.unlink(missing_ok=True)
        raise BackupError(f"evidence {name}: wanted its bytes, found: {error}") from error
    found = sha256_of(target)
    if found != name:
        target.unlink()
        raise BackupError(f"evidence {name}: wanted bytes with this SHA-256, found {found}")
    _sync(target)


def _forget_purged(engine: Engine, backup: FolderPlace) -> None:
    """Retention holds for copies too."""
    with reading(engine) as session:
        for name in session.scalars(select(EvidenceFileRow.sha256).where(EvidenceFileRow.purged_at.is_not(None))):
            if backup.path_of(name).exists():
                backup.remove(name)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _check_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ours = (folder / MANIFEST).exists() or (folder / EVIDENCE).exists()
    if not ours and any(one for one in folder.iterdir() if not one.name.endswith(".new")):
        raise BackupError(f"backup {folder}: wanted an empty folder or an earlier backup, found other files")


def _snapshot(engine: Engine, file: Path) -> None:
    """SQLite's online backup or pg_dump: writers go on meanwhile, and the copy is of one moment."""
    file.unlink(missing_ok=True)
    if engine.dialect.name == "postgresql":
        postgres_programs.dump(engine.url, file)
    else:
        with closing(sqlite3.connect(str(engine.url.database))) as live, closing(sqlite3.connect(file)) as copy:
            live.backup(copy, pages=PAGES_AT_ONCE)
            # One file, readable wherever it is restored.
            copy.execute("PRAGMA journal_mode=DELETE")
    file.chmod(0o600)
    _sync(file)


def _evidence_names(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(kept_files().order_by(EvidenceFileRow.sha256)))


def kept_files() -> Select[str]:
    """Names of the files whose bytes must be there."""
    return select(EvidenceFileRow.sha256).where(EvidenceFileRow.purged_at.is_(None))


def count_evidence(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(kept_files().subquery())) or 0


def _table_version(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _copy_kept(data: Path, folder: Path) -> dict[str, str]:
    hashes = {}
    for path in sorted(path for pattern in KEPT_FILES for path in data.glob(pattern)):
        place = folder / path.relative_to(data)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(place, path.read_bytes())
        hashes[path.relative_to(data).as_posix()] = sha256_of(place)
    return hashes


def _write(path: Path, content: bytes) -> None:
    half = path.with_name(f".{path.name}.new")
    half.touch(mode=0o600)
    half.write_bytes(content)
    _sync(half)
    half.replace(path)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())

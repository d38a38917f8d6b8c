"""Puts a backup back: into an empty data folder, and into SQLite's file there or an empty PostgreSQL database."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, make_url

from violations.store import postgres_programs
from violations.store.backup import EVIDENCE, KEPT, Manifest, copy_checked, kept_files, read_manifest, sha256_of
from violations.store.database import open_database, reading
from violations.store.errors import BackupError, EvidenceNotFoundError
from violations.store.evidence_place import EvidencePlace, FolderPlace


def restore(folder: Path, data: Path, url: str, place: EvidencePlace | None = None) -> Iterator[tuple[int, int]]:
    """Gives (files done, files in all) for a progress bar. Raises BackupError and DatabaseError.

    place: where the evidence goes, by default into `data`. The evidence first, the database last: what was cut off in
    the middle has no database, and can be begun again.
    """
    manifest = read_manifest(folder)
    _check(folder, manifest, data, url)
    names = _names_in(folder / EVIDENCE)
    for done, name in enumerate(names, 1):
        _put_evidence(FolderPlace(folder / EVIDENCE), place or FolderPlace(data / EVIDENCE), name, data)
        yield done, len(names)
    for name, sha256 in manifest.kept.items():
        _put_kept(folder / KEPT / name, data / name, sha256)
    _put_database(folder / manifest.database, manifest.kind, url)


def missing_evidence(engine: Engine, data: Path, place: EvidencePlace | None = None) -> list[str]:
    """Every file that the database names and whose bytes are not there, or are others: each is read and hashed."""
    with reading(engine) as session:
        names = list(session.scalars(kept_files()))
    return [name for name in names if not _is_there(place or FolderPlace(data / EVIDENCE), name)]


def _is_there(place: EvidencePlace, name: str) -> bool:
    try:
        return sha256_of(place.local(name)) == name
    except (EvidenceNotFoundError, OSError):
        return False


def _put_evidence(backup: FolderPlace, place: EvidencePlace, name: str, data: Path) -> None:
    """One file, hashed on its way; nothing where it is there already. Raises BackupError."""
    if place.has(name, backup.path_of(name).stat().st_size):
        return
    incoming = data / EVIDENCE / "incoming"
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = incoming / f"{name}.restored"
    copy_checked(backup, half, name)
    place.take(half, name)


def _check(folder: Path, manifest: Manifest, data: Path, url: str) -> None:
    """Everything that can be wrong, before the first byte is written."""
    found = sha256_of(folder / manifest.database) if (folder / manifest.database).is_file() else "nothing"
    if found != manifest.database_sha256:
        raise BackupError(
            f"backup {folder}: wanted {manifest.database} with the SHA-256 of its manifest, found {found}"
        )
    address = make_url(url)
    if address.get_backend_name() != manifest.kind:
        raise BackupError(f"--db: wanted {manifest.kind}, which this backup is of, found {address.get_backend_name()}")
    if manifest.kind == "sqlite":
        if Path(str(address.database)).exists():
            raise BackupError(f"--data: wanted no database yet, found {address.database}")
    elif _has_tables(url):
        raise BackupError("--db: wanted an empty database, found one with tables")
    there = [name for name in manifest.kept if (data / name).exists() and sha256_of(data / name) != manifest.kept[name]]
    if there:
        raise BackupError(f"--data: wanted a folder without a centre's files, found another {there[0]} in {data}")


def _has_tables(url: str) -> bool:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def _names_in(shelf: Path) -> list[str]:
    return sorted(path.parent.name + path.name for path in shelf.glob("??/*") if not path.name.startswith("."))


def _put_kept(source: Path, target: Path, sha256: str) -> None:
    if not source.is_file() or sha256_of(source) != sha256:
        raise BackupError(f"backup: wanted {source} as its manifest says, found another or none")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(mode=0o644 if source.suffix == ".pub" else 0o600)
    target.write_bytes(source.read_bytes())


def _put_database(snapshot: Path, kind: str, url: str) -> None:
    """In place only when whole; then it is opened once, which brings its tables up to date."""
    if kind == "postgresql":
        postgres_programs.restore(snapshot, make_url(url))
    else:
        place = Path(str(make_url(url).database))
        half = place.with_name(f".{place.name}.half")
        shutil.copyfile(snapshot, half)
        half.chmod(0o600)
        with closing(sqlite3.connect(half)) as copy:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if said != "ok":
            half.unlink()
            raise BackupError(f"backup: wanted a whole SQLite database, found: {said}")
        half.replace(place)
    open_database(url).dispose()

"""The evidence shelf: files named by their SHA-256, on the disk before any event that names them is accepted.

DATA/evidence/ab/cdef…   the bytes, written once, never changed
DATA/evidence/incoming   uploads in progress; leftovers of a crash are harmless
"""

import os
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from violations.store.database import reading, writing
from violations.store.errors import EvidenceNotFoundError, FileTooLargeError, WrongHashError
from violations.store.records import EvidenceFile
from violations.store.scope import Districts, within
from violations.store.tables import CaseFileRow, CaseRow, EvidenceFileRow

MAX_FILE_BYTES = 64 * 1024 * 1024
BINARY = "application/octet-stream"
MEDIA_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/webp", "video/mp4", "video/x-matroska", "video/mp2t", "application/json", BINARY}
)
"""Types a browser may be told. Anything else is stored as BINARY, so that nobody can plant a page among the proofs."""


class EvidenceShelf:
    """The folder and its table. The folder is made, readable by its owner only; OSError where it cannot be."""

    def __init__(self, engine: Engine, root: Path, max_file_bytes: int = MAX_FILE_BYTES) -> None:
        self.engine = engine
        self.root = root
        self.incoming = root / "incoming"
        self.max_file_bytes = max_file_bytes
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)

    def receive(self, name: str) -> "Upload":
        """An upload that promises to have the SHA-256 `name` (64 lower-case hex digits)."""
        return Upload(self, name)

    def path_of(self, name: str) -> Path:
        return self.root / name[:2] / name[2:]

    def get(self, name: str, districts: Districts = None) -> tuple[EvidenceFile, Path]:
        """The file's facts and where its bytes are. Raises EvidenceNotFoundError.

        districts: only a file of a case in one of these; to others it does not exist. None for all files.
        """
        with reading(self.engine) as session:
            row = session.get(EvidenceFileRow, name)
            if row is not None and not _is_within(session, name, districts):
                row = None
            if row is None or not self._whole(row):
                found = "none" if row is None else "its row without its bytes"
                raise EvidenceNotFoundError(f"evidence: wanted the file {name}, found {found}")
            return EvidenceFile(row.sha256, row.size_bytes, row.media_type, row.stored_at), self.path_of(name)

    def size_of(self, name: str) -> int | None:
        """Size in bytes of a whole file; None of one that is not here."""
        with reading(self.engine) as session:
            return self.sizes(session, [name]).get(name)

    def sizes(self, session: Session, names: Collection[str]) -> dict[str, int]:
        """Size in bytes of those of `names` that are whole, in the table and on the disk."""
        rows = session.scalars(select(EvidenceFileRow).where(EvidenceFileRow.sha256.in_(names)))
        return {row.sha256: row.size_bytes for row in rows if self._whole(row)}

    def take(self, path: Path, name: str, media_type: str, now: datetime) -> bool:
        """Move a whole, synced file whose SHA-256 is `name` to its place and write its row; whether it is new."""
        place, size_bytes = self.path_of(name), path.stat().st_size
        if not place.parent.exists():
            place.parent.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(place.parent.parent)
        path.replace(place)
        _sync_folder(place.parent)
        return self.add(name, size_bytes, media_type, now)

    def add(self, name: str, size_bytes: int, media_type: str, now: datetime) -> bool:
        """Write the row of a file whose bytes are in place; whether it is new."""
        known_type = media_type if media_type in MEDIA_TYPES else BINARY
        row = EvidenceFileRow(sha256=name, size_bytes=size_bytes, media_type=known_type, stored_at=now)
        try:
            with writing(self.engine) as session:
                if session.get(EvidenceFileRow, name) is not None:
                    return False
                session.add(row)
        except IntegrityError:
            return False  # the same file arrived twice at once
        return True

    def _whole(self, row: EvidenceFileRow) -> bool:
        try:
            return self.path_of(row.sha256).stat().st_size == row.size_bytes
        except OSError:
            return False


class Upload:
    """Bytes on their way to the shelf. Left without `finish`, nothing of them stays."""

    def __init__(self, shelf: EvidenceShelf, name: str) -> None:
        self._shelf = shelf
        self._name = name
        self._hash = sha256()
        self._size_bytes = 0
        self._file = NamedTemporaryFile(dir=shelf.incoming, prefix=f"{name[:8]}-", delete=False)  # noqa: SIM115 — closed in __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        Path(self._file.name).unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Raises FileTooLargeError above the cap, OSError when the disk is full."""
        self._size_bytes += len(chunk)
        if self._size_bytes > self._shelf.max_file_bytes:
            raise FileTooLargeError(
                f"evidence {self._name}: wanted at most {self._shelf.max_file_bytes} bytes, found more"
            )
        self._hash.update(chunk)
        self._file.write(chunk)

    def finish(self, media_type: str, now: datetime) -> bool:
        """Put the bytes on the shelf for good, then write the row; whether the file is new.

        Raises WrongHashError. After a failed fsync (OSError) the bytes are dropped and the sender tries again.
        """
        found = self._hash.hexdigest()
        if found != self._name:
            raise WrongHashError(f"evidence: wanted bytes with SHA-256 {self._name}, found {found}")
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._shelf.take(Path(self._file.name), self._name, media_type, now)


def _is_within(session: Session, name: str, districts: Districts) -> bool:
    if districts is None:
        return True
    query = select(CaseFileRow.case_id).join(CaseRow, CaseRow.id == CaseFileRow.case_id).limit(1)
    query = query.where(CaseFileRow.sha256 == name, within(CaseRow.district, districts))
    return session.scalar(query) is not None


def _sync_folder(folder: Path) -> None:
    """A renamed file survives a power cut only once its folder is on the disk too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

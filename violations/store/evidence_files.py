"""The evidence shelf: files named by their SHA-256, kept for good before any event that names them is accepted.

DATA/evidence/ab/cdef…   the bytes, written once, never changed; or in a bucket (`evidence_bucket`)
DATA/evidence/incoming   uploads in progress; leftovers of a crash are harmless
"""

import os
import time
from collections.abc import Collection, Iterable
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
from violations.store.evidence_place import EvidencePlace, FolderPlace
from violations.store.records import EvidenceFile
from violations.store.scope import Districts, within
from violations.store.tables import CaseFileRow, CaseRow, EvidenceFileRow

MAX_FILE_BYTES = 64 * 1024 * 1024
BINARY = "application/octet-stream"
MEDIA_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/webp", "video/mp4", "video/x-matroska", "video/mp2t", "application/json", BINARY}
)
"""Types a browser may be told. Anything else is stored as BINARY, so that nobody can plant a page among the proofs."""


REMEMBERED_S = 60.0
MOST_REMEMBERED = 10_000


class EvidenceShelf:
    """The place of the bytes and their table. root: a folder of its own, made readable by its owner only (OSError where
    it cannot be): what arrives lies there, and the files themselves unless `place` is elsewhere."""

    def __init__(
        self, engine: Engine, root: Path, max_file_bytes: int = MAX_FILE_BYTES, place: EvidencePlace | None = None
    ) -> None:
        self.engine = engine
        self.root = root
        self._place = place or FolderPlace(root)
        self.incoming = root / "incoming"
        self.max_file_bytes = max_file_bytes
        self._facts: dict[str, tuple[float, EvidenceFile]] = {}
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)

    def receive(self, name: str) -> "Upload":
        """An upload that promises to have the SHA-256 `name` (64 lower-case hex digits)."""
        return Upload(self, name)

    def path_of(self, name: str) -> Path:
        """Where the bytes lie as long as they are kept in the folder."""
        return FolderPlace(self.root).path_of(name)

    def get(self, name: str, districts: Districts = None) -> tuple[EvidenceFile, Path]:
        """The file's facts and where its bytes are. Raises EvidenceNotFoundError.

        districts: only a file of a case in one of these; to others it does not exist. None for all files.
        """
        known = self._remembered(name) if districts is None else None
        if known is not None and self._place.has(name, known.size_bytes):
            return known, self._place.local(name)
        with reading(self.engine) as session:
            row = session.get(EvidenceFileRow, name)
            if row is not None and not _is_within(session, name, districts):
                row = None
        if row is None or not self._whole(row):
            raise EvidenceNotFoundError(f"evidence: wanted the file {name}, found {_why_none(row)}")
        file = EvidenceFile(row.sha256, row.size_bytes, row.media_type, row.stored_at)
        self._remember(file)
        return file, self._place.local(name)

    def _remembered(self, name: str) -> EvidenceFile | None:
        """A row never changes until its file is purged; another process may have done that within REMEMBERED_S."""
        at_s, file = self._facts.get(name, (0.0, None))
        return file if file is not None and time.monotonic() - at_s < REMEMBERED_S else None

    def _remember(self, file: EvidenceFile) -> None:
        if len(self._facts) >= MOST_REMEMBERED:
            self._facts.clear()
        self._facts[file.sha256] = (time.monotonic(), file)

    def local(self, name: str) -> Path:
        """Where the bytes of a stored file are, for reading soon. Raises EvidenceNotFoundError."""
        return self._place.local(name)

    def size_of(self, name: str) -> int | None:
        """Size in bytes of a whole file; None of one that is not here."""
        with reading(self.engine) as session:
            return self.sizes(session, [name]).get(name)

    def ask_ahead(self, files: Iterable[tuple[str, int]]) -> None:
        """Have the place say now whether it has these (name, size in bytes): one on another machine remembers its
        answer, so that nobody waits for it inside a transaction. Raises EvidenceDownError."""
        for name, size_bytes in files:
            self._place.has(name, size_bytes)

    def sizes(self, session: Session, names: Collection[str]) -> dict[str, int]:
        """Size in bytes of those of `names` that are whole, in the table and in their place."""
        rows = session.scalars(select(EvidenceFileRow).where(EvidenceFileRow.sha256.in_(names)))
        return {row.sha256: row.size_bytes for row in rows if self._whole(row)}

    def take(self, path: Path, name: str, media_type: str, now: datetime) -> bool:
        """Move a whole, synced file whose SHA-256 is `name` to its place and write its row; whether it is new."""
        size_bytes = path.stat().st_size
        self._place.take(path, name)
        return self.add(name, size_bytes, media_type, now)

    def add(self, name: str, size_bytes: int, media_type: str, now: datetime) -> bool:
        """Write the row of a file whose bytes are in place; whether it is new. One that was purged may come again."""
        known_type = media_type if media_type in MEDIA_TYPES else BINARY
        row = EvidenceFileRow(sha256=name, size_bytes=size_bytes, media_type=known_type, stored_at=now, purged_at=None)
        try:
            with writing(self.engine) as session:
                known = session.get(EvidenceFileRow, name)
                if known is not None and known.purged_at is None:
                    return False
                session.merge(row)
        except IntegrityError:
            return False  # the same file arrived twice at once
        return True

    def _whole(self, row: EvidenceFileRow) -> bool:
        return row.purged_at is None and self._place.has(row.sha256, row.size_bytes)

    def remove(self, name: str) -> bool:
        """Delete the bytes of a file whose row says that it was purged; whether they were there."""
        self._facts.pop(name, None)
        return self._place.remove(name)


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
            raise FileTooLargeError(self._name, self._shelf.max_file_bytes)
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


def _why_none(row: EvidenceFileRow | None) -> str:
    if row is None:
        return "none"
    if row.purged_at is not None:
        return f"that it was deleted on {row.purged_at:%d/%m/%Y} as the rules of retention say"
    return "its row without its bytes"

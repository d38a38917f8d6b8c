"""Files that arrive in pieces: what is here stays when the line breaks, and the next piece goes on from there.

DATA/evidence/incoming/SHA256.SENDER.part, one for each sender, so that nobody spoils another's. Not synced: a part that
a power cut shortened only goes on from an earlier byte, and the whole is hashed in the end.
"""

import fcntl
import os
import time
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from violations.store.errors import FileTooLargeError, UploadOffsetError, WrongHashError
from violations.store.evidence_files import EvidenceShelf

FORGOTTEN_AFTER_S = 7 * 24 * 3600.0


def received_bytes(shelf: EvidenceShelf, name: str, sender: str) -> int:
    """How much of the file this sender has sent; 0 of one never begun."""
    try:
        return _path(shelf, name, sender).stat().st_size
    except FileNotFoundError:
        return 0


def forget_old_parts(shelf: EvidenceShelf) -> None:
    """Remove what lay untouched for a week: its sender has given up. By file times, which only this machine writes."""
    for path in shelf.incoming.iterdir():
        if time.time() - path.stat().st_mtime > FORGOTTEN_AFTER_S:
            path.unlink(missing_ok=True)


class Piece:
    """The next piece of a file, locked while it is written. What arrived before a break stays.

    Raises UploadOffsetError where it does not begin at the part's end, and BlockingIOError (an OSError) while another
    request of the same sender writes.
    """

    def __init__(self, shelf: EvidenceShelf, name: str, sender: str, offset_bytes: int) -> None:
        self._shelf = shelf
        self._name = name
        self._path = _path(shelf, name, sender)
        self._file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "ab", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._size_bytes = os.fstat(self._file.fileno()).st_size
            self._check_offset(offset_bytes)
        except BaseException:
            self._file.close()
            raise

    def _check_offset(self, offset_bytes: int) -> None:
        if self._size_bytes != offset_bytes:
            raise UploadOffsetError(self._name, self._size_bytes, offset_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, chunk: bytes, length_bytes: int) -> None:
        """Raises FileTooLargeError beyond the whole file's length or the cap, OSError when the disk is full."""
        most = min(length_bytes, self._shelf.max_file_bytes)
        if self._size_bytes + len(chunk) > most:
            raise FileTooLargeError(self._name, most)
        left = memoryview(chunk)
        while left:
            left = left[self._file.write(left) :]
        self._size_bytes += len(chunk)

    def finish(self, length_bytes: int, media_type: str, now: datetime) -> int | None:
        """The bytes that are here; None when that is all of them and the file is on the shelf.

        Raises WrongHashError, and drops the part, when all of it is not what its name promises.
        """
        if self._size_bytes < length_bytes:
            return self._size_bytes
        with self._path.open("rb") as whole:
            found = file_digest(whole, "sha256").hexdigest()
        if found != self._name:
            self._path.unlink()
            raise WrongHashError(f"evidence: wanted bytes with SHA-256 {self._name}, found {found}")
        os.fsync(self._file.fileno())
        self._shelf.take(self._path, self._name, media_type, now)
        return None


def _path(shelf: EvidenceShelf, name: str, sender: str) -> Path:
    return shelf.incoming / f"{name}.{sha256(sender.encode()).hexdigest()[:16]}.part"

"""Writes that have reached the disk when they return, and what their failures mean."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from violations.errors import EvidenceBroken, EvidenceError

CHUNK_BYTES = 1 << 20
FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def speaking_of(what: str) -> Iterator[None]:
    """Turn an OSError of the body into an EvidenceError about `what`."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise EvidenceError(f"{what}: no room left on the disk; nothing of it was kept") from error
        raise EvidenceError(f"{what}: {error}") from error


def write_synced(target: Path, source: bytes | Path) -> tuple[str, int]:
    """Write a new file through to the disk. (SHA-256, size) of the bytes that were written. Raises OSError."""
    digest = hashlib.sha256()
    size = 0
    with target.open("xb") as file:
        for chunk in _chunks(source):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        sync_handle(file.fileno(), target)
    return digest.hexdigest(), size


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync_handle(handle, folder)
    finally:
        os.close(handle)


def sync_handle(handle: int, path: Path) -> None:
    """Raise EvidenceBroken when the disk cannot keep what was written, OSError when it was only full."""
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems find out only now that there is no room: that is full, not broken.
        if error.errno in FULL:
            raise
        raise EvidenceBroken(f"{path}: the disk failed to keep it ({error}); the process must stop") from error


def _chunks(source: bytes | Path) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk

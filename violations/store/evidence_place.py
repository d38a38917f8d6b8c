"""Where the bytes of evidence lie: the narrow port of the shelf, and the ordinary place, a folder."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from violations.store.errors import EvidenceNotFoundError


class EvidencePlace(Protocol):
    """Keeps whole files under their SHA-256. Each method may raise EvidenceDownError: the place does not answer."""

    def take(self, path: Path, name: str) -> None:
        """Move a whole, synced file whose SHA-256 is `name` in; when this returns it is kept for good. OSError."""

    def has(self, name: str, size_bytes: int) -> bool:
        """Whether it is here, whole."""

    def local(self, name: str) -> Path:
        """A file with those very bytes on this machine, for reading soon. Raises EvidenceNotFoundError."""

    def remove(self, name: str) -> bool:
        """Delete it for good; whether it was here."""


class FolderPlace:
    """ROOT/ab/cdef…: the bytes, written once, never changed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path_of(self, name: str) -> Path:
        return self._root / name[:2] / name[2:]

    def take(self, path: Path, name: str) -> None:
        place = self.path_of(name)
        if not place.parent.exists():
            place.parent.mkdir(mode=0o700, exist_ok=True)
            sync_folder(place.parent.parent)
        path.replace(place)
        sync_folder(place.parent)

    def has(self, name: str, size_bytes: int) -> bool:
        try:
            return self.path_of(name).stat().st_size == size_bytes
        except OSError:
            return False

    def local(self, name: str) -> Path:
        path = self.path_of(name)
        if not path.is_file():
            raise EvidenceNotFoundError(f"evidence: wanted the file {name}, found no bytes of it in {self._root}")
        return path

    def remove(self, name: str) -> bool:
        path = self.path_of(name)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        sync_folder(path.parent)
        with suppress(OSError):  # others lie there still
            path.parent.rmdir()
        return True


def sync_folder(folder: Path) -> None:
    """A renamed file survives a power cut only once its folder is on the disk too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

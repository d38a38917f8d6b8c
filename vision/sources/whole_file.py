"""A file appears under its name when it is complete, or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vision.errors import SourceError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary name in the same folder; on success flush it to the disk and rename it to `path`, on any
    failure remove it. SourceError when the folder is absent."""
    if not path.parent.is_dir():
        raise SourceError(f"{path}: wanted a folder to write into, found no {path.parent}")
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        yield partial
        _flush(partial)
        partial.replace(path)
        _flush(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

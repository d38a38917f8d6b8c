"""Files that appear whole or not at all: written beside their place, then renamed into it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signals.report.errors import OutputError
from signals.sentences import said


def write_whole(place: Path, data: bytes) -> None:
    """Replace the file at `place`. Raises OutputError with nothing written."""
    with whole_file(place) as file:
        file.write_bytes(data)


@contextmanager
def whole_file(place: Path) -> Iterator[Path]:
    """A file to write into; at the block's good end it stands at `place`, otherwise it is gone. Raises OutputError."""
    if place.is_dir():
        raise OutputError(place, said("wanted a file to write, found a folder"))
    with _beside(place) as folder:
        file = folder / place.name
        yield file
        file.replace(place)


@contextmanager
def whole_folder(place: Path) -> Iterator[Path]:
    """A folder to fill; at the block's good end it stands at `place`, new or empty before. Raises OutputError."""
    if place.exists() and not (place.is_dir() and not any(place.iterdir())):
        raise OutputError(place, said("wanted a new or empty folder, found something there; nothing was written"))
    with _beside(place) as folder:
        filled = folder / place.name
        filled.mkdir()
        yield filled
        # rename(2) replaces an empty folder, and refuses one that somebody filled meanwhile.
        filled.replace(place)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """A scratch folder on the same disk, so that the rename is one step."""
    if not place.name:
        raise OutputError(place, said("wanted the name of a file or folder, found none"))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    except OSError as error:
        raise OutputError(place, said("cannot be written ({why})", why=error.strerror)) from error
    try:
        yield scratch
    except OSError as error:
        raise OutputError(
            place, said("cannot be written ({why})", why=error.strerror or os.strerror(error.errno or 0))
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)

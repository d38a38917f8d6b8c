"""An exported zip that was damaged: evidence that differs, where a file that never was one is bad input."""

import os
import zipfile
import zlib
from pathlib import Path

from violations.errors import EvidenceError
from violations.evidence.difference import Difference
from violations.evidence.verify import MANIFEST

ENDS_BYTES = 1 << 16
NAMES = (b"package/", MANIFEST.encode())
"""Every export names them at its beginning and again at its end."""
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def damage(path: Path, error: EvidenceError) -> Difference | None:
    """What was found damaged in an export; None where the file is no export, or `error` is of another kind."""
    if not isinstance(error.__cause__, DAMAGE) or not _was_export(path):
        return None
    return Difference(path.name, "a zip as it was exported", str(error.__cause__))


def _was_export(path: Path) -> bool:
    with path.open("rb") as file:
        begins = file.read(ENDS_BYTES)
        file.seek(max(0, path.stat().st_size - ENDS_BYTES), os.SEEK_SET)
        ends = file.read()
    return any(all(name in part for name in NAMES) for part in (begins, ends))

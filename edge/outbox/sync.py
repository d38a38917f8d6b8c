"""Makes a new or renamed name in a folder survive a power cut."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """fsync the folder itself. Raises OSError; the caller must treat that as fatal."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

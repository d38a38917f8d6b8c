"""A little room kept back on the disk for the writes that make room."""

import os
from pathlib import Path


class Reserve:
    """A file of `size_bytes` beside the outbox, given up when the disk is full so that answered rows can leave.

    It must hold the whole write-ahead log (LOG_PAGES of the schema), which has to be folded back before its space
    can be used again. Where there is no room for the reserve itself, the outbox works without.
    """

    def __init__(self, file: Path, size_bytes: int) -> None:
        self._file = file
        self._size_bytes = size_bytes

    def keep(self) -> None:
        """Take the room, unless it is taken already or there is none."""
        if self._file.exists():
            return
        try:
            with self._file.open("xb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size_bytes)
        except OSError:
            self.give_up()

    def give_up(self) -> bool:
        """Hand the room to whoever writes next. False when there was none."""
        found = self._file.exists()
        self._file.unlink(missing_ok=True)
        return found

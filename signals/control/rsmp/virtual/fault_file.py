"""The file of faults of a running virtual controller: read again whenever somebody has written to it."""

import logging
from pathlib import Path

from signals.control.rsmp.virtual.works import Works
from signals.control.virtual.errors import FaultFileError
from signals.control.virtual.faults import Faults

log = logging.getLogger(__name__)


class FaultFile:
    """Raises FaultFileError or OSError at once for a file that cannot be used."""

    def __init__(self, file: Path, works: Works) -> None:
        self._file, self._works = file, works
        self._written_ns = file.stat().st_mtime_ns
        self._take()

    def look(self) -> None:
        """What cannot be read later is told in the log, once, and what was broken before stays so."""
        try:
            written_ns = self._file.stat().st_mtime_ns
            if written_ns != self._written_ns:
                self._written_ns = written_ns
                self._take()
        except (FaultFileError, OSError) as error:
            log.warning("the faults stay as they were: %s", error)

    def _take(self) -> None:
        layout = self._works.layout
        self._works.faults = Faults.read(self._file, layout.groups, layout.detectors)

"""The audit of writes to controllers as a file: one JSON object a line, on the disk before the write goes out."""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from signals.control.two_step import Audit, Step


def audit_into(file: Path) -> Audit:
    """Raises OSError, from each step too, where the file cannot be written: then nothing is sent."""
    file.touch()

    def note(step: Step) -> None:
        line = {"utc": datetime.now(UTC).isoformat(timespec="milliseconds")} | asdict(step)
        with file.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(line, ensure_ascii=False) + "\n")
            opened.flush()
            os.fsync(opened.fileno())

    return note

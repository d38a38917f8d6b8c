"""What goes into the outbox and what comes out of it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OutboxMedia:
    """A file that must be at the centre before the event that names it. The outbox never deletes the file itself."""

    sha256: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One event that waits. envelope: its JSON exactly as it will travel. media: SHA-256 of the files it names."""

    id: str
    envelope: str
    media: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """An event the centre will never take, kept aside. refused_at: aware UTC, ISO 8601, a label for people."""

    id: str
    envelope: str
    reason: str
    refused_at: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A damaged database was renamed, not deleted, and a new one begun."""

    file: Path
    problem: str

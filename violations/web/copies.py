"""Copies of evidence that may leave the desk. Who makes them may touch pixels; this room may not, and asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from violations.store.records import CaseRecord


@dataclass(frozen=True, slots=True)
class MaskedPicture:
    """A picture on which everybody but the accused is made unrecognisable; `shows` as in a finding's media."""

    shows: str
    url: str


Masked = Callable[[CaseRecord], Sequence[MaskedPicture]]
"""The masked pictures of a case; none where none could be made. Unmasked ones are never shown to citizens."""
Export = Callable[[CaseRecord], Path]
"""The masked zip of a case. Raises EvidenceNotFoundError, and EvidenceError where none can be made."""


@dataclass(frozen=True, slots=True)
class Copies:
    pictures: Masked
    export: Export

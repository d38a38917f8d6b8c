"""One entry of the audit log and its hash. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from violations.evidence.canonical import canonical_json

Detail = str | int | bool | None | Sequence[str]
BEGINNING = "0" * 64
"""What the first entry names as the hash before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`number` counts from 1 without a gap; `previous` is the hash of the entry before, BEGINNING for the first.

    `subject` is what was looked at or changed, such as case/12 or user/lan.
    """

    number: int
    at: datetime
    who: str
    roles: str
    address: str
    action: str
    subject: str
    details: Mapping[str, Detail]
    previous: str

    def hash(self) -> str:
        """SHA-256 of the canonical JSON (RFC 8785) of all fields, in lower-case hex."""
        claim = {
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "who": self.who,
            "roles": self.roles,
            "address": self.address,
            "action": self.action,
            "subject": self.subject,
            "details": dict(self.details),
            "previous": self.previous,
        }
        return sha256(canonical_json(claim)).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry's number and hash; they stand for every entry before it."""

    number: int
    hash: str


EMPTY = Head(0, BEGINNING)

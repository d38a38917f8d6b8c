"""Everything `violations.rules`, `evidence` and `law` raise on purpose; the servers' families hang below the same root.

ViolationsError
├── EvidenceError        a package that cannot be written or read; nothing half-written stays behind
│   └── EvidenceBroken   the disk failed while proof was being written: end the process, never go on
└── LawError             the catalogue of fines is wrong or was asked a wrong question
"""


class ViolationsError(Exception):
    """A fault with a sentence for the user: the thing, the wanted, the found."""


class EvidenceError(ViolationsError):
    """The evidence package could not be written or read."""


class EvidenceBroken(EvidenceError):  # noqa: N818 — it names the state the caller must handle, not a mistake
    """An fsync failed: nobody knows what the disk holds, so the process must end."""


class LawError(ViolationsError):
    """The catalogue of fines is wrong, or the question put to it is."""

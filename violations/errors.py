"""Everything `violations.rules`, `evidence` and `law` raise on purpose; the servers' families hang below the same root.

ViolationsError
├── EvidenceError        a package that cannot be written or read; nothing half-written stays behind
│   ├── EvidenceBroken   the disk failed while proof was being written: end the process, never go on
│   ├── LedgerContradiction  a device's ledger is not the one that was vouched for
│   ├── RetentionFileError   a file of rules of retention that is wrong; carries file and line
│   └── EvidenceKeyError a key file that is missing, unreadable, open to others, or no Ed25519 key
└── LawError             the law's data are wrong or were asked a wrong question
    └── LawFileError     a file of the law's data that is wrong; carries file and line
"""

from vision.errors import FileAndLineError


class ViolationsError(Exception):
    """A fault with a sentence for the user: the thing, the wanted, the found."""


class EvidenceError(ViolationsError):
    """The evidence package could not be written or read."""


class EvidenceBroken(EvidenceError):  # noqa: N818 — it names the state the caller must handle, not a mistake
    """An fsync failed: nobody knows what the disk holds, so the process must end."""


class LedgerContradiction(EvidenceError):  # noqa: N818 — it names what was found, not a mistake of the caller's
    """Lines of a ledger that are not the device's, do not follow what was vouched for, or are other ones."""


class EvidenceKeyError(EvidenceError):
    """A key file is missing, unreadable, open to others, or holds no key we sign with."""


class RetentionFileError(FileAndLineError, EvidenceError):
    """A file of rules of retention is wrong."""


class LawError(ViolationsError):
    """The law's data are wrong, or the question put to them is."""


class LawFileError(FileAndLineError, LawError):
    """A file of the law's data is wrong."""

"""Everything `violations.audit` raises on purpose.

ViolationsError
└── AuditError          an entry that cannot be written
    └── AnchorError     a file of anchors, or a key for them, that cannot be used
"""

from violations.errors import ViolationsError


class AuditError(ViolationsError):
    """A fault of the audit log."""


class AnchorError(AuditError):
    """Anchors cannot be read or signed."""

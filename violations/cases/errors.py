"""Everything `violations.cases` raises on purpose.

ViolationsError
└── CaseError               a step of a case that cannot be taken
    ├── WrongStateError     the case is not in a state from which the verdict leads anywhere
    ├── WrongRoleError      the verdict exists, but this role may not give it
    └── ReasonError         the reason is missing, unknown or needs words
"""

from violations.errors import ViolationsError


class CaseError(ViolationsError):
    """A step of a case that cannot be taken."""


class WrongStateError(CaseError):
    """No move leads out of this state with this verdict."""


class WrongRoleError(CaseError):
    """The move exists, but not for this role."""


class ReasonError(CaseError):
    """A verdict without the reason it needs."""

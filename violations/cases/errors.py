"""Everything `violations.cases` raises on purpose.

ViolationsError
├── CaseError               a step of a case that cannot be taken
│   ├── WrongStateError     the case is not in a state from which the step leads anywhere
│   │   ├── LockedError     somebody else is looking at it, or the caller's own lock has run out
│   │   ├── ClockError      the law's time for it is over, or not known
│   │   └── LackingError    the case lacks what the step needs: a plate, an amount of the law
│   ├── WrongRoleError      the step exists, but this role may not take it
│   │   └── OwnWorkError    nobody judges what they themselves wrote or judged before
│   └── ReasonError         the reason is missing, unknown or needs words
└── DeskRulesError          the office's own rules for its desk are wrong
"""

from violations.errors import ViolationsError


class CaseError(ViolationsError):
    """A step of a case that cannot be taken. why: the refusal's name, a translation key; empty without one."""

    why: str = ""


class WrongStateError(CaseError):
    """No move leads out of this state with this step."""


class LockedError(WrongStateError):
    """The case is in other hands, or no longer in these."""


class ClockError(WrongStateError):
    """The law's time for this step is over, has not come, or is not known."""


class WrongRoleError(CaseError):
    """The move exists, but not for this role or office."""


class OwnWorkError(WrongRoleError):
    """Nobody judges what they themselves wrote or judged before."""


class ReasonError(CaseError):
    """A step without the reason it needs."""


class LackingError(WrongStateError):
    """The case lacks what the step needs."""


class DeskRulesError(ViolationsError):
    """The office's rules for its desk are wrong: which key, what was wanted and found."""

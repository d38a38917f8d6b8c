"""Where a case can stand, who can move it, and what a person can say of it. Names only; the moves are in `moves`."""

from dataclasses import dataclass
from enum import StrEnum


class CaseState(StrEnum):
    """DETECTED is what a camera claims; nothing is an offence before a person said so.

    NEEDS_ANOTHER_LOOK waits for somebody who has not looked yet. CLOSED and EXPIRED are the ends.
    """

    DETECTED = "detected"
    IN_REVIEW = "in_review"
    NEEDS_ANOTHER_LOOK = "needs_another_look"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IDENTIFIED = "identified"
    NOTIFIED = "notified"
    MINUTES = "minutes"
    PAID = "paid"
    APPEALED = "appealed"
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    EXPIRED = "expired"


class Verdict(StrEnum):
    """What one look ends with. ANOTHER_LOOK: the reviewer is not sure and wants somebody else to see it."""

    ACCEPT = "accept"
    REJECT = "reject"
    ANOTHER_LOOK = "another_look"


class Role(StrEnum):
    """The roles of accounts, and three that no account has: an agent, a citizen at their own case, and the centre."""

    VIEWER = "viewer"
    ENGINEER = "engineer"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMIN = "admin"
    DEVICE = "device"
    CITIZEN = "citizen"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step. office: their name in the law's powers, under which they decide fines; None without one."""

    name: str
    role: Role
    office: str | None = None


FIRST_STATE = CaseState.DETECTED
WAITING = (CaseState.DETECTED, CaseState.IN_REVIEW, CaseState.NEEDS_ANOTHER_LOOK)
"""The states in which a case waits for a verdict."""

"""Who asks: the one value that routes, pages, the audit log and the state machine are given."""

from dataclasses import dataclass

from violations.accounts.errors import NotAllowedError
from violations.cases.states import Actor, Role
from violations.store.scope import Districts

PERSON_ROLES = (Role.VIEWER, Role.ENGINEER, Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN)
"""What an account of a person may be given, the least first."""

LOCAL_NAME = "local"
NOBODY_NAME = "-"


@dataclass(frozen=True, slots=True)
class Caller:
    """`districts` None: all of them. `office`: under which the person decides fines, None for none.

    `device`: the name of the agent, None for people. `local`: nobody proved anything, because there are no accounts and
    the centre listens to this machine only. `address`: where the request came from, for the audit log.
    """

    name: str
    roles: frozenset[Role]
    districts: Districts
    address: str
    office: str | None = None
    device: str | None = None
    local: bool = False

    @property
    def signed_in(self) -> bool:
        return bool(self.roles)

    def may(self, *roles: Role) -> bool:
        """Whether the caller holds one of these."""
        return not self.roles.isdisjoint(roles)

    def actor(self, role: Role) -> Actor:
        """The caller as somebody who takes a step in this role. Raises NotAllowedError without it."""
        if role not in self.roles:
            raise NotAllowedError(f"{self.name}: wanted the role {role}, found {said(self.roles)}")
        return Actor(self.name, role, self.office)


def said(roles: frozenset[Role]) -> str:
    """Roles for a sentence."""
    return ", ".join(sorted(roles)) or "none"


def local_caller(address: str) -> Caller:
    """Whoever sits at this machine while there are no accounts: everything a person or an agent may do."""
    return Caller(LOCAL_NAME, frozenset((*PERSON_ROLES, Role.DEVICE)), None, address, local=True)


def nobody(address: str) -> Caller:
    """A visitor of a public route."""
    return Caller(NOBODY_NAME, frozenset(), frozenset(), address)

"""What an administrator typed into the form of an account, and the first thing wrong with it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from violations.accounts.caller import PERSON_ROLES
from violations.accounts.errors import (
    AccountChangedError,
    AccountError,
    AccountExistsError,
    AccountValueError,
    OwnAccountError,
)
from violations.accounts.users import Rights, User
from violations.cases.states import Role

TYPED_MAX = 2000
BETWEEN = re.compile(r"[,;\s]+")


@dataclass(frozen=True, slots=True)
class TypedAccount:
    """`districts` as typed, with commas or spaces between them; `everywhere`: every district."""

    name: str
    roles: tuple[Role, ...]
    districts: str
    everywhere: bool
    office: str
    seen: str = ""
    """The version of the account that the form was filled in from; empty for a new one."""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> "TypedAccount":
        return cls(
            name=fields.get("name", "").strip()[:TYPED_MAX],
            roles=tuple(role for role in PERSON_ROLES if f"role_{role}" in fields),
            districts=fields.get("districts", "").strip()[:TYPED_MAX],
            everywhere="everywhere" in fields,
            office=fields.get("office", ""),
            seen=fields.get("version", ""),
        )

    @classmethod
    def of(cls, user: User) -> "TypedAccount":
        roles = tuple(role for role in PERSON_ROLES if role in user.roles)
        places = ", ".join(sorted(user.districts or ()))
        return cls(user.name, roles, places, user.districts is None, user.office or "")

    def problem(self) -> str | None:
        """The text key under `users.wrong`; None where the rights can be made."""
        if not self.roles:
            return "roles"
        if self.everywhere == bool(self.districts):
            return "places"
        return None

    def rights(self) -> Rights:
        """Only after `problem()` is None."""
        places = None if self.everywhere else frozenset(filter(None, BETWEEN.split(self.districts)))
        return Rights(frozenset(self.roles), places, self.office or None)


def problem_of(error: AccountError) -> str:
    """The text key under `users.wrong` for what the accounts refused."""
    if isinstance(error, AccountValueError):
        return error.why
    if isinstance(error, AccountChangedError):
        return "changed"
    if isinstance(error, AccountExistsError):
        return "exists"
    return "own" if isinstance(error, OwnAccountError) else "value"

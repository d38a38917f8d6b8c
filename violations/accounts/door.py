"""The door: from what a request carries (cookie, token, address) to who asks, and how often they may."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from violations.accounts.caller import Caller, local_caller, nobody
from violations.accounts.devices import Device, device_of_token
from violations.accounts.errors import NotSignedInError
from violations.accounts.rates import Buckets, Rate
from violations.accounts.remembered import Remembered
from violations.accounts.sessions import user_of_session
from violations.accounts.users import User, any_user
from violations.cases.states import Role
from violations.store.database import reading

OF_ACCOUNTS = Rate(per_s=50, burst=300)
OF_VISITORS = Rate(per_s=10, burst=100)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What came with a request. `forwarded`: a proxy says that it only passes it on."""

    cookie: str | None
    token: str | None
    address: str
    forwarded: bool = False


class Door:
    """`local`: the centre listens to this machine only, so without accounts whoever is here may do everything."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], *, local: bool) -> None:
        self.engine = engine
        self.now = now
        self._local = local
        self._accounts = False
        self._buckets = Buckets()
        self._known: Remembered[User | Device] = Remembered(engine)

    def has_accounts(self) -> bool:
        """Once there was one there always is: accounts are disabled, never deleted."""
        if not self._accounts:
            with reading(self.engine) as session:
                self._accounts = any_user(session)
        return self._accounts

    def is_local(self) -> bool:
        """Local mode: no accounts yet, and nobody but this machine can reach us."""
        return self._local and not self.has_accounts()

    def caller(self, given: Credentials) -> Caller:
        """Who asks; `nobody` without credentials. Raises NotSignedInError for a token that is none of ours."""
        if self.is_local() and not given.forwarded:
            return local_caller(given.address)
        now, changes = self.now(), self._known.changes()
        found = self._device(given.token, now) if given.token is not None else self._user(given.cookie, now)
        if found is None:
            return nobody(given.address)
        self._known.put(_kind_of(given), found, changes, now)
        return _caller_of(found, given.address)

    def remembered(self, given: Credentials) -> Caller | None:
        """The caller whom `caller` found with these credentials a moment ago; never asks the database."""
        if self._accounts and given.token is None and not given.cookie:
            return nobody(given.address)
        found = self._known.get(_kind_of(given), self.now())
        return None if found is None else _caller_of(found, given.address)

    def _user(self, cookie: str | None, now: datetime) -> User | None:
        return user_of_session(self.engine, cookie, now) if cookie else None

    def _device(self, token: str, now: datetime) -> Device:
        device = device_of_token(self.engine, token, now)
        if device is None:
            raise NotSignedInError(
                "token: wanted one of an enrolled device, or one signed by its key within ten minutes, found another; "
                "see ngatu devices"
            )
        return device

    def slow_down(self, caller: Caller, what: str = "", rate: Rate | None = None) -> None:
        """Count this request. Raises TooManyTriesError. `what` names a limit of its own beside the general one."""
        if caller.local:
            return
        who, usual = (caller.name, OF_ACCOUNTS) if caller.signed_in else (caller.address, OF_VISITORS)
        self._buckets.take(f"{what} {who}", rate or usual)


def _kind_of(given: Credentials) -> str:
    """What the credentials are remembered under: a token never stands for a session, nor the other way round."""
    return f"session {given.cookie or ''}" if given.token is None else f"token {given.token}"


def _caller_of(found: User | Device, address: str) -> Caller:
    if isinstance(found, User):
        return Caller(found.name, found.roles, found.districts, address, found.office)
    name = f"device:{found.name}"
    return Caller(name, frozenset({Role.DEVICE}), frozenset({found.district}), address, device=found.name)

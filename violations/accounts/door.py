"""The door: from what a request carries (cookie, token, address) to who asks, and how often they may."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from violations.accounts.caller import Caller, local_caller, nobody
from violations.accounts.devices import device_of_token
from violations.accounts.errors import NotSignedInError
from violations.accounts.rates import Buckets, Rate
from violations.accounts.sessions import user_of_session
from violations.accounts.users import any_user
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
        if given.token is not None:
            return self._device(given.token, given.address)
        user = user_of_session(self.engine, given.cookie, self.now()) if given.cookie else None
        if user is None:
            return nobody(given.address)
        return Caller(user.name, user.roles, user.districts, given.address, user.office)

    def _device(self, token: str, address: str) -> Caller:
        device = device_of_token(self.engine, token)
        if device is None:
            raise NotSignedInError("token: wanted one of an enrolled device, found another; see ngatu devices")
        name = f"device:{device.name}"
        return Caller(name, frozenset({Role.DEVICE}), frozenset({device.district}), address, device=device.name)

    def slow_down(self, caller: Caller, what: str = "", rate: Rate | None = None) -> None:
        """Count this request. Raises TooManyTriesError. `what` names a limit of its own beside the general one."""
        if caller.local:
            return
        who, usual = (caller.name, OF_ACCOUNTS) if caller.signed_in else (caller.address, OF_VISITORS)
        self._buckets.take(f"{what} {who}", rate or usual)

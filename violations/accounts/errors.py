"""Everything `violations.accounts` raises on purpose.

ViolationsError
└── AccountError
    ├── NotSignedInError    nobody proved who they are, or the proof is over
    ├── NotAllowedError     somebody did, and may not do this
    ├── WrongPasswordError  name and password do not belong together; never says which of them is wrong
    ├── TooManyTriesError   wait before the next password, or the next request
    ├── NoSuchAccountError  no user or device has this name
    ├── AccountExistsError  the name is taken
    ├── AccountValueError   a name, password, role or district that cannot be one
    └── OpenRouteError      a route says not who may call it: the app must not start
"""

from violations.errors import ViolationsError


class AccountError(ViolationsError):
    """A fault of accounts and what they may do."""


class NotSignedInError(AccountError):
    """The request carries no session or token that holds."""


class NotAllowedError(AccountError):
    """The account lacks every role that the route asks for."""


class WrongPasswordError(AccountError):
    """Name and password do not belong together."""

    def __init__(self) -> None:
        super().__init__("sign-in: wanted the name and password of an account, found no account with both")


class TooManyTriesError(AccountError):
    """`wait_s`: whole seconds after which the next try is looked at."""

    def __init__(self, what: str, wait_s: int) -> None:
        super().__init__(f"{what}: wanted fewer in a short time, found too many; try again in {wait_s} s")
        self.wait_s = wait_s


class NoSuchAccountError(AccountError):
    """No user or device has this name."""


class AccountExistsError(AccountError):
    """Another user or device has this name."""


class AccountValueError(AccountError):
    """A name, password, role or district that cannot be one."""


class OpenRouteError(AccountError):
    """A route without declared roles, or with two declarations."""

"""Everything `violations.accounts` raises on purpose.

ViolationsError
└── AccountError
    ├── NotSignedInError    nobody proved who they are, or the proof is over
    ├── NotAllowedError     somebody did, and may not do this
    ├── OwnAccountError     nobody changes what they themselves may do
    ├── WrongPasswordError  name and password do not belong together; never says which of them is wrong
    ├── TooManyTriesError   wait before the next password, or the next request
    ├── WrongCodeError      the one-time code was used, has run out, or never was one
    ├── NoSuchAccountError  no user or device has this name
    ├── AccountExistsError  the name is taken
    ├── AccountValueError   a name, password, role or district that cannot be one
    ├── AccountChangedError somebody else changed the account since it was read
    ├── ProviderError       the identity provider did not prove who it is; `why` is a translation key under `provider`
    │   ├── ProviderAwayError     it does not answer, or not as one
    │   ├── ProviderRefusedError  it says no
    │   ├── ProviderTokenError    its token proves nothing to us
    │   ├── StaleSignInError      too late, used before, or begun in another browser
    │   ├── NoRightsError         it knows the person, and we give them no role or district
    │   ├── NameTakenError        their name is that of another account
    │   └── AccountLockedError    their account here is locked
    ├── ProviderSettingsError     the settings for the provider are wrong: which file and key
    └── OpenRouteError      a route says not who may call it: the app must not start
"""

from violations.errors import ViolationsError


class AccountError(ViolationsError):
    """A fault of accounts and what they may do."""


class NotSignedInError(AccountError):
    """The request carries no session or token that holds."""


class NotAllowedError(AccountError):
    """The account lacks every role that the route asks for."""


class OwnAccountError(NotAllowedError):
    """Nobody changes what they themselves may do: another administrator does."""

    def __init__(self, name: str) -> None:
        super().__init__(f"user {name}: wanted another administrator to change it, found the account's own")


class WrongCodeError(AccountError):
    """Used, too old, or none of ours: all three are told alike."""

    def __init__(self) -> None:
        super().__init__("code: wanted one that was not used and is not older than a day, found another")


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
    """A name, password, role or district that cannot be one. why: which rule, a translation key under `users.wrong`."""

    def __init__(self, sentence: str, why: str = "value") -> None:
        super().__init__(sentence)
        self.why = why


class AccountChangedError(AccountError):
    """Somebody else changed the account since it was read; `stands`: what it may do now, for a sentence."""

    def __init__(self, name: str, stands: str) -> None:
        super().__init__(f"user {name}: wanted it as you read it, found it changed in the meantime: now {stands}")
        self.stands = stands


class ProviderError(AccountError):
    """Nobody was signed in; why: a translation key under `provider`."""

    why = "wrong"


class ProviderAwayError(ProviderError):
    """The provider does not answer in time, or not as a provider does."""

    why = "away"


class ProviderRefusedError(ProviderError):
    """The provider did not confirm the sign-in."""

    why = "refused"


class ProviderTokenError(ProviderError):
    """A token of another issuer, for somebody else, too old, badly signed, or without what must be in it."""


class StaleSignInError(ProviderError):
    """Nobody waits for this answer of the provider any more, or never did."""

    why = "stale"

    def __init__(self) -> None:
        super().__init__("sign-in: wanted one that began here within 10 minutes and is not over, found another")


class NoRightsError(ProviderError):
    """The provider knows the person; nothing gives them a role here."""

    why = "no_rights"


class NameTakenError(ProviderError):
    """The person's name is that of another account, which nobody takes over."""

    why = "name_taken"


class AccountLockedError(ProviderError):
    """The person's account here is locked."""

    why = "locked"


class ProviderSettingsError(AccountError):
    """The file that describes the identity provider is wrong."""


class OpenRouteError(AccountError):
    """A route without declared roles, or with two declarations."""

"""What a manager and a controller share: an SNMPv3 user, and perhaps a community for others who only read."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secrets:
    """auth_key, privacy_key: eight letters or more, as SNMPv3 asks (SHA-256, AES-128). None in a log."""

    user: str
    auth_key: str = field(repr=False)
    privacy_key: str = field(repr=False)
    community: str | None = field(default=None, repr=False)

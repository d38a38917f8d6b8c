"""Passwords as Argon2id hashes (argon2-cffi, the parameters of RFC 9106's second recommendation)."""

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from violations.accounts.errors import AccountValueError

SHORTEST, LONGEST = 12, 200

_hasher = PasswordHasher()
# Each hash takes 64 MiB: a flood of sign-ins must queue here instead of filling the memory.
_at_once = BoundedSemaphore(4)


def check_password(password: str, name: str) -> None:
    """Raise AccountValueError for a password nobody should choose: length is what counts (NIST SP 800-63B)."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountValueError(f"password: wanted {SHORTEST} to {LONGEST} characters, found {len(password)}", "length")
    if name.casefold() in password.casefold() or len(set(password)) < 5:
        raise AccountValueError(
            "password: wanted one without the name and with at least 5 different characters", "simple"
        )


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(_normal(password))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A password with its hash, made before the transaction that stores it: hashing waits its turn behind every
    sign-in, and must not keep others from writing meanwhile."""

    text: str = field(repr=False)
    hashed: str = field(repr=False)


def chosen(password: str) -> Chosen:
    """What nobody may choose anyway is not hashed first; `check_password` will say why."""
    fits = SHORTEST <= len(password) <= LONGEST
    return Chosen(password, hash_password(password) if fits else "")


def password_fits(hashed: str | None, password: str) -> bool:
    """False as well for an account that does not exist (None) or has no password (""), and after the same work: time
    must not tell names."""
    with _at_once:
        try:
            _hasher.verify(hashed or _nobodys_hash(), _normal(password[:LONGEST]))
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
    return bool(hashed)


def is_outdated(hashed: str) -> bool:
    """Whether it was made with weaker parameters than today's: then it is made anew at the next sign-in."""
    return _hasher.check_needs_rehash(hashed)


def _normal(password: str) -> str:
    """Keyboards write the same Vietnamese letter in several ways."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")

"""The short code on a notice: ten characters a person can read over the phone, and a mistyped one is noticed.

Nine are random (44 bits), the tenth checks them. The code opens nothing without the plate, and tries are rate-limited.
"""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
"""29, a prime: then the weighted sum below finds every wrong character and every two that changed places. Without
0 O, 1 I L, 5 S confusions where they matter most: no O, I, L, S, U, 0, 1."""
RANDOM = 9
BLOCKS = (4, 3, 3)


def new_code() -> str:
    """Such as `K7QX-9M2-P4C`."""
    return _shown(_with_check("".join(secrets.choice(ALPHABET) for _ in range(RANDOM))))


def read_code(typed: str) -> str | None:
    """The code as it is stored, whatever its spaces, hyphens and case; None for one that nobody can have been given."""
    plain = unicodedata.normalize("NFKC", typed).upper().replace("-", "").replace(" ", "")
    if len(plain) != RANDOM + 1 or any(letter not in ALPHABET for letter in plain):
        return None
    return _shown(plain) if _with_check(plain[:RANDOM]) == plain else None


def _with_check(plain: str) -> str:
    weighted = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(plain, 1))
    return plain + ALPHABET[weighted % len(ALPHABET)]


def _shown(plain: str) -> str:
    parts, start = [], 0
    for length in BLOCKS:
        parts.append(plain[start : start + length])
        start += length
    return "-".join(parts)

"""Which cases a second person judges blind: chosen by a keyed hash, so that nobody can tell beforehand, and it can be
repeated afterwards from the case's number and the office's secret."""

import hmac
from hashlib import sha256


def chosen(case_id: int, secret: str, share: float) -> bool:
    """True for about `share` of all numbers; a case once chosen stays so for every larger share."""
    digest = hmac.new(secret.encode(), str(case_id).encode("ascii"), sha256).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64

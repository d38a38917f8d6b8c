"""A token that a device signs with the key of its evidence, so that no secret is ever shared: JWT (RFC 7519), Ed25519
(RFC 9864). It holds for ten minutes; a clock may be five minutes wrong."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from violations.evidence.keys import PublicKey, SigningKey

ALGORITHM = "Ed25519"
AUDIENCE = "ngatu"
LASTS = timedelta(minutes=10)
CLOCKS = timedelta(minutes=5)
KEY_HEX = 64


def signed_token(key: SigningKey, now: datetime) -> str:
    """Names the key itself as its issuer. now: aware."""
    since_s = int(now.timestamp())
    claims = {"iss": key.public.hex, "aud": AUDIENCE, "iat": since_s, "exp": since_s + int(LASTS.total_seconds())}
    return jwt.encode({"alg": ALGORITHM}, claims, OKPKey.import_key(key.pem()), algorithms=[ALGORITHM])


def signer_of(token: str, now: datetime) -> PublicKey | None:
    """The key that signed it; whether it is the key of a device of ours is the caller's question.

    None for anything else than such a token, and for one whose time is over, not yet come, or too long.
    """
    try:
        key = PublicKey(_issuer(jws.extract_compact(token.encode()).payload))
        told = jwt.decode(token, OKPKey.import_key(key.pem()), algorithms=[ALGORITHM]).claims
        _registry(lambda: int(now.timestamp())).validate(told)
        return key if told["exp"] - told["iat"] <= LASTS.total_seconds() else None
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _registry(now_s: Callable[[], int]) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=now_s,
        leeway=int(CLOCKS.total_seconds()),
        aud={"essential": True, "value": AUDIENCE},
        iat={"essential": True},
        exp={"essential": True},
    )


def _issuer(payload: bytes) -> str:
    """What the token says of itself, before anything is proven."""
    said: dict[str, Any] = json.loads(payload)
    issuer = said["iss"]
    if not isinstance(issuer, str) or len(issuer) != KEY_HEX:
        raise ValueError("iss: wanted the 32 bytes of a key in hex")
    return issuer.lower()

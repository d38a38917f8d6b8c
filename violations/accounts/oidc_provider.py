"""The identity provider over HTTP: what it says of itself, its keys, and the exchange of a code for a proven identity.

OpenID Connect Core 1.0, section 3.1 (authorization code), with PKCE (RFC 7636); signatures and claims by joserfc.
"""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from violations.accounts.errors import ProviderAwayError, ProviderRefusedError, ProviderTokenError
from violations.accounts.oidc_settings import ProviderSettings, is_safe

TIMEOUT_S = 5.0
REMEMBERED_S = 3600.0
KEYS_AGAIN_AFTER_S = 30.0
LARGEST_BYTES = 1_000_000
LEEWAY_S = 60
# Signatures only, never a shared secret: then nobody who knows the client's secret can make a token.
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")


class Discovery(BaseModel):
    """What we use of the provider's metadata (OpenID Connect Discovery 1.0, section 3)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Provider:
    """One per process; several threads may ask at once, and then at worst ask the provider twice.

    seconds: the monotonic clock, for how long its metadata and keys are remembered.
    """

    def __init__(self, settings: ProviderSettings, seconds: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._seconds = seconds
        self._discovery: tuple[float, Discovery] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def discovery(self) -> Discovery:
        """Raises ProviderAwayError, also for metadata of another issuer."""
        if self._discovery is not None and self._seconds() - self._discovery[0] < REMEMBERED_S:
            return self._discovery[1]
        address = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found = Discovery.model_validate(self._fetched(address))
        except ValidationError as error:
            raise ProviderAwayError(f"{address}: wanted the metadata of a provider, found something else") from error
        endpoints = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
        if found.issuer != self.settings.issuer or not all(map(is_safe, endpoints)):
            raise ProviderAwayError(f"{address}: wanted issuer {self.settings.issuer} over https, found {found.issuer}")
        self._discovery = (self._seconds(), found)
        return found

    def address_to_sign_in(self, *, state: str, nonce: str, verifier: str, back: str, hint: str) -> str:
        """Where the browser goes. Raises ProviderAwayError."""
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": back,
            "scope": " ".join(self.settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        } | ({"login_hint": hint} if hint else {})
        return _with(self.discovery().authorization_endpoint, asked)

    def address_to_leave(self, back: str) -> str | None:
        """Where the browser signs out of the provider too; None where it offers no such place, or is away."""
        try:
            endpoint = self.discovery().end_session_endpoint
        except ProviderAwayError:
            return None
        if endpoint is None or not is_safe(endpoint):
            return None
        return _with(endpoint, {"client_id": self.settings.client_id, "post_logout_redirect_uri": back})

    def claims(self, code: str, *, verifier: str, nonce: str, back: str, now: datetime) -> Mapping[str, Any]:
        """What the ID token says of whoever signed in. Raises ProviderAwayError, ProviderRefusedError for a code that
        is none, and ProviderTokenError for a token that proves nothing."""
        token = self._exchanged(code, verifier, back)
        try:
            claims = self._verified(token)
            rules = jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=LEEWAY_S,
                iss={"essential": True, "value": self.settings.issuer},
                aud={"essential": True, "value": self.settings.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
            )
            rules.validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderTokenError(f"ID token: wanted one that proves who signed in, found {error}") from error
        if claims.get("nonce") != nonce:
            raise ProviderTokenError("ID token: wanted the nonce of this sign-in, found another")
        many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if many else self.settings.client_id) != self.settings.client_id:
            raise ProviderTokenError("ID token: wanted one made for this centre alone, found one for others too")
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token signed with one of the provider's keys; an unknown key may be a new one."""
        try:
            return jwt.decode(token, self._key_set(), algorithms=ALGORITHMS).claims
        except InvalidKeyIdError:
            return jwt.decode(token, self._key_set(again=True), algorithms=ALGORITHMS).claims

    def _key_set(self, *, again: bool = False) -> KeySet:
        age_s = None if self._keys is None else self._seconds() - self._keys[0]
        if self._keys is not None and age_s is not None and age_s < (KEYS_AGAIN_AFTER_S if again else REMEMBERED_S):
            return self._keys[1]
        keys = KeySet.import_key_set(self._fetched(self.discovery().jwks_uri))
        self._keys = (self._seconds(), keys)
        return keys

    def _exchanged(self, code: str, verifier: str, back: str) -> str:
        settings, discovery = self.settings, self.discovery()
        said = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        basic: tuple[str, str] | None = None
        if settings.client_secret is None:
            said["client_id"] = settings.client_id
        elif "client_secret_basic" in discovery.token_endpoint_auth_methods_supported:
            # RFC 6749, section 2.3.1: both are form-encoded first.
            basic = (quote(settings.client_id, safe=""), quote(settings.client_secret.get_secret_value(), safe=""))
        else:
            said |= {"client_id": settings.client_id, "client_secret": settings.client_secret.get_secret_value()}
        answer = self._asked("POST", discovery.token_endpoint, data=said, auth=basic)
        if answer.status_code >= 500:
            raise ProviderAwayError(f"{discovery.token_endpoint}: wanted a token, found {answer.status_code}")
        found = _json(answer)
        token = found.get("id_token") if found else None
        if answer.status_code != httpx.codes.OK or not isinstance(token, str):
            raise ProviderRefusedError(f"{discovery.token_endpoint}: wanted a token, found {answer.status_code}")
        return token

    def _fetched(self, address: str) -> Any:
        answer = self._asked("GET", address)
        found = _json(answer)
        if answer.status_code != httpx.codes.OK or found is None:
            raise ProviderAwayError(f"{address}: wanted a JSON object, found {answer.status_code}")
        return found

    def _asked(self, method: str, address: str, **options: Any) -> httpx.Response:
        """Redirects are not followed: what is asked was said in full by the settings or the metadata."""
        try:
            with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
                answer = client.request(method, address, headers={"accept": "application/json"}, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderAwayError(f"{address}: wanted an answer within {TIMEOUT_S:g} s, found {error}") from error
        if len(answer.content) > LARGEST_BYTES:
            raise ProviderAwayError(f"{address}: wanted at most {LARGEST_BYTES} bytes, found more")
        return answer


def _json(answer: httpx.Response) -> dict[str, Any] | None:
    """None for anything but an object."""
    try:
        found = answer.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _with(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

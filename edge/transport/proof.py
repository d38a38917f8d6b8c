"""How the agent proves who it is: with the token it was given, else with one signed by its own key, ever anew."""

import logging
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import httpx

from edge.errors import UplinkError
from edge.transport.token import token_in
from violations.errors import EvidenceKeyError
from violations.evidence.device_token import LASTS, signed_token
from violations.evidence.keys import load_key

DEVICE_KEY = "device.key"

log = logging.getLogger(__name__)


class Stored(httpx.Auth):
    """The token that `ngatu devices add` printed."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["authorization"] = f"Bearer {self._token}"
        yield request


class Signed(httpx.Auth):
    """By the key in this file; without one the request goes as nobody's."""

    def __init__(self, key: Path) -> None:
        self._key = key
        self._since = datetime.min.replace(tzinfo=UTC)
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The file is looked for each time: the agent makes its key when it first has something to seal."""
        now = datetime.now(UTC)
        if not _still_fresh(now, self._since) and self._key.exists():
            try:
                self._token, self._since = signed_token(load_key(self._key), now), now
            except EvidenceKeyError as error:
                log.warning("the request goes unsigned: %s", error)
        if self._token:
            request.headers["authorization"] = f"Bearer {self._token}"
        yield request


def _still_fresh(now: datetime, since: datetime) -> bool:
    """Also after a clock was set back a token is made anew."""
    return since <= now < since + LASTS / 2


def proof_in(folder: Path) -> httpx.Auth:
    """folder: the agent's. Raises UplinkError for a token or key that cannot be used."""
    token = token_in(folder)
    if token is not None:
        return Stored(token)
    key = folder / DEVICE_KEY
    try:
        if key.exists():
            load_key(key)
    except EvidenceKeyError as error:
        raise UplinkError(str(error)) from error
    return Signed(key)

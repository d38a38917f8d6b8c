"""What every request passes on its way in and every answer on its way out: size, origin, host, security headers."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from fastapi import Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from violations.api.problem_words import sentence
from violations.api.problems import Problem, problem_response

MAX_BODY_BYTES: Final = 16 * 1024 * 1024
UPLOADS: Final = ("/api/media/", "/api/clips/")
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}


RAW_HEADERS: Final = tuple((name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items())
OVER_TLS: Final = (*RAW_HEADERS, (b"strict-transport-security", b"max-age=31536000"))


class SecurityHeaders:
    """Adds SECURITY_HEADERS where the route has not set its own; over TLS also asks browsers to stay there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                set_already = {name for name, _ in message["headers"]}
                wanted = OVER_TLS if scope["scheme"] == "https" else RAW_HEADERS
                message["headers"] = [*message["headers"], *(one for one in wanted if one[0] not in set_already)]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses bodies above `max_bytes` (413), announced or not, and packed ones (415): nobody here unpacks.

    Uploads have their own limit on the shelf.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._judge(scope) if scope["type"] == "http" else None
        if refusal is not None:
            await refusal(scope, receive, send)
        elif scope["type"] != "http" or scope["path"].startswith(UPLOADS):
            await self._app(scope, receive, send)
        else:
            await self._app(scope, self._counting(receive, Headers(scope=scope)), send)

    def _judge(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"identity", ""}:
            said = sentence("encoded-body", headers, found=encoding[:40])
            return _refusal(scope, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, said)
        announced = headers.get("content-length", "0")
        too_large = announced.isdigit() and int(announced) > self._max_bytes
        if too_large and not scope["path"].startswith(UPLOADS):
            return _refusal(scope, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._sentence(headers, announced))
        return None

    def _counting(self, receive: Receive, headers: Headers) -> Receive:
        taken = 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._max_bytes:
                raise HTTPException(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._sentence(headers, sentence("more", headers))
                )
            return message

        return receive_counted

    def _sentence(self, headers: Headers, found: str) -> str:
        return sentence("body-too-large", headers, most=self._max_bytes, found=found)


class SameSite:
    """Keeps other web sites from using a visitor's browser against the centre.

    Changing requests from another origin are refused. `hosts` are the only names the centre answers to, None for
    any: on loopback this stops a foreign name that was pointed at 127.0.0.1 (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._judge(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _judge(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts is not None and _host_name(host) not in self._hosts:
            wanted = ", ".join(sorted(self._hosts))
            return _refusal(scope, HTTPStatus.MISDIRECTED_REQUEST, f"host: wanted one of {wanted}, found another name")
        if scope["method"] not in SAFE_METHODS and not _same_site(headers, host):
            return _refusal(scope, HTTPStatus.FORBIDDEN, "origin: wanted our own pages, found another web site")
        return None


def _same_site(headers: Headers, host: str) -> bool:
    """Browsers say where a request comes from; programs say nothing, and carry nobody's rights by accident."""
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _refusal(scope: Scope, status: HTTPStatus, detail: str) -> Response:
    return problem_response(
        Problem(type="about:blank", title=status.phrase, status=status, detail=detail, instance=scope["path"])
    )

"""Refuses forms that other sites make a browser send: same origin first, then a token sent twice (cookie and field)."""

from collections.abc import Mapping
from hashlib import sha256
from secrets import compare_digest, token_urlsafe
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from violations.api.access import secret_of
from violations.web.errors import ForgedForm, FormTooLarge

TOKEN_COOKIE = "ngatu_token"  # noqa: S105 — the cookie's name, not a secret
TOKEN_FIELD = "token"  # noqa: S105 — the field's name, not a secret
# A note of 2000 characters, each up to three bytes and each byte percent-encoded, and room for the rest.
FORM_MAX_BYTES = 32_768
FIELDS_MAX = 20


def token_of(request: Request) -> str:
    """The browser's token: that of its session, else its cookie's, else a new one that the page sets with itself."""
    of_session = _token_of_session(request)
    if of_session is not None:
        return of_session
    known = request.cookies.get(TOKEN_COOKIE, "")
    return known if len(known) >= 32 else token_urlsafe(32)


def check_form(request: Request, fields: Mapping[str, str]) -> None:
    """Raise ForgedForm unless the form came from our own page in this very browser.

    Browsers leave Sec-Fetch-Site out over plain HTTP, so Origin is asked next; a request with neither is refused.
    """
    if not _same_origin(request):
        raise ForgedForm("origin")
    cookie = _token_of_session(request) or request.cookies.get(TOKEN_COOKIE, "")
    if not cookie or not compare_digest(cookie.encode(), fields.get(TOKEN_FIELD, "").encode()):
        raise ForgedForm("token")


def _token_of_session(request: Request) -> str | None:
    """Bound to the session: nobody who can plant a cookie can plant this. None without a session."""
    secret = secret_of(request)
    return None if secret is None else sha256(f"form {secret}".encode()).hexdigest()


def _same_origin(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == request.headers.get("host")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a plain form, the last of each name. Raises FormTooLarge before it holds more than one can be."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_MAX_BYTES:
            raise FormTooLarge(f"form: wanted at most {FORM_MAX_BYTES} bytes, found more")
    try:
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError as error:
        raise FormTooLarge(f"form: wanted at most {FIELDS_MAX} fields, found more") from error

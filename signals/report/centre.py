"""Events out of a centre's database, page by page: `GET /api/events`."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from signals.report.errors import EventsError
from signals.report.reading import Reading, Wanted, read_lines

EVENTS_PATH = "/api/events"
SESSION_PATH = "/api/session"
USER, PASSWORD = "NGATU_USER", "NGATU_PASSWORD"
"""Environment variables: the account to read with, where the centre has accounts (a supervisor's or an auditor's)."""
PAGE = 500
TIMEOUT_S = 30.0


def is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def read_centre(
    url: str, wanted: Wanted, client: httpx.Client | None = None, environ: Mapping[str, str] = os.environ
) -> Reading:
    """All events the centre has of what is wanted, oldest first; signed in where `environ` names an account.

    Raises EventsError.
    """
    address = urlsplit(url)
    if not address.hostname:
        raise EventsError(url, "wanted the centre's address such as https://centre.example:8300, found no host in it")
    base = f"{address.scheme}://{address.netloc}{address.path.rstrip('/').removesuffix(EVENTS_PATH)}"
    with client or httpx.Client(timeout=TIMEOUT_S, trust_env=False) as asking:
        if USER in environ:
            _sign_in(asking, url, base, {"name": environ[USER], "password": environ.get(PASSWORD, "")})
        return read_lines(url, _events(asking, url, f"{base}{EVENTS_PATH}", _queries(wanted)), wanted)


def _sign_in(client: httpx.Client, url: str, base: str, account: dict[str, str]) -> None:
    """The session's cookie stays with the client."""
    try:
        answer = client.post(f"{base}{SESSION_PATH}", json=account)
    except httpx.HTTPError as error:
        raise _silent(url, error) from error
    if answer.status_code != httpx.codes.OK:
        raise EventsError(url, f"{account['name']} could not sign in: {answer.status_code}{_detail(answer)}")


def _silent(url: str, error: httpx.HTTPError) -> EventsError:
    return EventsError(url, f"wanted an answer of the centre, found none ({error or type(error).__name__})")


def _queries(wanted: Wanted) -> dict[str, str]:
    asked = {
        "limit": str(PAGE),
        "camera": wanted.camera,
        "since": wanted.since.isoformat() if wanted.since else None,
        "until": wanted.until.isoformat() if wanted.until else None,
    }
    return {name: value for name, value in asked.items() if value is not None}


def _events(client: httpx.Client, url: str, events_url: str, queries: dict[str, str]) -> Iterator[bytes]:
    while True:
        page = _page(client, url, events_url, queries)
        for entry in page["events"]:
            yield json.dumps(entry.get("event") if isinstance(entry, dict) else entry).encode()
        if page.get("next") is None:
            return
        queries = {**queries, "cursor": str(page["next"])}


def _page(client: httpx.Client, url: str, events_url: str, queries: dict[str, str]) -> dict[str, Any]:
    try:
        answer = client.get(events_url, params=queries)
    except httpx.HTTPError as error:
        raise _silent(url, error) from error
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise EventsError(
            url, f"the centre has accounts: wanted one in {USER} and {PASSWORD}, found none that may read"
        )
    if answer.status_code != httpx.codes.OK:
        raise EventsError(url, f"wanted the centre's events, found the answer {answer.status_code}{_detail(answer)}")
    try:
        page = answer.json()
    except ValueError as error:
        raise EventsError(url, f"wanted a centre, found something that answers {events_url} without JSON") from error
    if not (isinstance(page, dict) and isinstance(page.get("events"), list)):
        raise EventsError(url, f"wanted a centre, found something else behind {events_url}")
    return page


def _detail(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return ""
    detail = problem.get("detail") if isinstance(problem, dict) else None
    return f": {detail}" if isinstance(detail, str) else ""

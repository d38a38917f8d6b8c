"""Junctions in a centre of several processes: whoever does not run them hands a request on to the one that does.

Each process listens at a socket file in a folder that nobody else may enter, and the one that runs the junctions writes
its own into their lock file. A request goes over whole and its answer comes back as it is, so that the door, the audit
log and the guard are asked once, where the junctions are.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import uvicorn
from anyio import create_task_group, sleep
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from centre.junctions.facts_feed import FactsFeed
from signals.live.room import LiveRoom

ROOMS = re.compile(r"/api/signals/junctions(/.*)?|/signals(/(?!wave$).*)?")
ADDRESS, SCHEME, NOT_HERE = b"x-ngatu-asked-from", b"x-ngatu-asked-over", b"x-ngatu-runs-elsewhere"
# Of one connection alone, and what the server before the reader says itself.
OWN_HEADERS = {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"upgrade", b"date", ADDRESS, SCHEME}
TRIES, BETWEEN_S = 20, 0.2
WAIT_S = {"connect": 2.0, "write": 10.0, "read": 60.0, "pool": 2.0}


class HandOn:
    """For the app of one process. Where nobody that runs the junctions can be reached, the app itself says so."""

    def __init__(self, app: ASGIApp, room: LiveRoom) -> None:
        self._app, self._room = app, room
        self._ways: dict[str, httpx.AsyncHTTPTransport] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._room.runs_here or scope["type"] != "http" or not ROOMS.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            return
        answer = await self._asked(scope, body)
        if answer is None:
            await self._app(scope, _told_again(body, receive), send)
        else:
            await _pass_back(answer, receive, send)

    async def _asked(self, scope: Scope, body: bytes) -> httpx.Response | None:
        """None where the junctions are run here by now, or by nobody whom we can reach. A request that may have been
        carried out is never sent again."""
        for _ in range(TRIES):
            address = self._room.elsewhere()
            if self._room.runs_here or not address:
                return None
            try:
                answer = await self._way(address).handle_async_request(_request(scope, body))
            except httpx.ConnectError:
                answer = None
            except httpx.TransportError:
                return None
            if answer is not None and NOT_HERE.decode() not in answer.headers:
                return answer
            await sleep(BETWEEN_S)
        return None

    def _way(self, address: str) -> httpx.AsyncHTTPTransport:
        """A connection for each request: one that was kept could be closed over there just as it is used again."""
        if address not in self._ways:
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
            self._ways = {address: httpx.AsyncHTTPTransport(uds=address, limits=limits)}
        return self._ways[address]


class FromSibling:
    """The same app as the other processes reach it: with the address and scheme their reader came from."""

    def __init__(self, app: ASGIApp, room: LiveRoom) -> None:
        self._app, self._room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._room.runs_here:
            status, headers = HTTPStatus.SERVICE_UNAVAILABLE, {NOT_HERE.decode(): "1"}
            await Response(status_code=status, headers=headers)(scope, receive, send)
            return
        told = dict(scope["headers"])
        kept = [pair for pair in scope["headers"] if pair[0] not in {ADDRESS, SCHEME}]
        client = (told.get(ADDRESS, b"-").decode("latin-1"), 0)
        asked = {**scope, "headers": kept, "client": client, "scheme": told.get(SCHEME, b"http").decode("latin-1")}
        await self._app(asked, receive, send)


class _Inner(uvicorn.Server):
    """Inside of a process whose own server takes the signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def junctions_run(
    room: LiveRoom, app: ASGIApp, *, feed: FactsFeed, several: bool, at_end: Callable[[], None]
) -> AsyncIterator[None]:
    """Run the junctions, here or in whichever of several processes was first; the others may ask it meanwhile."""
    if not several:
        room.start()
        feed.start()
        yield
        at_end()
        feed.close()
        room.close()
        return
    with TemporaryDirectory(prefix="ngatu-") as folder:
        room.address = str(Path(folder) / "junctions")
        config = uvicorn.Config(
            FromSibling(app, room),
            uds=room.address,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        server = _Inner(config)
        serving = asyncio.create_task(server.serve())
        while not (server.started or serving.done()):
            await asyncio.sleep(0.01)
        room.start()
        feed.start()
        yield
        at_end()
        feed.close()
        room.close()
        server.should_exit = True
        await serving


def _request(scope: Scope, body: bytes) -> httpx.Request:
    path = scope.get("raw_path") or scope["path"].encode()
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    headers = [pair for pair in scope["headers"] if pair[0] not in OWN_HEADERS]
    client = scope.get("client") or ("-", 0)
    headers += [(ADDRESS, client[0].encode()), (SCHEME, scope["scheme"].encode())]
    url = httpx.URL(scheme="http", host="junctions", raw_path=path + query)
    return httpx.Request(scope["method"], url, headers=headers, content=body, extensions={"timeout": WAIT_S})


async def _whole(receive: Receive) -> bytes | None:
    """None where the reader went away before the end."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _told_again(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _pass_back(answer: httpx.Response, receive: Receive, send: Send) -> None:
    """Piece by piece as it comes, until its end or until the reader goes away."""
    headers = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in OWN_HEADERS]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})

    async with create_task_group() as group:

        async def until_gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(until_gone)
        with suppress(httpx.TransportError):  # it ended meanwhile: so does the answer
            async for piece in answer.aiter_raw():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        group.cancel_scope.cancel()
    await answer.aclose()

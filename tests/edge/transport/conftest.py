"""A real HTTP server on 127.0.0.1 that keeps the wire contract, and can be told to misbehave."""

import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from edge.transport.https import Uplink
from edge.transport.proof import Stored


class Centre:
    """stored: what its database holds. received: every batch of ids posted. faults: answers given before any other.

    A fault is called with the handler and returns True when it has dealt with the request.
    """

    def __init__(self, port: int = 0) -> None:
        self.stored: dict[str, dict[str, Any]] = {}
        self.media: dict[str, bytes] = {}
        self.received: list[list[str]] = []
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.uploads: list[str] = []
        self.faults: deque[Callable[[BaseHTTPRequestHandler], bool]] = deque()
        self.poison: set[str] = set()
        self.refuses: dict[str, str] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def post(self, events: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        ids = [event["id"] for event in events]
        self.received.append(ids)
        if self.poison.intersection(ids):
            return 422, {"title": "Unprocessable", "detail": "an event is not valid"}
        named = {file["sha256"] for event in events for file in event["data"].get("media", ())}
        if absent := sorted(named - self.media.keys()):
            return 409, {"title": "Media missing", "missing": absent}
        self.stored.update({event["id"]: event for event in events if event["id"] not in self.refuses})
        refused = [{"id": one, "reason": self.refuses[one]} for one in ids if one in self.refuses]
        return 200, {"acknowledged": [one for one in ids if one in self.stored], "refused": refused}

    def put(self, name: str, content: bytes) -> tuple[int, dict[str, Any]]:
        self.uploads.append(name)
        if sha256(content).hexdigest() != name:
            return 422, {"title": "Hash differs"}
        known = name in self.media
        self.media[name] = content
        return (200 if known else 201), {}

    def _handler(centre) -> type[BaseHTTPRequestHandler]:  # noqa: N805 — `self` is the handler below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self._serve(lambda body: centre.post(json.loads(body)["events"]))

            def do_PUT(self) -> None:
                self._serve(lambda body: centre.put(self.path.rsplit("/", 1)[1], body))

            def _serve(self, answer: Callable[[bytes], tuple[int, dict[str, Any]]]) -> None:
                centre.requests.append(f"{self.command} {self.path}")
                centre.headers.append({key.lower(): value for key, value in self.headers.items()})
                self.body = self.rfile.read(int(self.headers["content-length"]))
                self.answer = answer
                if centre.faults and centre.faults.popleft()(self):
                    return
                reply(self, *answer(self.body))

            def log_message(self, *_args: object) -> None:
                pass

        return Handler


def reply(handler: BaseHTTPRequestHandler, status: int, body: Any, **headers: str) -> bool:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("content-length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)
    return True


class Make:
    """Events, files, and the ways a centre can fail: all that a test of the uplink needs."""

    def __init__(self, health: Any, finding: Any, evidence: Any) -> None:
        self.health = health
        self.finding = finding
        self.evidence = evidence

    def says(self, status: int, body: Any = b"", **headers: str) -> Callable[[Any], bool]:
        return lambda handler: reply(handler, status, body, **headers)

    def loses_the_answer(self, handler: Any) -> bool:
        """The database commits, then the line is cut."""
        handler.answer(handler.body)
        handler.close_connection = True
        return True

    def hears_nothing(self, handler: Any) -> bool:
        handler.close_connection = True
        return True

    def waits_for(self, released: threading.Event) -> Callable[[Any], bool]:
        def wait(handler: Any) -> bool:
            released.wait(20)
            handler.close_connection = True
            return True

        return wait


@pytest.fixture
def make(health: Any, finding: Any, evidence: Any) -> Make:
    return Make(health, finding, evidence)


@pytest.fixture
def open_centre() -> Iterator[Callable[..., Centre]]:
    opened: list[Centre] = []

    def begin(port: int = 0) -> Centre:
        opened.append(Centre(port))
        return opened[-1]

    yield begin
    for centre in opened:
        centre.close()


@pytest.fixture
def centre(open_centre: Callable[..., Centre]) -> Centre:
    return open_centre()


@pytest.fixture
def uplink(centre: Centre, outbox: Any) -> Iterator[Uplink]:
    no_authorities = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # reading the real ones takes longer than most tests
    with Uplink(centre.url, outbox, proof=Stored("secret-token"), verify=no_authorities) as opened:
        yield opened

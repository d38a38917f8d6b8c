"""The HTTP registry against a real server on this machine that misbehaves as told."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from violations.registry.errors import RegistryAnswerError, RegistryDown, RegistryError
from violations.registry.http import HttpRegistry, Patience

CAR = b'{"plate": "29A-123.45", "ground": "white", "kind": "car", "owner": "\xc3\x81nh"}'


class Server(ThreadingHTTPServer):
    """Answers each request with the next of `script`: (status, body), or None to say nothing until it is closed."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.asked = [], []
        self.closing = threading.Event()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.asked.append((self.path, self.headers["x-case-number"]))
        answer = server.script.pop(0) if server.script else (200, CAR)
        if answer is None:
            server.closing.wait(5)
            return
        status, body = answer
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


class Clock:
    now = 100.0
    slept = ()

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.slept += (seconds,)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def registry(server, clock):
    with httpx.Client(trust_env=False) as client:
        patience = Patience(timeout_s=0.2, tries=3, pause_s=0.1, failures=2, rest_s=30)
        yield HttpRegistry(client, f"http://127.0.0.1:{server.server_port}/v1/", patience, clock.monotonic, clock.sleep)


def test_a_vehicle_is_found_by_plate_and_ground_with_the_number_of_the_case(server, registry):
    assert registry.find("29A12345", "white", 7).owner == "Ánh"
    assert server.asked == [("/v1/vehicles/29A12345?ground=white", "7")]


def test_none_is_none(server, registry):
    server.script = [(404, b"")]
    assert registry.find("29A12345", "white", 7) is None


def test_a_busy_or_silent_registry_is_asked_again_with_growing_pauses(server, registry, clock):
    server.script = [(503, b""), None, (200, CAR)]
    assert registry.find("29A12345", "white", 7).kind == "car"
    assert clock.slept == (0.1, 0.2)


def test_after_several_failures_nobody_asks_for_a_while_and_then_once_more(server, registry, clock):
    server.script = [(500, b"")] * 6
    for _ in range(2):
        with pytest.raises(RegistryDown, match="3 tries, found status 500"):
            registry.find("29A12345", "white", 7)
    asked = len(server.asked)
    with pytest.raises(RegistryDown, match="not asked for another 30 s"):
        registry.find("29A12345", "white", 7)
    assert len(server.asked) == asked == 6
    clock.now += 30
    assert registry.find("29A12345", "white", 7) is not None
    assert registry.find("29A12345", "white", 7) is not None


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ((401, b""), RegistryError, "found 401"),
        ((302, b""), RegistryError, "found 302"),
        ((200, b"<html>"), RegistryAnswerError, "JSON"),
        ((200, b'{"plate": "29A-1"}'), RegistryAnswerError, "ground"),
        ((200, b" " * 70_000), RegistryAnswerError, "at most 65536"),
    ],
)
def test_an_answer_that_is_no_vehicle_is_one_sentence_and_not_asked_again(answer, error, words, *, server, registry):
    server.script = [answer]
    with pytest.raises(error, match=words):
        registry.find("29A12345", "white", 7)
    assert len(server.asked) == 1


def test_a_registry_that_is_not_there_is_down(clock):
    with httpx.Client(trust_env=False) as client:
        registry = HttpRegistry(client, "http://127.0.0.1:9/v1", Patience(timeout_s=0.2), clock.monotonic, clock.sleep)
        with pytest.raises(RegistryDown, match="ConnectError"):
            registry.find("29A12345", "white", 7)

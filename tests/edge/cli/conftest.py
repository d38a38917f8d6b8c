"""A junction in small around the drawn video, and the command itself."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from edge.cli.main import main
from violations.evidence.record import ClockQuality, EvidenceRecord, ModelUsed, Still

SCENE = """\
version: 1
camera: cam-1
stop_lines:
  north: {line: [[0.5, 0.1], [0.5, 0.9]], entering: right_to_left, signal_group: north}
counting_lines:
  early: {line: [[0.3, 0.1], [0.3, 0.9]]}
calibration:
  source: drawn
  points:
    - {at: [0, 0], metres: [0, 0]}
    - {at: [1, 0], metres: [32, 0]}
    - {at: [1, 1], metres: [32, 19]}
    - {at: [0, 1], metres: [0, 19]}
"""

LAMPS = "north: [{state: red, since_s: 0, until_s: 60, error_s: 0.05}]\n"


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    file = tmp_path / "scene.yaml"
    file.write_text(SCENE)
    return file


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    file = tmp_path / "lamps.yaml"
    file.write_text(LAMPS)
    return file


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict:
        """stdout as JSON; fails where anything else stands there."""
        return json.loads(self.out)


@pytest.fixture
def ngatu(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run the command in this process, the way its script does."""

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["ngatu", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def start_ngatu() -> Callable[..., "subprocess.Popen[str]"]:
    """Start the command as a process of its own."""

    def start(*words: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "edge.cli.main", *map(str, words)]
        surroundings = os.environ | {"no_proxy": "127.0.0.1", "PYTHONUNBUFFERED": "1"}
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings)

    return start


class Camera:
    """A real HTTP server that shows the little video again and again, at its own pace; `unplug` takes it away."""

    def __init__(self, content: bytes) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "video/mp4")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Tests keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/camera.mp4"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def unplug(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def camera(little_video: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Camera]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    camera = Camera(little_video.read_bytes())
    yield camera
    camera.unplug()


def event_lines(file: Path) -> Sequence[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture
def events_in() -> Callable[[Path], Sequence[dict]]:
    return event_lines


@pytest.fixture
def closed_address() -> str:
    """Where a centre could be and nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture(autouse=True)
def usual_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM act as at a terminal, even where whoever runs the tests ignores them."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def record() -> EvidenceRecord:
    """Of one package with one still."""
    return EvidenceRecord(
        camera="cam-1",
        boot="b000001-test",
        scene_sha256="c" * 64,
        model=ModelUsed(name="small detector", sha256="d" * 64),
        software="ngatu 0.1.0",
        offence="red_light",
        vehicle="car",
        track=1,
        at_s=13.0,
        at_error_s=0.02,
        time=datetime(2026, 11, 21, tzinfo=UTC),
        clock=ClockQuality(synchronised=None, error_s=None),
        measures=(),
        stills=(Still(name="at.jpg", shows="still_at", frame=1, media_s=13.0),),
    )

"""Videos that the tests draw and encode themselves, and a real HTTP server that can misbehave."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from vision.sources.stream import LiveLimits

BITS = 8
CELL_PX = 16


def drawn(number: int, size_px: tuple[int, int] = (160, 96)) -> np.ndarray:
    """A picture that carries its number as black and white cells, over a moving texture that gives the codec work."""
    width, height = size_px
    texture = np.random.default_rng(7).integers(0, 255, (height, width, 3), dtype=np.uint8)
    image = np.roll(cv2.GaussianBlur(texture, (5, 5), 2), 3 * number, axis=1)
    for bit in range(BITS):
        image[:CELL_PX, bit * CELL_PX : (bit + 1) * CELL_PX] = 235 if number >> bit & 1 else 16
    return np.ascontiguousarray(image)


def number_in(image: np.ndarray) -> int:
    cells = [image[4 : CELL_PX - 4, bit * CELL_PX + 4 : (bit + 1) * CELL_PX - 4].mean() > 127 for bit in range(BITS)]
    return sum(int(lit) << bit for bit, lit in enumerate(cells))


def encoded(path: Path, frames: int = 30, codec: str = "libx264", faststart: bool = False, **settings: Any) -> Path:
    """settings: pts (list of ticks), rate, size_px, and any option of the codec (key frame every 10 by default)."""
    pts = settings.pop("pts", range(frames))
    rate = settings.pop("rate", 25)
    size_px = settings.pop("size_px", (160, 96))
    container_options = {"movflags": "+faststart"} if faststart else {}
    with av.open(str(path), "w", container_options=container_options) as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.width, stream.height = size_px
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        hurry = {"deadline": "realtime", "cpu-used": "8"} if codec == "libvpx" else {}
        stream.options = {"g": "10"} | hurry | {name: str(value) for name, value in settings.items()}
        for number, ticks in zip(range(frames), pts, strict=False):
            picture = av.VideoFrame.from_ndarray(drawn(number, size_px), format="bgr24")
            picture.pts = ticks
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def draw() -> Callable[..., np.ndarray]:
    return drawn


@pytest.fixture
def number_of() -> Callable[[np.ndarray], int]:
    return number_in


@pytest.fixture
def encode() -> Callable[..., Path]:
    return encoded


@pytest.fixture
def quick() -> LiveLimits:
    """Patience for tests: no test waits for these to pass unless it is about them."""
    return LiveLimits(open_for_s=8.0, connect_s=1.0, read_s=1.0, retry_first_s=0.02, retry_most_s=0.1)


@dataclass
class Camera:
    """What the server answers on its path; `answers` are used up one per connection, the last one stays.

    An answer is bytes to send, or a function that writes to the connection as it likes.
    """

    url: str
    answers: list[bytes | Callable[[Any], None]] = field(default_factory=list)
    content_type: str = "video/mp2t"
    connections: int = 0
    unplugged: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    camera: Camera

    def do_GET(self) -> None:
        camera = self.camera
        answer = camera.answers[min(camera.connections, len(camera.answers) - 1)]
        camera.connections += 1
        self.send_response(200)
        self.send_header("Content-Type", camera.content_type)
        if not callable(answer):
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        with suppress(OSError):
            if callable(answer):
                answer(self.wfile)
            else:
                self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Tests keep quiet."""


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Iterator[Camera]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    camera = Camera(f"http://127.0.0.1:{server.server_port}/camera")
    handler.camera = camera  # type: ignore[attr-defined]  # the class is made here, one per server
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield camera
    camera.unplugged.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def closed_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for something that must come; the generous limit only keeps a broken test from hanging."""

    def wait(condition: Callable[[], bool]) -> None:
        give_up_s = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < give_up_s, "what the test waits for did not come"
            time.sleep(0.005)

    return wait

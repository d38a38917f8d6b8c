"""A whole junction in small: a drawn video of one bright car, a real network that finds it, and the command itself."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from edge.cli.main import main
from vision.sources.writer import VideoWriter

SIZE_PX = (160, 96)
FPS = 25.0

CARD = """\
name: bright
version: '1'
head: yolo_end2end
input: {width_px: 160, height_px: 96, colour: bgr, scale: 0.00392156862745098, placement: top_left}
classes: [car]
licence: none
source: this test
"""

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


def drawn(number: int, px_a_frame: float = 1.5) -> np.ndarray:
    """Grey ground with a white car of 24 × 16 pixels that drives from the left of the picture to its right."""
    width, height = SIZE_PX
    image = np.random.default_rng(3).integers(20, 90, (height, width, 3), dtype=np.uint8)
    left = 4 + round(px_a_frame * number)
    image[40:56, max(left, 0) : max(left + 24, 0)] = 255
    return image


@pytest.fixture(scope="session")
def little_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds; the car's feet pass x = 48 at about 0.85 s and x = 80 at about 1.7 s."""
    file = tmp_path_factory.mktemp("video") / "little.mp4"
    with VideoWriter(file, SIZE_PX, FPS) as video:
        for number in range(100):
            video.write(drawn(number), number / FPS)
    return file


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that boxes whatever is bright: real arithmetic on real pixels, a few nodes, its card beside it."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "bright.card.yaml").write_text(CARD)
    return write_bright_finder(folder / "bright.onnx")


def write_bright_finder(file: Path) -> Path:
    """Output (n, 1, 6): x1, y1, x2, y2 of what is above 0.7 in every colour, score 0.9 if there is any, class 0."""
    width, height = SIZE_PX
    nodes = [
        helper.make_node("ReduceMin", ["images", "colour"], ["least"], keepdims=1),
        helper.make_node("Greater", ["least", "limit"], ["bright"]),
        helper.make_node("Cast", ["bright"], ["mask"], to=TensorProto.FLOAT),
    ]
    for name, ramp in (("x1", "from_right"), ("y1", "from_below"), ("x2", "from_left"), ("y2", "from_above")):
        nodes += [
            helper.make_node("Mul", ["mask", ramp], [f"{name}_far"]),
            helper.make_node("ReduceMax", [f"{name}_far", "picture"], [f"{name}_most"], keepdims=0),
        ]
    nodes += [
        helper.make_node("Sub", ["width", "x1_most"], ["x1"]),
        helper.make_node("Sub", ["height", "y1_most"], ["y1"]),
        helper.make_node("ReduceMax", ["mask", "picture"], ["any"], keepdims=0),
        helper.make_node("Mul", ["any", "sure"], ["score"]),
        helper.make_node("Mul", ["any", "zero"], ["class"]),
        helper.make_node("Concat", ["x1", "y1", "x2_most", "y2_most", "score", "class"], ["row"], axis=1),
        helper.make_node("Unsqueeze", ["row", "colour"], ["output"]),
    ]
    across, down = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    weights = {
        "colour": np.array([1], np.int64),
        "picture": np.array([2, 3], np.int64),
        "limit": np.float32(0.7),
        "width": np.float32(width),
        "height": np.float32(height),
        "sure": np.float32(0.9),
        "zero": np.float32(0),
        "from_left": across[None, None, None] + 1,
        "from_right": width - across[None, None, None],
        "from_above": down[None, None] + 1,
        "from_below": height - down[None, None],
    }
    graph = helper.make_graph(
        nodes,
        "bright",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, height, width])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", 1, 6])],
        [numpy_helper.from_array(np.asarray(value), key) for key, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, file)
    return file


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


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for something that must come; the generous limit only keeps a broken test from hanging."""

    def wait(condition: Callable[[], bool]) -> None:
        give_up_s = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < give_up_s, "what the test waits for did not come"
            time.sleep(0.02)

    return wait


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

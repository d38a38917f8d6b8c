"""Small real events and an outbox on a real file; a drawn video of one bright car and a real network that finds it."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from edge.outbox.outbox import Outbox
from edge.outbox.rows import OutboxMedia
from vision.events.bodies import Finding, Health, MediaFile
from vision.events.envelope import Event
from vision.events.stream import EventStream
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


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox.open(tmp_path / "outbox.db") as opened:
        yield opened


@pytest.fixture
def stream() -> EventStream:
    return EventStream("cam-1", "b000001-test", datetime(2026, 11, 21, tzinfo=UTC))


@pytest.fixture
def health(stream: EventStream) -> Callable[..., Event]:
    """A fact without files."""
    return lambda frames=0, note="": stream.wrap(Health(state="running", frames=frames, note=note), float(frames))


@pytest.fixture
def evidence(tmp_path: Path) -> Callable[[bytes], OutboxMedia]:
    """A file on disk, as the outbox knows it."""

    def write(content: bytes) -> OutboxMedia:
        digest = sha256(content).hexdigest()
        path = tmp_path / f"{digest[:12]}.jpg"
        path.write_bytes(content)
        return OutboxMedia(digest, path, len(content))

    return write


@pytest.fixture
def finding(stream: EventStream) -> Callable[..., Event]:
    """A claim that names files."""

    def wrap(*files: OutboxMedia) -> Event:
        media = tuple(
            MediaFile(
                name=file.path.name, shows="still_at", sha256=file.sha256, size_bytes=file.size, media_type="image/jpeg"
            )
            for file in files
        )
        body = Finding(
            offence="red_light", vehicle="car", track=1, at_s=3.0, measures=(), package=files[0].sha256, media=media
        )
        return stream.wrap(body, 3.0)

    return wrap


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
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for something that must come; the generous limit only keeps a broken test from hanging."""

    def wait(condition: Callable[[], bool]) -> None:
        give_up_s = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < give_up_s, "what the test waits for did not come"
            time.sleep(0.02)

    return wait

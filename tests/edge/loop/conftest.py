"""Drawn videos with one to three bright cars, and the real network of `tests/edge` that boxes what is bright."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from edge.loop.settings import CameraSettings
from edge.loop.watched import Watched
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.frame import Frame
from vision.geometry.lines import Line
from vision.sources.open import open_source
from vision.sources.report import Tally
from vision.sources.source import Source
from vision.sources.writer import VideoWriter
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

SIZE_PX = (160, 96)
FPS = 25.0


def drawn(number: int, px_a_frame: float = 1.5) -> np.ndarray:
    """Grey ground, and a white car of 24 × 16 pixels that drives from left to right."""
    image = np.full((SIZE_PX[1], SIZE_PX[0], 3), 60, np.uint8)
    left = 4 + round(px_a_frame * number)
    image[40:56, max(left, 0) : max(left + 24, 0)] = 255
    return image


@pytest.fixture(scope="session")
def standing_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds: the car stands for two of them, then drives."""
    file = tmp_path_factory.mktemp("video") / "standing.mp4"
    with VideoWriter(file, SIZE_PX, FPS) as video:
        for number in range(75):
            video.write(drawn(max(0, number - 50)), number / FPS)
    return file


@pytest.fixture
def detector(tiny_model: Path) -> Iterator[Detector]:
    model = resolve_model(tiny_model)
    opened = Detector.open(model.file, model.card, lanes=2)
    yield opened
    opened.close()


def middle_line() -> LineCounter:
    return LineCounter((Line("middle", "counting", ((80, 8), (80, 88))),), SIZE_PX)


@pytest.fixture
def counter() -> Callable[[], LineCounter]:
    return middle_line


@pytest.fixture
def watched() -> Iterator[Callable[..., Watched]]:
    """A camera on a file or on a source; what was opened here is closed here."""
    opened: list[Source] = []

    def build(name: str, source: Path | Source, settings: CameraSettings | None = None, **more: object) -> Watched:
        if isinstance(source, Path):
            source = open_source(str(source))
            opened.append(source)
        return Watched(name, source, Tracker(), middle_line(), settings or CameraSettings(), **more)

    yield build
    for source in opened:
        source.close()


@dataclass
class Pictures:
    """A source of pictures made here. live: as a camera; fault: raised behind the last of them."""

    numbers: range = range(100)
    live: bool = False
    fault: Exception | None = None
    size_px: tuple[int, int] = SIZE_PX
    fps: float | None = FPS
    frames_expected: int | None = None
    ring: None = None
    tally: Tally = field(default_factory=lambda: Tally("drawn"))
    closed: bool = False

    def __iter__(self) -> Iterator[Frame]:
        for number in self.numbers:
            if self.closed:
                return
            self.tally.frames_good += 1
            yield Frame(number, number / FPS, drawn(number), 0.0)
        if self.fault is not None:
            raise self.fault

    def report(self):
        return self.tally.report()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def pictures() -> type[Pictures]:
    return Pictures

"""Small real disks, events, and a drawn video with hand-made tracks of the car in it."""

import ctypes
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from edge.agent.prosecutor import Prosecutor
from edge.agent.witness import Witness
from edge.loop.seen import Seen
from edge.patrol.patrols import patrols_of
from edge.patrol.surroundings import Surroundings
from violations.evidence.keys import load_or_make_key
from violations.evidence.ledger import EvidenceLedger
from vision.events.bodies import Crossing, Direction
from vision.events.envelope import Event
from vision.events.lamps import LampTimeline
from vision.events.stream import EventStream
from vision.frame import Frame
from vision.geometry.scene import Scene
from vision.sources.writer import VideoWriter
from vision.tracks import Tracks
from vision.traffic.incidents.follower import Follower
from vision.vehicles import VehicleKind

SIZE_PX = (160, 96)
FPS = 25.0


@pytest.fixture
def ledger_of() -> Callable[[Path], EvidenceLedger]:
    """The ledger of an evidence folder, sealed by a key of its own beside it."""
    return lambda folder: EvidenceLedger.open(folder, load_or_make_key(folder.parent / "device.key"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A mounted file system of one megabyte; skips where we may not mount."""
    folder = tmp_path / "small"
    folder.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, b"size=1m") != 0:
        pytest.skip(f"mounting a small disk needs root: {os.strerror(ctypes.get_errno())}")
    yield folder
    libc.umount2(bytes(folder), 2)


@pytest.fixture
def fill() -> Callable[[Path, int], Path]:
    """Takes all but `left` bytes of a small disk; deleting the file it returns gives the room back."""

    def take(folder: Path, left: int = 0) -> Path:
        ballast = folder / "ballast"
        free = os.statvfs(folder)
        with ballast.open("wb", buffering=0) as file:
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - left)
        return ballast

    return take


NORTH = {"line": [[0.5, 10 / 96], [0.5, 90 / 96]], "entering": "right_to_left", "signal_group": "a"}


@pytest.fixture
def prosecutor_of() -> Callable[..., Prosecutor]:
    """Judges the stop line `north`, at x = 80 of the drive, by a lamp `a`; changes go to its surroundings."""

    def make(witness: Witness, lamp: LampTimeline, **changes: object) -> Prosecutor:
        scene = Scene.model_validate({"version": 1, "camera": "cam-1", "stop_lines": {"north": NORTH}})
        around = Surroundings(None, scene.timezone, **changes)
        patrols = patrols_of(scene, SIZE_PX, {"a"})
        return Prosecutor(patrols, witness, Follower(scene, SIZE_PX), around, {"a": lamp})

    return make


@pytest.fixture
def crossing() -> Callable[..., Crossing]:
    def make(**changes: object) -> Crossing:
        fields = {
            "line": "north",
            "role": "stop",
            "track": 7,
            "vehicle": "car",
            "direction": Direction.RIGHT_TO_LEFT,
            "frame": 50,
            "at_s": 2.0,
            "at_error_s": 0.02,
            "x": 0.5,
            "y": 0.5,
            "speed_mps": 9.0,
            "speed_error_mps": 0.5,
        }
        return Crossing.model_validate(fields | changes)

    return make


@pytest.fixture
def stream() -> EventStream:
    return EventStream("cam-1", "b1", datetime(2026, 11, 21, tzinfo=UTC))


@pytest.fixture
def crossing_event(stream: EventStream, crossing: Callable[..., Crossing]) -> Callable[[], Event]:
    return lambda: stream.wrap(crossing(), 2.0)


def car_px(number: int) -> tuple[int, int, int, int]:
    """Where the car is in the picture of that number: 1 px a frame, its feet on x = 80 in number 60."""
    left = 8 + number
    return left, 40, left + 24, 56


def drawn(number: int) -> np.ndarray:
    image = np.random.default_rng(3).integers(20, 90, (SIZE_PX[1], SIZE_PX[0], 3), dtype=np.uint8)
    x1, y1, x2, y2 = car_px(number)
    image[y1:y2, x1:x2] = (255, 255, 255)
    for bit in range(8):  # the picture's own number, so that a still can be told from its neighbours
        image[:12, 12 * bit : 12 * bit + 12] = 235 if number >> bit & 1 else 16
    return image


@pytest.fixture
def number_of() -> Callable[[np.ndarray], int]:
    """The number drawn into a picture."""
    return lambda image: sum(int(image[3:9, 12 * bit + 3 : 12 * bit + 9].mean() > 127) << bit for bit in range(8))


@pytest.fixture(scope="session")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of 120 pictures, with references to later ones as cameras make them."""
    file = tmp_path_factory.mktemp("drive") / "drive.mp4"
    with VideoWriter(file, SIZE_PX, FPS) as video:
        for number in range(120):
            video.write(drawn(number), number / FPS)
    return file


def tracks_of(number: int, *, seen: bool = True, track: int = 7) -> Tracks:
    return Tracks(
        id=np.array([track], np.int64),
        xyxy_px=np.array([car_px(number)], np.float32),
        score=np.array([0.9], np.float32),
        kind=np.array([VehicleKind.CAR], np.int8),
        confirmed=np.array([True]),
        seen=np.array([seen]),
        ended=np.zeros(0, np.int64),
    )


@pytest.fixture
def believe() -> Callable[..., Seen]:
    """What the eyes would have said of a frame of the drive."""

    def make(frame: Frame, *crossings: Crossing, **changes: bool | int) -> Seen:
        return Seen(frame, tracks_of(frame.index, **changes), crossings)

    return make

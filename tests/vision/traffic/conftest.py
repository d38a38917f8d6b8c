"""Drives boxes over lines, frame by frame."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from vision.events.bodies import Crossing
from vision.geometry.lines import Line
from vision.tracks import Tracks
from vision.traffic.crossings import LineCounter
from vision.vehicles import VehicleKind


@dataclass(frozen=True)
class Box:
    """One track in one frame; feet_px is the middle of the lower edge."""

    feet_px: tuple[float, float]
    size_px: tuple[float, float] = (80, 60)
    track: int = 1
    kind: VehicleKind = VehicleKind.CAR
    confirmed: bool = True
    seen: bool = True

    def xyxy_px(self) -> tuple[float, float, float, float]:
        (x, y), (width, height) = self.feet_px, self.size_px
        return x - width / 2, y - height, x + width / 2, y


def tracks_of(boxes: Sequence[Box], ended: Sequence[int] = ()) -> Tracks:
    return Tracks(
        id=np.array([box.track for box in boxes], np.int64),
        xyxy_px=np.array([box.xyxy_px() for box in boxes], np.float32).reshape(-1, 4),
        score=np.full(len(boxes), 0.9, np.float32),
        kind=np.array([box.kind for box in boxes], np.int8),
        confirmed=np.array([box.confirmed for box in boxes], np.bool_),
        seen=np.array([box.seen for box in boxes], np.bool_),
        ended=np.array(ended, np.int64),
    )


def play(
    frames: Iterable[Sequence[Box]],
    counter: LineCounter | None = None,
    fps: float = 25,
    ended: Mapping[int, Sequence[int]] | None = None,
) -> list[Crossing]:
    """All crossings of these frames; without a counter of one line at y = 300 from x = 100 to 700 of 800 × 600."""
    counter = counter or LineCounter([Line("across", "counting", ((100, 300), (700, 300)))], (800, 600))
    return [
        crossing
        for index, boxes in enumerate(frames)
        for crossing in counter.update(tracks_of(boxes, (ended or {}).get(index, ())), index, index / fps)
    ]


@dataclass(frozen=True)
class Road:
    box: type[Box]
    play: Callable[..., list[Crossing]]


@pytest.fixture(scope="session")
def road() -> Road:
    """`road.box` makes a box of one frame, `road.play` runs frames of boxes over a line."""
    return Road(Box, play)

"""Drawn scenes for the tracker: boxes by centre and size, and a film that runs them through it."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from vision.detections import Detections
from vision.track.settings import TrackerSettings
from vision.track.tracker import Tracker
from vision.tracks import Tracks
from vision.vehicles import VehicleKind

Thing = tuple[float, float, float, float, float, VehicleKind]
Frames = Iterable[tuple[float, list[Thing]]]


@pytest.fixture(scope="session")
def shot() -> Callable[..., Detections]:
    """shot((x, y, width, height, score, kind), …): one frame's detections, x and y being the centre in pixels."""

    def build(*things: Thing) -> Detections:
        rows = np.array([thing[:5] for thing in things], np.float32).reshape(-1, 5)
        half = rows[:, 2:4] / 2
        corners = np.concatenate([rows[:, :2] - half, rows[:, :2] + half], axis=1)
        return Detections(corners, rows[:, 4], np.array([thing[5] for thing in things], np.int8))

    return build


@pytest.fixture(scope="session")
def film(shot: Callable[..., Detections]) -> Callable[..., list[Tracks]]:
    """film([(media_s, [thing, …]), …]): what a new tracker says after each frame."""

    def run(frames: Frames, settings: TrackerSettings | None = None) -> list[Tracks]:
        tracker = Tracker(settings)
        return [tracker.update(shot(*things), media_s) for media_s, things in frames]

    return run

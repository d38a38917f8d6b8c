"""A drawn junction under a fixed camera: houses, kerbs and windows that stay, vehicles that drive, and sensor noise."""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from vision.arrays import U8
from vision.events.camera import CameraState, ImageQuality
from vision.health.camera import CameraHealth

SIZE_PX = (640, 360)
NOISE = np.random.default_rng(5).normal(0, 2, (7, SIZE_PX[1], SIZE_PX[0])).round().astype(np.int16)
Change = Callable[[U8], U8]


def background() -> U8:
    rng = np.random.default_rng(11)
    picture = np.full((SIZE_PX[1], SIZE_PX[0]), 95, np.uint8)
    for _ in range(160):
        x, y = rng.integers(0, SIZE_PX[0]), rng.integers(0, SIZE_PX[1])
        width, height = rng.integers(12, 70, 2)
        cv2.rectangle(picture, (int(x), int(y)), (int(x + width), int(y + height)), int(rng.integers(30, 210)), -1)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.7), np.uint8)


@dataclass
class Junction:
    """One camera's stream; `watch` plays it on, with a change on every picture, and hands on what was said."""

    health: CameraHealth
    fps: float = 10.0
    vehicles: int = 8
    frame: int = 0
    scenery: U8 = field(default_factory=background)

    @property
    def media_s(self) -> float:
        return self.frame / self.fps

    def picture(self) -> U8:
        """With vehicles on eight tracks, each at its own speed; they take up about a fifth of the picture."""
        picture = self.scenery.copy()
        for number in range(self.vehicles):
            x = int((self.frame * (3 + number) * 10 / self.fps + 150 * number) % (SIZE_PX[0] + 120)) - 120
            y = 40 + 38 * number
            cv2.rectangle(picture, (x, y), (x + 110, y + 34), 40 + 22 * number, -1)
            cv2.rectangle(picture, (x + 12, y + 6), (x + 40, y + 20), 200 - 15 * number, -1)
        return cv2.add(picture, NOISE[self.frame % len(NOISE)], dtype=cv2.CV_8U)

    def watch(
        self, seconds: float, change: Change = lambda picture: picture, lost: Callable[[int], bool] = lambda _: False
    ) -> list[CameraState]:
        """lost: whether the frame of that number never came."""
        told: list[CameraState | ImageQuality] = []
        for _ in range(round(seconds * self.fps)):
            if not lost(self.frame):
                image = change(self.picture()) if self.health.due(self.media_s) else None
                told += self.health.see(image, self.media_s)
            self.frame += 1
        self.said = told
        return [one for one in told if isinstance(one, CameraState)]


@pytest.fixture
def junction() -> Junction:
    return Junction(CameraHealth())


@pytest.fixture
def moved() -> Callable[..., Change]:
    def make(x_px: float = 0, y_px: float = 0, degrees: float = 0) -> Change:
        motion = cv2.getRotationMatrix2D((SIZE_PX[0] / 2, SIZE_PX[1] / 2), degrees, 1)
        motion[:, 2] += (x_px, y_px)
        return lambda picture: cv2.warpAffine(picture, motion, SIZE_PX, borderMode=cv2.BORDER_REFLECT)

    return make

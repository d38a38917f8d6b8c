"""What lies behind a drawn signal head: sky, leaves, walls, darkness and the lights of others."""

from dataclasses import dataclass

import cv2
import numpy as np

from models.datasets.lamp_regions_wear import blurred
from vision.arrays import F32

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Light:
    """night 0..1 darkens all that does not shine itself; veil 0..1 lays the sky's glare over the head."""

    night: float
    veil: float


def bgr(hue: float, saturation: float, value: float) -> Colour:
    """OpenCV half degrees and 0..1 to BGR 0..255."""
    pixel = np.array([[[hue * 2 % 360, saturation, value]]], np.float32)
    b, g, r = (255 * cv2.cvtColor(pixel, cv2.COLOR_HSV2BGR))[0, 0].tolist()
    return b, g, r


def ground(size: tuple[int, int], light: Light, rng: np.random.Generator) -> F32:
    """`size` (height, width) to (height, width, 3) BGR 0..255, without a head."""
    sort = rng.random()
    board = _sky(size, rng) if sort < 0.4 else _mottled(size, rng, paint=sort > 0.85)
    for _ in range(int(rng.integers(0, 6))):
        _thing(board, rng)
    board *= np.float32(1 - 0.93 * light.night)
    if light.night > 0.3 or rng.random() < 0.1:
        for _ in range(int(rng.integers(0, 5))):
            _strange_light(board, rng)
    return np.clip(board, 0, 255)


def _sky(size: tuple[int, int], rng: np.random.Generator) -> F32:
    top, foot = (rng.uniform((140, 130, 110), (255, 240, 240)).astype(np.float32) for _ in range(2))
    ramp = np.linspace(0, 1, size[0], dtype=np.float32)[:, None, None]
    return np.ascontiguousarray(np.broadcast_to(top * (1 - ramp) + foot * ramp, (*size, 3)), np.float32)


def _mottled(size: tuple[int, int], rng: np.random.Generator, *, paint: bool) -> F32:
    """A surface of patches, coarse and fine: leaves, plaster, windows; with `paint` as red or green as a car."""
    base = np.array([(40, 75, 50), (110, 110, 110), (90, 120, 150), (60, 60, 60)][int(rng.integers(4))], np.float32)
    if paint:
        base = np.array(bgr(rng.uniform(0, 180), rng.uniform(0.4, 1.0), rng.uniform(0.3, 1.0)), np.float32)
    board = np.zeros((*size, 3), np.float32) + base * np.float32(rng.uniform(0.5, 1.6))
    for grain in (4, 12, 40):
        patches = (max(2, size[0] // grain), max(2, size[1] // grain))
        rough = rng.standard_normal(patches, np.float32) * np.float32(rng.uniform(5, 30))
        spread = np.asarray(cv2.resize(rough, size[::-1], interpolation=cv2.INTER_CUBIC), np.float32)
        board += spread[..., None] * rng.normal(1, 0.2, 3).astype(np.float32)
    return board


def _thing(board: F32, rng: np.random.Generator) -> None:
    """A wire, a pole, a sign, a wall."""
    height, width = board.shape[:2]
    p, q = ((int(rng.integers(-20, width + 20)), int(rng.integers(-20, height + 20))) for _ in range(2))
    colour = rng.uniform(0, 230, 3) if rng.random() < 0.4 else np.full(3, rng.uniform(0, 200))
    if rng.random() < 0.4:
        cv2.rectangle(board, p, q, colour.tolist(), -1)
    else:
        cv2.line(board, p, q, colour.tolist(), int(rng.integers(1, 5)))


def _strange_light(board: F32, rng: np.random.Generator) -> None:
    """A street lamp, a window, a tail lamp."""
    height, width = board.shape[:2]
    glow = np.zeros((height, width), np.float32)
    cv2.circle(glow, (int(rng.integers(width)), int(rng.integers(height))), int(rng.integers(1, 7)), 1.0, -1)
    colour = np.array(bgr(rng.uniform(0, 180), rng.uniform(0, 0.9), 1.0), np.float32)
    board += colour * blurred(glow, rng.uniform(0.8, 5))[..., None]

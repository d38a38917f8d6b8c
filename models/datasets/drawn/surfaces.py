"""Pictures for the unmoving world: asphalt, house fronts, paving, leaves."""

import cv2
import numpy as np

from models.datasets.drawn.mesh import Colour
from vision.arrays import F64, U8


def _noise(rng: np.random.Generator, size: int, cells: int) -> F64:
    """Smooth noise of mean 0 and deviation 1 that repeats without a seam."""
    coarse = rng.normal(0, 1, (cells, cells))
    wrapped = np.tile(coarse, (3, 3)).astype(np.float32)
    fine = cv2.resize(wrapped, (size * 3, size * 3), interpolation=cv2.INTER_CUBIC)[size : 2 * size, size : 2 * size]
    return np.asarray(fine / max(float(fine.std()), 1e-6), np.float64)


def asphalt(rng: np.random.Generator, base: float, size: int = 512) -> U8:
    """Grey with grain, blotches, a few cracks and patches; repeats every 16 m or so."""
    value = base + 0.030 * rng.normal(0, 1, (size, size)) + 0.010 * _noise(rng, size, 64) + 0.010 * _noise(rng, size, 5)
    picture: U8 = np.clip(value[:, :, None] * np.array([1.01, 1.0, 0.99]) * 255, 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(0, 4))):
        x, y = rng.integers(0, size, 2).tolist()
        w, h = rng.integers(20, 120, 2).tolist()
        patch = picture[y : y + h, x : x + w]
        picture[y : y + h, x : x + w] = np.clip(patch.astype(np.int16) - int(rng.integers(5, 18)), 0, 255)
    for _ in range(int(rng.integers(0, 6))):
        walk = np.cumsum(rng.normal(0, 6, (40, 2)), axis=0) + rng.uniform(0, size, 2)
        cv2.polylines(picture, [walk.astype(np.int32)], False, (int(base * 150),) * 3, 1, cv2.LINE_AA)
    return picture


def paving(rng: np.random.Generator, size: int = 256) -> U8:
    """Pavement slabs."""
    tone = np.array([0.42, 0.45, 0.48]) * float(rng.uniform(0.85, 1.2)) + rng.normal(0, 0.02, 3)
    value = 1 + 0.05 * rng.normal(0, 1, (size, size)) + 0.07 * _noise(rng, size, 8)
    value[:: size // 8] *= 0.8
    value[:, :: size // 8] *= 0.8
    return np.asarray(np.clip(value[:, :, None] * tone * 255, 0, 255), np.uint8)


def grass(rng: np.random.Generator, size: int = 256) -> U8:
    value = 1 + 0.16 * rng.normal(0, 1, (size, size)) + 0.16 * _noise(rng, size, 32) + 0.12 * _noise(rng, size, 6)
    tone = np.array([0.17, 0.36, 0.27]) if rng.random() < 0.7 else np.array([0.30, 0.38, 0.42])
    return np.asarray(np.clip(value[:, :, None] * tone * 255, 0, 255), np.uint8)


def house_front(rng: np.random.Generator, wall: Colour, night: bool, size: int = 256) -> U8:
    """Windows, balconies and a shop at street level, six floors or so to the picture."""
    picture = np.empty((size, size, 3), np.float32)
    picture[:] = np.array(wall[::-1], np.float32) * 255
    picture *= (1 + 0.04 * _noise(rng, size, 24))[:, :, None].astype(np.float32)
    floors, bays = int(rng.integers(3, 7)), int(rng.integers(2, 6))
    tall, wide = size / floors, size / bays
    for floor in range(floors):
        for bay in range(bays):
            if rng.random() < 0.08:
                continue
            lit = night and rng.random() < 0.35
            glass = rng.uniform(90, 230, 3) * [0.55, 0.85, 1] if lit else rng.uniform(25, 85) * np.array([1.1, 1.05, 1])
            x0, x1 = int((bay + 0.18) * wide), int((bay + 0.82) * wide)
            y0, y1 = int((floor + 0.2) * tall), int((floor + 0.78) * tall)
            cv2.rectangle(picture, (x0, y0), (x1, y1), glass.tolist(), -1)
            cv2.rectangle(picture, (x0, y0), (x1, y1), (200, 200, 200), 1)
            if rng.random() < 0.3:
                cv2.line(picture, ((x0 + x1) // 2, y0), ((x0 + x1) // 2, y1), (180, 180, 180), 1)
        if rng.random() < 0.4:
            y = int((floor + 0.9) * tall)
            cv2.rectangle(picture, (0, y), (size, y + 4), (picture[y, 0] * 0.7).tolist(), -1)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def shop_front(rng: np.random.Generator, night: bool, size: int = 256) -> U8:
    """A row of shops: openings, shutters and coloured signs with something like writing."""
    picture = np.full((size // 2, size * 2, 3), 70, np.uint8)
    x = 0
    while x < size * 2:
        wide = int(rng.integers(50, 120))
        sign, inside = rng.uniform(20, 235, 3), rng.uniform(15, 90, 3) * (2.2 if night else 1)
        cv2.rectangle(picture, (x, 0), (x + wide, size // 2), inside.tolist(), -1)
        if rng.random() < 0.3:
            for y in range(45, size // 2, 6):
                cv2.line(picture, (x, y), (x + wide, y), (150, 150, 150), 3)
        cv2.rectangle(picture, (x, 0), (x + wide - 3, 38), sign.tolist(), -1)
        for _ in range(int(rng.integers(2, 6))):
            a, b = int(rng.integers(x, x + wide)), int(rng.integers(6, 30))
            cv2.line(picture, (a, b), (a + int(rng.integers(5, 25)), b), (255 - sign).tolist(), 3)
        for _ in range(3):
            a, b = int(rng.integers(x, x + wide)), int(rng.integers(45, size // 2))
            cv2.circle(picture, (a, b), int(rng.integers(3, 12)), rng.uniform(0, 230, 3).tolist(), -1)
        x += wide
    return picture

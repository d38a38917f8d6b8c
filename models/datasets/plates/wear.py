"""What the road does to a plate: dirt, scratches, faded paint, stickers, dents of light, shadows across it."""

import cv2
import numpy as np

from vision.arrays import F32, U8


def wear(plate: U8, rng: np.random.Generator) -> U8:
    """A used plate of the same size, (h, w, 3) uint8 BGR. About a third stay nearly clean."""
    picture = plate.astype(np.float32)
    if rng.random() < 0.4:
        picture = _dirtied(picture, rng)
    if rng.random() < 0.25:
        picture = _faded(picture, rng)
    if rng.random() < 0.15:
        _scratch(picture, rng)
    if rng.random() < 0.08:
        _sticker(picture, rng)
    if rng.random() < 0.35:
        picture = _shaded(picture, rng)
    if rng.random() < 0.15:
        picture = _glaring(picture, rng)
    return np.clip(picture, 0, 255).astype(np.uint8)


def cloud(height_px: int, width_px: int, grain: int, rng: np.random.Generator) -> F32:
    """(h, w) float32 in 0..1: smooth noise with about `grain` hills along the shorter side."""
    columns = max(2, round(grain * width_px / max(height_px, 1)))
    coarse = rng.random((max(2, grain), columns)).astype(np.float32)
    return np.clip(cv2.resize(coarse, (width_px, height_px), interpolation=cv2.INTER_CUBIC), 0, 1)


def _dirtied(picture: F32, rng: np.random.Generator) -> F32:
    """Dust and mud, thicker towards the lower edge on some plates."""
    height, width = picture.shape[:2]
    amount = cloud(height, width, int(rng.integers(3, 24)), rng)
    if rng.random() < 0.4:
        amount *= np.linspace(0.2, 1.3, height, dtype=np.float32)[:, None]
    share = np.clip((amount - rng.uniform(0.35, 0.75)) * rng.uniform(1, 4), 0, rng.uniform(0.2, 0.75))[..., None]
    mud = np.array([60, 85, 110], np.float32) * rng.uniform(0.5, 1.6)
    return np.asarray(picture * (1 - share) + mud * share, np.float32)


def _faded(picture: F32, rng: np.random.Generator) -> F32:
    """Worn paint: the characters come near the ground's brightness in patches."""
    height, width = picture.shape[:2]
    share = (cloud(height, width, int(rng.integers(2, 12)), rng) * rng.uniform(0.2, 0.65))[..., None]
    ground = np.median(picture.reshape(-1, 3), axis=0)
    return picture * (1 - share) + ground * share


def _scratch(picture: F32, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(1, 6))):
        x1, y1, x2, y2 = rng.uniform(0, 1, 4) * (width, height, width, height)
        grey = float(rng.uniform(40, 230))
        cv2.line(picture, (round(x1), round(y1)), (round(x2), round(y2)), (grey,) * 3, int(rng.integers(1, 3)))


def _sticker(picture: F32, rng: np.random.Generator) -> None:
    """Something small of any colour; it may touch a character but cannot hide one."""
    height, width = picture.shape[:2]
    radius = round(height * rng.uniform(0.02, 0.06))
    middle = (int(rng.integers(0, width)), int(rng.integers(0, height)))
    cv2.circle(picture, middle, radius, tuple(float(value) for value in rng.uniform(0, 255, 3)), -1)


def _shaded(picture: F32, rng: np.random.Generator) -> F32:
    """A straight shadow over part of the plate, with a soft or hard edge."""
    height, width = picture.shape[:2]
    turn = rng.uniform(0, 2 * np.pi)
    across = np.arange(width, dtype=np.float32)[None] / width * np.cos(turn)
    down = np.arange(height, dtype=np.float32)[:, None] / height * np.sin(turn)
    depth = across + down - rng.uniform(-0.2, 0.8) * (np.cos(turn) + np.sin(turn))
    edge = 1 / (1 + np.exp(np.clip(-depth * rng.choice([4, 15, 60]), -30, 30)))
    return np.asarray(picture * (1 - edge * rng.uniform(0.3, 0.75))[..., None], np.float32)


def _glaring(picture: F32, rng: np.random.Generator) -> F32:
    """Light thrown back by the plate: a bright spot that washes out what lies under it."""
    height, width = picture.shape[:2]
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    spread = height * rng.uniform(0.15, 0.7)
    columns = np.exp(-((np.arange(width) - x) ** 2) / (2 * spread**2))
    rows = np.exp(-((np.arange(height) - y) ** 2) / (2 * spread**2))
    spot = rows[:, None] * columns[None] * rng.uniform(60, 190)
    return np.asarray(picture + spot[..., None], np.float32)

"""What air, lens and encoder do to a picture: glow, rain, glare, blur, noise, compression."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.datasets.drawn.mesh import Colour
from models.datasets.drawn.scene import Hour, Sky
from vision.arrays import F32, U8, Bool


@dataclass(frozen=True, slots=True)
class Glow:
    """A shining lamp in the picture: where, how large (px) and of which colour (RGB 0..1)."""

    x_px: float
    y_px: float
    radius_px: float
    colour: Colour


def develop(
    image: U8, sky: Sky, glows: Sequence[Glow], rng: np.random.Generator, moving: Bool | None = None, *,
    grain: F32 | None = None,
) -> U8:  # fmt: skip
    """The picture as a road camera would deliver it, same size; boxes stay where they are. `moving`: (height, width)
    True where something moves, for a camera that sends two fields. grain: (height, width, 3) noise to use in place of
    new noise, which takes longer to make than all the rest."""
    if sky.comb_px and moving is not None:
        image = _combed(image, moving, sky.comb_px)
    picture = image.astype(np.float32)
    if glows:
        picture = _with_glows(picture, glows, 1.0 if sky.hour in (Hour.NIGHT, Hour.DUSK) else 0.35)
    picture = _tone(picture, sky)
    if sky.rain > 0:
        picture = _rain(picture, sky.rain, rng)
    if sky.glare > 0:
        picture = _glare(picture, sky.glare, rng)
    if sky.vignette:
        picture *= _vignette(picture.shape[1], picture.shape[0], sky.vignette)
    picture = _lens(picture, sky)
    picture += rng.normal(0, max(sky.noise, 0.01), picture.shape).astype(np.float32) if grain is None else grain
    done = np.clip(picture, 0, 255).astype(np.uint8)
    if sky.caption:
        _caption(done, rng)
    return _compressed(done, sky.jpeg)


def _with_glows(picture: F32, glows: Sequence[Glow], strength: float) -> F32:
    """Adds a bright middle and a wide soft ring round each lamp."""
    layer = np.zeros_like(picture)
    for glow in glows:
        colour = (np.array(glow.colour[::-1]) * 255 * strength).tolist()
        middle = (round(glow.x_px), round(glow.y_px))
        cv2.circle(layer, middle, max(1, round(glow.radius_px)), colour, -1, cv2.LINE_AA)
    near = cv2.GaussianBlur(layer, (0, 0), 1.2)
    wide = cv2.GaussianBlur(layer, (0, 0), 9)
    return np.asarray(picture + near + 2.2 * wide, np.float32)


def _tone(picture: F32, sky: Sky) -> F32:
    grey = picture @ np.array([0.114, 0.587, 0.299], np.float32)
    picture = grey[:, :, None] + (picture - grey[:, :, None]) * sky.saturation
    picture = (picture - 118) * sky.contrast + 118
    return np.asarray(picture * np.array([1 - sky.warmth, 1, 1 + sky.warmth], np.float32), np.float32)


def _rain(picture: F32, heavy: float, rng: np.random.Generator) -> F32:
    height, width = picture.shape[:2]
    streaks = np.zeros((height, width), np.float32)
    lean = float(rng.normal(0, 0.15))
    for _ in range(int(heavy * 900)):
        x, y, long = int(rng.integers(width)), int(rng.integers(height)), float(rng.uniform(6, 26))
        cv2.line(streaks, (x, y), (int(x + lean * long), int(y + long)), float(rng.uniform(20, 70)), 1, cv2.LINE_AA)
    soft = cv2.GaussianBlur(streaks, (0, 0), 0.8)
    veil = 150 * 0.25 * heavy
    return np.asarray(picture * (1 - 0.25 * heavy) + veil + soft[:, :, None], np.float32)


def _glare(picture: F32, strong: float, rng: np.random.Generator) -> F32:
    """Low sun or a lamp in the lens."""
    height, width = picture.shape[:2]
    x, y = rng.uniform(0, width), rng.uniform(-0.2, 0.5) * height
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    away = np.hypot(columns - x, rows - y) / width
    shine = strong * (190 * np.exp(-((away / 0.16) ** 2)) + 90 * np.exp(-away / 0.4))
    return np.asarray(picture + shine[:, :, None] * np.array([0.85, 0.95, 1.0]), np.float32)


def _lens(picture: F32, sky: Sky) -> F32:
    height, width = picture.shape[:2]
    if sky.shrink < 0.98:
        small = cv2.resize(picture, None, fx=sky.shrink, fy=sky.shrink, interpolation=cv2.INTER_AREA)
        # Sent small and enlarged afterwards: its blocks grow with it.
        small = _compressed(np.clip(small, 0, 255).astype(np.uint8), max(sky.jpeg, 40)).astype(np.float32)
        picture = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    if sky.blur_px > 0.25:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), sky.blur_px), np.float32)
    if sky.sharpen > 0:
        picture = picture + sky.sharpen * (picture - cv2.GaussianBlur(picture, (0, 0), 1.4))
    return np.asarray(picture, np.float32)


def _combed(image: U8, moving: Bool, shift_px: float) -> U8:
    """Every other line of what moves, a little further on."""
    step = round(shift_px)
    done = image.copy()
    shifted, where = np.roll(image, step, axis=1), moving | np.roll(moving, step, axis=1)
    done[1::2] = np.where(where[1::2, :, None], shifted[1::2], image[1::2])
    return done


def _vignette(width: int, height: int, dark: float) -> F32:
    x, y = np.linspace(-1, 1, width), np.linspace(-1, 1, height)
    away = (x[None, :] ** 2 + y[:, None] ** 2) / 2
    return np.asarray(1 - dark * away[:, :, None], np.float32)


def _caption(image: U8, rng: np.random.Generator) -> None:
    """The clock and name many cameras write into their picture."""
    day, month, hour, minute, second = (
        int(rng.integers(low, high)) for low, high in ((1, 29), (1, 13), (0, 24), (0, 60), (0, 60))
    )
    text = f"{day:02}-{month:02}-2025 {hour:02}:{minute:02}:{second:02}"
    y = 24 if rng.random() < 0.6 else image.shape[0] - 14
    x = 12 if rng.random() < 0.5 else image.shape[1] - 330
    cv2.putText(image, text, (x + 1, y + 1), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 0), 1, cv2.LINE_AA)
    cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 1, cv2.LINE_AA)


def _compressed(image: U8, quality: int) -> U8:
    written, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert written, "a uint8 picture can always be encoded"
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None, "what was just encoded can be decoded"
    return np.asarray(decoded, np.uint8)

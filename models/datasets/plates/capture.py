"""What a camera and a plate finder make of a plate: a small, slanted, blurred, noisy, compressed crop."""

import cv2
import numpy as np

from models.datasets.plates.wear import cloud
from vision.arrays import F32, F64, U8

CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
LOWEST_PX, HIGHEST_PX = 18.0, 120.0
"""Height of a two-line crop; characters are about 0.37 of it, of a one-line crop 0.57."""


LOOSE_SHARE, LOOSE_MARGIN = 0.2, 0.4
"""Some finds are much larger than the plate."""


def capture(plate: U8, rng: np.random.Generator) -> U8:
    """A crop of `plate` (from the front, worn or clean) as the reader gets it, BGR, of any size."""
    crop = _lit(_placed(plate, rng).astype(np.float32), rng)
    crop = _shrunk(crop, plate.shape[1] / plate.shape[0], rng)
    crop = _blurred(crop, rng)
    crop = _noisy(crop, rng)
    picture = np.clip(crop, 0, 255).astype(np.uint8)
    return _compressed(picture, rng) if rng.random() < 0.8 else picture


def recapture(crop: U8, rng: np.random.Generator) -> U8:
    """A real crop once more: slightly turned and cut otherwise, in another light, smaller, blurred again."""
    height, width = crop.shape[:2]
    spread = rng.uniform(0.0, 0.035)
    quad = CORNERS + rng.normal(0, spread, (4, 2)) * (min(1.0, height / width * 1.5), 1.0)
    low, high = (np.clip(rng.normal(middle, 0.03, 2), middle - 0.06, middle + 0.06) for middle in (0.0, 1.0))
    size = np.array([width, height])
    source, target = CORNERS * size, (quad - low) / (high - low) * size
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32))
    turned = cv2.warpPerspective(crop, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    if rng.random() < 0.6:
        turned = _lit(turned, rng)
    if rng.random() < 0.5:
        turned = _shrunk(turned, width / height, rng)
    if rng.random() < 0.4:
        turned = _blurred(turned, rng)
    if rng.random() < 0.5:
        turned = _noisy(turned, rng)
    picture = np.clip(turned, 0, 255).astype(np.uint8)
    return _compressed(picture, rng) if rng.random() < 0.5 else picture


def _placed(plate: U8, rng: np.random.Generator) -> U8:
    """On a vehicle, slanted, and cut out about right: margins mostly of -5 to 15 percent."""
    height, width = plate.shape[:2]
    quad = _slanted(width / height, rng)
    low, high = quad.min(0), quad.max(0)
    if rng.random() < 0.6:  # straightened by four corners, not quite right
        low, high = np.zeros(2), np.ones(2)
        spread = rng.uniform(0.0, 0.05)
        quad = CORNERS + rng.normal(0, spread, (4, 2)) * (min(1.0, height / width * 1.5), 1.0)
    widest = LOOSE_MARGIN if rng.random() < LOOSE_SHARE else None
    low, high = low - _margins(widest, rng), high + _margins(widest, rng)
    size = np.array([width, height])
    canvas_px = np.maximum(((high - low) * size).round().astype(int), 8)
    target = ((quad - low) / (high - low) * canvas_px).astype(np.float32)
    matrix = cv2.getPerspectiveTransform((CORNERS * size).astype(np.float32), target)
    canvas = _surroundings(int(canvas_px[0]), int(canvas_px[1]), target, rng)
    alpha = cv2.warpPerspective(_rounded(height, width, rng), matrix, canvas.shape[1::-1], flags=cv2.INTER_AREA)
    drawn = cv2.warpPerspective(plate, matrix, canvas.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    share = (alpha.astype(np.float32) / 255)[..., None]
    return (canvas * (1 - share) + drawn * share).astype(np.uint8)


def _margins(widest: float | None, rng: np.random.Generator) -> F64:
    """Left and top, or right and bottom, as shares of the plate. `widest` None: those of a finder that did well."""
    if widest is not None:
        return rng.uniform(-0.02, widest, 2)
    return np.clip(rng.normal(0.03, 0.05, 2), -0.05, 0.15)


def _slanted(aspect: float, rng: np.random.Generator) -> F64:
    """Corners of the plate seen from the side or rolled by up to 12 degrees, about the unit square."""
    roll = np.deg2rad(np.clip(rng.normal(0, 4), -12, 12))
    centred = (CORNERS - 0.5) * (aspect, 1.0)
    shear = np.array([[1, rng.normal(0, 0.08)], [np.tan(np.clip(rng.normal(0, 0.06), -0.15, 0.15)), 1]])
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    turned = centred @ shear.T @ turn.T
    tilt = 1 + (turned[:, :1] / aspect) * rng.normal(0, 0.08) + turned[:, 1:] * rng.normal(0, 0.06)
    return np.asarray(turned * tilt / (aspect, 1.0) + 0.5)


def _rounded(height: int, width: int, rng: np.random.Generator) -> U8:
    """The plate's own outline: a sheet with more or less round corners."""
    mask = np.zeros((height, width), np.uint8)
    radius = int(rng.integers(1, max(2, height // 10)))
    cv2.rectangle(mask, (radius, radius), (width - 1 - radius, height - 1 - radius), 255, -1)
    corner = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.dilate(mask, corner), np.uint8)


def _surroundings(width: int, height: int, quad: F32, rng: np.random.Generator) -> F32:
    """Paint, plastic or shadow behind the plate, often a frame around it."""
    base = rng.uniform(5, 90, 3) if rng.random() < 0.6 else rng.uniform(20, 240, 3)
    texture = cloud(height, width, int(rng.integers(2, 14)), rng)[..., None] - 0.5
    canvas = (base + texture * rng.uniform(10, 140)).astype(np.float32)
    if rng.random() < 0.35:
        middle = quad.mean(0)
        frame = middle + (quad - middle) * rng.uniform(1.03, 1.12)
        shade = float(rng.uniform(5, 70)) if rng.random() < 0.7 else float(rng.uniform(120, 230))
        cv2.fillConvexPoly(canvas, frame.round().astype(np.int32), (shade,) * 3, cv2.LINE_AA)
    return np.clip(canvas, 0, 255)


def _lit(crop: F32, rng: np.random.Generator) -> F32:
    """Daylight, lamp light or night: brightness, contrast, uneven light, a cast of colour."""
    height, width = crop.shape[:2]
    if rng.random() < 0.4:
        crop = crop * (1 + (cloud(height, width, 2, rng)[..., None] - 0.5) * rng.uniform(0.2, 1.0))
    crop = crop * (1 + np.clip(rng.normal(0, 0.07, 3), -0.15, 0.15)).astype(np.float32)
    bent = 255 * np.clip(crop / 255, 0, 2) ** np.exp(rng.normal(0, 0.35))
    is_dark = rng.random() < 0.2
    gain = rng.uniform(0.25, 0.55) if is_dark else rng.uniform(0.6, 1.25)
    lift = rng.uniform(0, 60) if rng.random() < 0.3 else 0.0
    return np.asarray(bent * gain + lift, np.float32)


def _shrunk(crop: F32, aspect: float, rng: np.random.Generator) -> F32:
    """To the few pixels a road camera spends on it: even chances for each doubling."""
    height_px = np.exp(rng.uniform(np.log(LOWEST_PX), np.log(HIGHEST_PX)))
    if aspect > 3:
        height_px *= 0.62
    scale = min(1.0, height_px / crop.shape[0])
    width, height = (max(4, round(side * scale)) for side in crop.shape[1::-1])
    ways = [cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR]
    return np.asarray(cv2.resize(crop, (width, height), interpolation=ways[rng.integers(len(ways))]))


def _blurred(crop: F32, rng: np.random.Generator) -> F32:
    """Out of focus, or smeared along a line; by less than makes the characters unreadable."""
    reach = crop.shape[0] * (0.37 if crop.shape[1] < 3 * crop.shape[0] else 0.57)
    if rng.random() < 0.5:
        crop = np.asarray(cv2.GaussianBlur(crop, (0, 0), max(0.2, rng.uniform(0, 0.07) * reach)), np.float32)
    if rng.random() < 0.3:
        length = max(1.0, rng.uniform(0, 0.22) * reach)
        turn = rng.uniform(0, np.pi)
        size = 2 * int(np.ceil(length / 2)) + 1
        kernel = np.zeros((size, size), np.float32)
        way = np.array([np.cos(turn), np.sin(turn)]) * length / 2
        start, end = ((size // 2 + sign * way) * 16 for sign in (-1, 1))
        cv2.line(kernel, start.round().astype(int).tolist(), end.round().astype(int).tolist(), 1.0, 1, cv2.LINE_8, 4)
        kernel[size // 2, size // 2] = 1.0
        crop = np.asarray(cv2.filter2D(crop, -1, kernel / kernel.sum()), np.float32)
    return crop


def _noisy(crop: F32, rng: np.random.Generator) -> F32:
    """Sensor noise, and the halo that cameras add to look sharp."""
    if rng.random() < 0.6:
        crop = crop + rng.normal(0, rng.uniform(1, 14), crop.shape).astype(np.float32)
    if rng.random() < 0.3:
        smooth = cv2.GaussianBlur(crop, (0, 0), 1.2)
        crop = crop + (crop - smooth) * np.float32(rng.uniform(0.3, 1.8))
    return np.asarray(crop)


def _compressed(picture: U8, rng: np.random.Generator) -> U8:
    quality = int(rng.integers(25, 96))
    done, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8) if done else picture

"""What lens, sensor and encoder do to the small picture of a signal head."""

import cv2
import numpy as np

from vision.arrays import F32, U8


def wear(board: F32 | U8, night: float, rng: np.random.Generator) -> U8:
    """The board as a camera far away sees it: small, blurred, noisy, of a wrong colour, compressed.

    `board` (height, width, 3) BGR 0..255; the answer is as small as the camera shows it. `night` 0..1: noise grows.
    """
    longest = max(board.shape[:2])
    wanted = float(np.exp(rng.uniform(np.log(18), np.log(150))))
    small = resized(np.asarray(board, np.float32), min(1.0, wanted / longest))
    if rng.random() < 0.6:
        small = blurred(small, rng.uniform(0.2, 1.0) * (0.35 + min(small.shape[:2]) / 50))
    if rng.random() < 0.15:
        small = _dragged(small, rng)
    small = tinted(small, rng)
    small = small + rng.standard_normal(small.shape, np.float32) * np.float32(rng.uniform(0, 5 + 9 * night))
    return compressed(np.clip(small, 0, 255).astype(np.uint8), rng)


def blurred(board: F32, sigma_px: float) -> F32:
    return np.asarray(cv2.GaussianBlur(board, (0, 0), sigma_px), np.float32)


def resized(board: F32, scale: float) -> F32:
    size = (max(5, round(board.shape[1] * scale)), max(5, round(board.shape[0] * scale)))
    return np.asarray(cv2.resize(board, size, interpolation=cv2.INTER_AREA), np.float32)


def tinted(board: F32, rng: np.random.Generator) -> F32:
    """Exposure, contrast, saturation and white balance of another camera."""
    light = (np.clip(board, 0, 255) / 255) ** np.float32(np.exp(rng.normal(0, 0.25))) * 255
    grey = light.mean(axis=2, keepdims=True)
    light = grey + (light - grey) * rng.uniform(0.55, 1.3)
    light = (light - 128) * rng.uniform(0.7, 1.2) + 128 + rng.normal(0, 12)
    return np.asarray(light * (1 + rng.normal(0, 0.05, 3)), np.float32)


def compressed(image: U8, rng: np.random.Generator) -> U8:
    """Once through JPEG at a camera's quality; the grid falls anywhere, as it does on a cut-out region.

    Small pictures get the better qualities: a head of 20 px under the worst has no colour left to teach.
    """
    least = 25 if min(image.shape[:2]) > 24 else 50
    top, left = (int(shift) for shift in rng.integers(0, 8, 2))
    wide = cv2.copyMakeBorder(image, top, 0, left, 0, cv2.BORDER_REPLICATE)
    _, written = cv2.imencode(".jpg", wide, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(least, 96))])
    read = np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(read[top:, left:])


def _dragged(board: F32, rng: np.random.Generator) -> F32:
    """Shaken while the shutter was open."""
    length = int(rng.integers(2, 5))
    kernel = np.eye(length, dtype=np.float32) if rng.random() < 0.5 else np.ones((1, length), np.float32)
    if rng.random() < 0.5:
        kernel = kernel.T
    return np.asarray(cv2.filter2D(board, -1, kernel / kernel.sum()), np.float32)

"""What cameras, light and storage do to a picture of plates, corners left where they are."""

import cv2
import numpy as np

from vision.arrays import F32, U8


def weather(image: U8, rng: np.random.Generator) -> U8:
    """A worse copy: colour, darkness, small sensor, blur, motion, noise, compression, each now and then."""
    image = _toned(image, rng)
    if rng.random() < 0.3:
        image = _coarse(image, rng)
    if rng.random() < 0.3:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.4, 1.6))), np.uint8)
    if rng.random() < 0.12:
        image = np.asarray(cv2.filter2D(image, -1, _motion(rng)), np.uint8)
    if rng.random() < 0.4:
        noisy = image + rng.normal(0, rng.uniform(1, 14), image.shape[:2])[..., None]
        image = np.clip(noisy, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(18, 92))])
        image = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)
    return image


def _toned(image: U8, rng: np.random.Generator) -> U8:
    """Gain of each colour and gamma; now and then grey, now and then a dark night."""
    if rng.random() < 0.12:
        image = np.repeat(np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)[..., None], 3, axis=2)
    night = rng.uniform(0.3, 0.8) if rng.random() < 0.2 else 1.0
    gain = night * np.exp(rng.normal(0, 0.06, 3)) * np.exp(rng.normal(0, 0.15))
    levels = (np.arange(256)[:, None] / 255) ** np.exp(rng.normal(0, 0.2)) * 255 * gain
    return np.asarray(cv2.LUT(image, np.clip(levels, 0, 255).astype(np.uint8).reshape(1, 256, 3)), np.uint8)


def _coarse(image: U8, rng: np.random.Generator) -> U8:
    """As if taken with fewer pixels and enlarged."""
    height, width = image.shape[:2]
    share = rng.uniform(0.35, 0.8)
    small = cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    how = cv2.INTER_LINEAR if rng.random() < 0.5 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(small, (width, height), interpolation=how), np.uint8)


def _motion(rng: np.random.Generator) -> F32:
    """A kernel that smears along a line of up to 9 pixels."""
    length, angle = int(rng.integers(2, 10)), rng.uniform(0, 180)
    side = length | 1
    line = np.zeros((side, side), np.float32)
    line[side // 2] = 1
    turn = cv2.getRotationMatrix2D((side // 2, side // 2), angle, 1.0)
    turned = cv2.warpAffine(line, turn, (side, side))
    kernel: F32 = np.asarray(turned, np.float32) / max(float(turned.sum()), 1e-6)
    return kernel

"""Any crop of a plate at the reader's own size: the same here and in training."""

import cv2
import numpy as np

from vision.arrays import U8


def fit(picture: U8, width_px: int, height_px: int) -> U8:
    """(h, w, 3) uint8 BGR of any size → (height_px, width_px, 3), stretched: what is in it matters, not its shape."""
    height, width = picture.shape[:2]
    if height > height_px or width > width_px:
        smaller = (min(width, width_px), min(height, height_px))
        picture = np.asarray(cv2.resize(picture, smaller, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_LINEAR), np.uint8)

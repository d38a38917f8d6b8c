"""Bends a pinhole's picture as the lens of a camera does."""

import cv2
import numpy as np

from models.datasets.drawn.camera import Camera
from vision.arrays import F32, I64, U8


class Lens:
    """Moves pixels of the picture that `camera.unbent()` has to where `camera` shows them."""

    def __init__(self, camera: Camera) -> None:
        width, height = camera.size_px
        x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
        across, down = camera.straightened(x, y)
        focal = camera.unbent().focal_px
        self._x: F32 = (across * focal + width / 2 - 0.5).astype(np.float32)
        self._y: F32 = (down * focal + height / 2 - 0.5).astype(np.float32)

    def picture(self, image: U8) -> U8:
        bent = cv2.remap(image, self._x, self._y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(bent, np.uint8)

    def ids(self, ids: I64) -> I64:
        """Numbers are not mixed: each pixel takes its nearest one's."""
        bent = cv2.remap(ids.astype(np.float32), self._x, self._y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(bent, np.int64)

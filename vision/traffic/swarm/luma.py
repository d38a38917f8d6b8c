"""The small grey picture that swarm mode looks at."""

import cv2
import numpy as np

from vision.arrays import U8

WIDTH_PX = 320
GREEN = 1


def small_size(frame_size_px: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of the small picture of a frame of (width, height); a small frame stays as it is."""
    width, height = frame_size_px
    small_width = min(width, WIDTH_PX)
    return small_width, max(round(height * small_width / width), 1)


def small_luma(image: U8) -> U8:
    """(height, width) uint8 of a (height, width, 3) BGR frame: its green, which is most of what an eye calls bright."""
    height, width = image.shape[:2]
    size = small_size((width, height))
    # Of a large picture every second pixel of every second row is plenty for averaging.
    thin = 2 if width >= 4 * size[0] else 1
    return np.asarray(
        cv2.resize(np.ascontiguousarray(image[::thin, ::thin, GREEN]), size, interpolation=cv2.INTER_AREA)
    )

"""One picture of one camera, with the time the camera itself gave it."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from vision.arrays import U8

Rect = tuple[int, int, int, int]
"""x1, y1, x2, y2 in full-frame pixels: a part of the picture, x2 and y2 just outside it."""


class Pixels(Protocol):
    """A picture in whatever form it came; what is asked for is made then, and nothing else.

    A full-size BGR picture of a 1080p camera costs more than finding the vehicles in a small one does, and only
    drawing and stills need it.
    """

    @property
    def size_px(self) -> tuple[int, int]:
        """(width, height) as a viewer sees it."""

    def bgr(self) -> U8:
        """(height, width, 3) uint8, BGR, full resolution; made once, then kept; never edited in place."""

    def shrink_into(self, out: U8, part: Rect | None = None) -> None:
        """Fill `out`, (3, h, w) uint8 planes B, G, R, with `part` of the picture, None for all, filtered bilinearly."""

    def cut(self, part: Rect) -> U8:
        """A copy of `part`, (h, w, 3) uint8: the very bytes that `bgr` has there, without making the rest."""

    def luma(self, size_px: tuple[int, int]) -> U8:
        """(h, w) uint8: the brightness of the whole picture, each pixel the mean of what it covers."""


class ImagePixels:
    """A picture that is there already as (height, width, 3) uint8 BGR; ValueError for anything else."""

    __slots__ = ("_image",)

    def __init__(self, image: U8) -> None:
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
            raise ValueError(f"image: wanted (height, width, 3) uint8, found {image.shape} of {image.dtype}")
        self._image = image

    @property
    def size_px(self) -> tuple[int, int]:
        return self._image.shape[1], self._image.shape[0]

    def bgr(self) -> U8:
        return self._image

    def shrink_into(self, out: U8, part: Rect | None = None) -> None:
        x1, y1, x2, y2 = part or (0, 0, *self.size_px)
        size_px = out.shape[2], out.shape[1]
        # The networks were trained on pictures shrunk bilinearly; a finer filter costs time and measures no better.
        small = cv2.resize(self._image[y1:y2, x1:x2], size_px, interpolation=cv2.INTER_LINEAR)
        for channel, plane in enumerate(out):
            cv2.extractChannel(small, channel, plane)

    def cut(self, part: Rect) -> U8:
        x1, y1, x2, y2 = part
        return self._image[y1:y2, x1:x2].copy()

    def luma(self, size_px: tuple[int, int]) -> U8:
        small = cv2.resize(self._image, size_px, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)


def as_pixels(image: Pixels | U8) -> Pixels:
    return ImagePixels(image) if isinstance(image, np.ndarray) else image


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """
    index        place among the source's good frames, from 0
    media_s      the stream's own presentation time, seconds from its first frame; never wall time
    picture      the picture itself: an image as `image` gives it, or what makes one
    arrived_s    time.monotonic() when decoding ended: ages and timeouts are taken from this
    """

    index: int
    media_s: float
    picture: Pixels | U8
    arrived_s: float

    @property
    def image(self) -> U8:
        """(height, width, 3) uint8, BGR, full resolution; never edited in place. Costly at the first ask."""
        return self.picture if isinstance(self.picture, np.ndarray) else self.picture.bgr()

    @property
    def pixels(self) -> Pixels:
        return as_pixels(self.picture)

    @property
    def size_px(self) -> tuple[int, int]:
        """(width, height)."""
        if isinstance(self.picture, np.ndarray):
            return self.picture.shape[1], self.picture.shape[0]
        return self.picture.size_px

"""One picture in the two sizes that its health is judged in."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.arrays import F32, U8
from vision.frame import Pixels

SMALL_WIDTH_PX = 480
CELL_PX = 30
LEAST_PX = 2 * CELL_PX


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """
    luma      (height, width) uint8, full frame; None where only the small one was wanted
    small     (height, width) uint8, at most SMALL_WIDTH_PX wide
    size_px   (width, height) of the full frame
    scale     full-frame px per small px
    cell_mean, cell_std  (rows, columns) float32: level and texture of the small picture's cells of CELL_PX
    """

    media_s: float
    luma: U8 | None
    small: U8
    size_px: tuple[int, int]
    scale: float
    cell_mean: F32
    cell_std: F32


def take_look(picture: Pixels | U8, media_s: float, *, fine: bool = True) -> Look:
    """From a picture in any form, or its luma (height, width) uint8; ValueError for anything else.

    fine: whether the full-size luma is wanted; it costs as much as all the rest.
    """
    pixels = _Luma(picture) if isinstance(picture, np.ndarray) else picture
    size_px = pixels.size_px
    if min(size_px) < LEAST_PX:
        raise ValueError(f"picture: wanted at least {LEAST_PX} pixels each way, found {size_px[0]} × {size_px[1]}")
    scale = max(1.0, size_px[0] / SMALL_WIDTH_PX)
    small_px = (round(size_px[0] / scale), max(LEAST_PX, round(size_px[1] / scale)))
    small = pixels.luma(small_px)
    luma = pixels.luma(size_px) if fine else None
    return Look(media_s, luma, small, size_px, scale, *_cells(small))


def too_small(picture: Pixels | U8) -> bool:
    """Whether it has not even a few cells."""
    return min(_size_px(picture)) < LEAST_PX


def _size_px(picture: Pixels | U8) -> tuple[int, int]:
    return (picture.shape[1], picture.shape[0]) if isinstance(picture, np.ndarray) else picture.size_px


class _Luma:
    """A picture that is there already, BGR or luma, for those who ask for its luma only."""

    def __init__(self, image: U8) -> None:
        if image.dtype != np.uint8 or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] != 3):
            raise ValueError(
                f"picture: wanted (height, width, 3) or (height, width) uint8, found {image.shape} of {image.dtype}"
            )
        self.size_px = image.shape[1], image.shape[0]
        self._luma = image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)

    def luma(self, size_px: tuple[int, int]) -> U8:
        if size_px == self.size_px:
            return self._luma
        return np.asarray(cv2.resize(self._luma, size_px, interpolation=cv2.INTER_AREA), np.uint8)


def _cells(small: U8) -> tuple[F32, F32]:
    """Mean and standard deviation of each whole cell."""
    rows, columns = small.shape[0] // CELL_PX, small.shape[1] // CELL_PX
    levels = small[: rows * CELL_PX, : columns * CELL_PX].astype(np.float32)
    size = (columns, rows)
    mean = np.asarray(cv2.resize(levels, size, interpolation=cv2.INTER_AREA), np.float32)
    square = np.asarray(cv2.resize(levels * levels, size, interpolation=cv2.INTER_AREA), np.float32)
    return mean, np.sqrt(np.maximum(square - mean * mean, 0))

"""Cuts a plate out of a picture as if the camera had faced it."""

from enum import Enum

import cv2
import numpy as np

from vision.arrays import F32, U8

MARGIN = 0.04
"""Of width and height, usually left around the plate: corners are never exact, and a cut character is lost."""
SHRINK_BEYOND = 2.0


class Blank(Enum):
    """The three blanks of Vietnamese plates: value is width by height, then the size in pixels they are cut out at."""

    CAR_LONG = (520 / 110, (378, 80))
    CAR_SHORT = (330 / 165, (256, 128))
    MOTORBIKE = (190 / 140, (217, 160))

    @property
    def aspect(self) -> float:
        return self.value[0]

    @property
    def size_px(self) -> tuple[int, int]:
        """(width, height), without the margin."""
        return self.value[1]


def aspect_of(quad_px: F32) -> float:
    """Width by height of the quad as it is seen, from the middles of its sides' lengths."""
    top, right, bottom, left = np.linalg.norm(np.roll(quad_px, -1, axis=0) - quad_px, axis=1)
    return float((top + bottom) / max(float(right + left), 1e-6))


def blank_of(quad_px: F32) -> Blank:
    """The blank whose shape the quad comes nearest to, by ratio: seen from the side, a plate only gets narrower."""
    seen = np.log(max(aspect_of(quad_px), 1e-6))
    return min(Blank, key=lambda blank: abs(np.log(blank.aspect) - seen))


def straighten(image: U8, quad_px: F32, blank: Blank | None = None, margin: float = MARGIN) -> U8:
    """The plate of `quad_px` (clockwise from its own top left) with a margin, from the front. `blank` None: by shape.

    What lies beyond the picture is filled with its edge.
    """
    width, height = (blank or blank_of(quad_px)).size_px
    edge_x, edge_y = round(width * margin), round(height * margin)
    left, top, right, bottom = edge_x, edge_y, edge_x + width, edge_y + height
    target = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32) - np.float32(0.5)
    piece, quad = _nearby(image, quad_px, width)
    matrix = cv2.getPerspectiveTransform(quad - np.float32(0.5), target)
    size = (width + 2 * edge_x, height + 2 * edge_y)
    flat = cv2.warpPerspective(piece, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.uint8)


def _nearby(image: U8, quad_px: F32, width_px: int) -> tuple[U8, F32]:
    """The part of the picture around the quad, area-shrunk where the plate is far larger than wanted."""
    reach = np.ptp(quad_px, axis=0) * 0.2 + 4
    limit = np.array(image.shape[1::-1])
    low = np.clip(np.floor(quad_px.min(axis=0) - reach), 0, limit - 1).astype(int)
    high = np.clip(np.ceil(quad_px.max(axis=0) + reach), low + 1, limit).astype(int)
    piece, quad = image[low[1] : high[1], low[0] : high[0]], quad_px - low.astype(np.float32)
    larger = float(np.linalg.norm(quad[1] - quad[0])) / width_px
    if larger <= SHRINK_BEYOND:
        return piece, quad
    size = (max(1, round(piece.shape[1] / larger)), max(1, round(piece.shape[0] / larger)))
    scale = np.array([size[0] / piece.shape[1], size[1] / piece.shape[0]], np.float32)
    return np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_AREA), np.uint8), (quad * scale).astype(
        np.float32
    )

"""A decoded picture as its YUV planes: small pictures come straight from them, the full BGR one only when asked for."""

from __future__ import annotations  # PyAV's types are generic for type checkers only

from functools import cache
from typing import cast

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

from vision.arrays import U8
from vision.frame import ImagePixels, Rect

_CHROMA_SHIFTS = {
    "yuv420p": (1, 1), "yuvj420p": (1, 1),
    "yuv422p": (1, 0), "yuvj422p": (1, 0),
    "yuv444p": (0, 0), "yuvj444p": (0, 0),
}  # fmt: skip
"""8-bit planar layouts: how often width and height of the colour planes are halved. Others go through full BGR."""

_FULL_RANGE = 2
"""FFmpeg's AVCOL_RANGE_JPEG; anything else is taken as limited, as FFmpeg itself does."""
_LUMA_WEIGHTS = {1: (0.2126, 0.0722), 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}
"""FFmpeg's colour space number → weights of red and blue in luma (BT.709, BT.2020)."""
_USUAL_WEIGHTS = (0.299, 0.114)
"""BT.601: what FFmpeg assumes where a stream does not say."""


class PlanePixels:
    """A frame as FFmpeg decoded it. Any thread may ask; two that ask for the BGR picture at once both make it."""

    __slots__ = ("_full", "_turns", "_video")

    def __init__(self, video: VideoFrame) -> None:
        self._video = video
        self._turns = round(video.rotation / 90) % 4
        self._full: U8 | None = None

    @property
    def size_px(self) -> tuple[int, int]:
        width, height = self._video.width, self._video.height
        return (height, width) if self._turns % 2 else (width, height)

    def bgr(self) -> U8:
        if self._full is None:
            image = cast(U8, self._video.to_ndarray(format="bgr24"))
            self._full = np.ascontiguousarray(np.rot90(image, self._turns)) if self._turns else image
        return self._full

    def shrink_into(self, out: U8, part: Rect | None = None) -> None:
        shifts = _CHROMA_SHIFTS.get(self._video.format.name)
        if shifts is None or self._turns:
            ImagePixels(self.bgr()).shrink_into(out, part)
            return
        whole, size_px = part or (0, 0, self._video.width, self._video.height), (out.shape[2], out.shape[1])
        cuts = [_cut(_array(plane), whole, shifts if at else (0, 0)) for at, plane in enumerate(self._video.planes[:3])]
        luma, blueness, redness = (_shrunk(cut, size_px) for cut in cuts)
        full_range = self._video.color_range == _FULL_RANGE or self._video.format.name.startswith("yuvj")
        weights = _LUMA_WEIGHTS.get(self._video.colorspace, _USUAL_WEIGHTS)
        blue, green, red = _to_bgr(*weights, full_range=full_range)
        cv2.addWeighted(luma, blue[0], blueness, blue[1], blue[3], dst=out[0])
        cv2.addWeighted(luma, red[0], redness, red[2], red[3], dst=out[2])
        # Green takes three planes: first the colours alone, around a middle that keeps them above 0, then the luma.
        middle = 128 * (1 - green[1] - green[2])
        cv2.addWeighted(blueness, green[1], redness, green[2], middle, dst=out[1])
        cv2.addWeighted(luma, green[0], out[1], 1, green[3] - middle, dst=out[1])

    def cut(self, part: Rect) -> U8:
        """By FFmpeg's own conversion of a small frame, so that the crop is one of the full picture, byte for byte."""
        x1, y1, x2, y2 = part
        shifts = _CHROMA_SHIFTS.get(self._video.format.name)
        # FFmpeg converts a picture of odd width or height in another way than one of even sides.
        odd = (self._video.width | self._video.height) & 1
        if self._full is not None or shifts is None or self._turns or odd:
            return self.bgr()[y1:y2, x1:x2].copy()
        left, top, right, bottom = x1 & ~1, y1 & ~1, (x2 + 1) & ~1, (y2 + 1) & ~1
        small = VideoFrame(right - left, bottom - top, self._video.format.name)
        small.colorspace, small.color_range = self._video.colorspace, self._video.color_range
        for at, (whole, plane) in enumerate(zip(self._video.planes[:3], small.planes, strict=True)):
            piece = _cut(_array(whole), (left, top, right, bottom), shifts if at else (0, 0))
            _array(plane)[: piece.shape[0], : piece.shape[1]] = piece
        return np.ascontiguousarray(
            cast(U8, small.to_ndarray(format="bgr24", threads=1))[y1 - top : y2 - top, x1 - left : x2 - left]
        )

    def luma(self, size_px: tuple[int, int]) -> U8:
        if self._video.format.name not in _CHROMA_SHIFTS or self._turns:
            return ImagePixels(self.bgr()).luma(size_px)
        plane = _array(self._video.planes[0])[: self._video.height, : self._video.width]
        # Means quieten the sensor's noise; nine pixels are enough for one.
        step = max(1, min(self._video.width // (3 * size_px[0]), self._video.height // (3 * size_px[1])))
        thinned = plane[::step, ::step] if step > 1 else plane
        return np.asarray(cv2.resize(np.ascontiguousarray(thinned), size_px, interpolation=cv2.INTER_AREA), np.uint8)


def _array(plane: VideoPlane) -> U8:
    """(rows, line) of a plane without copying; lines are padded on the right."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)


def _cut(plane: U8, part: Rect, shifts: tuple[int, int]) -> U8:
    """`part`, in full pixels, of a plane halved `shifts` times; rounded outwards."""
    (x1, y1, x2, y2), (across, down) = part, shifts
    return plane[y1 >> down : -(-y2 >> down), x1 >> across : -(-x2 >> across)]


def _shrunk(plane: U8, size_px: tuple[int, int]) -> U8:
    """Bilinear, which at a third of the size (1080p to 640 × 360) is the middle one of three: no arithmetic at all."""
    if plane.shape == (3 * size_px[1], 3 * size_px[0]):
        return np.ascontiguousarray(plane[1::3, 1::3])
    return np.asarray(cv2.resize(plane, size_px, interpolation=cv2.INTER_LINEAR), np.uint8)


@cache
def _to_bgr(red: float, blue: float, *, full_range: bool) -> tuple[tuple[float, ...], ...]:
    """For B, G and R the factors of Y, U and V and the offset, all in bytes: ITU-R BT.601-7 section 2.5, with the
    weights of red and blue in luma left open."""
    green = 1 - red - blue
    stretch, colour, black = (1.0, 1.0, 0.0) if full_range else (255 / 219, 255 / 224, 16.0)
    from_u = (2 * (1 - blue) * colour, -2 * (1 - blue) * blue / green * colour, 0.0)
    from_v = (0.0, -2 * (1 - red) * red / green * colour, 2 * (1 - red) * colour)
    return tuple((stretch, u, v, -stretch * black - 128 * (u + v)) for u, v in zip(from_u, from_v, strict=True))

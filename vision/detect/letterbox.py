"""Fit a picture on the network's canvas without bending it, and bring boxes back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.arrays import F32, U8
from vision.detect.card import Colour, InputSpec, Placement
from vision.frame import ImagePixels, Pixels, Rect


@dataclass(frozen=True, slots=True)
class Fit:
    """How a part of one frame, mostly all of it, lies on the canvas: canvas = (frame - part corner) · scale + pad, each
    axis with its own exact scale.

    frame_width_px, frame_height_px, part_left_px, part_top_px: the part; its corner is (0, 0) where it is the frame.
    """

    frame_width_px: int
    frame_height_px: int
    scale_x: float
    scale_y: float
    pad_left_px: int
    pad_top_px: int
    part_left_px: int = 0
    part_top_px: int = 0

    def to_frame(self, xyxy_px: F32) -> F32:
        """(n, 4) canvas pixels to (n, 4) full-frame pixels, which may reach beyond the part."""
        pad = np.array([self.pad_left_px, self.pad_top_px] * 2, np.float32)
        scale = np.array([self.scale_x, self.scale_y] * 2, np.float32)
        return (xyxy_px - pad) / scale + self._corner_px()

    def clip(self, xyxy_px: F32) -> F32:
        """What lies in the part of each full-frame box; without area when nothing does."""
        corner = self._corner_px()
        return np.clip(xyxy_px, corner, corner + np.array([self.frame_width_px, self.frame_height_px] * 2, np.float32))

    @property
    def part_px(self) -> Rect:
        left, top = self.part_left_px, self.part_top_px
        return left, top, left + self.frame_width_px, top + self.frame_height_px

    def _corner_px(self) -> F32:
        return np.array([self.part_left_px, self.part_top_px] * 2, np.float32)


def letterbox(images: Sequence[U8], spec: InputSpec) -> tuple[F32, list[Fit]]:
    """The network's input (n, 3, height, width) float32, and how each picture lies on it.

    `images` are (height, width, 3) uint8 BGR of any size; ValueError for anything else.
    """
    canvases, fits = place([ImagePixels(image) for image in images], spec)
    return normalised(canvases, spec), fits


def place(pictures: Sequence[Pixels], spec: InputSpec, parts: Sequence[Rect | None] = ()) -> tuple[U8, list[Fit]]:
    """Canvases (n, 3, height, width) uint8, planes in the card's order of colours, and how each picture lies on its
    own. `parts`: what of each picture to show, None and nothing for all of it."""
    canvases = np.empty((len(pictures), 3, spec.height_px, spec.width_px), np.uint8)
    wanted = parts or [None] * len(pictures)
    fits = [fit_of(part or (0, 0, *picture.size_px), spec) for picture, part in zip(pictures, wanted, strict=True)]
    for picture, fit, canvas in zip(pictures, fits, canvases, strict=True):
        _fill(canvas, picture, fit, spec)
    return canvases, fits


def fit_of(part: Rect, spec: InputSpec) -> Fit:
    left_px, top_px, right_px, bottom_px = part
    width_px, height_px = right_px - left_px, bottom_px - top_px
    inner_width_px, inner_height_px = _inner_px(width_px, height_px, spec)
    pad_left_px, pad_top_px = _corner(spec, inner_width_px, inner_height_px)
    scale = inner_width_px / width_px, inner_height_px / height_px
    return Fit(width_px, height_px, *scale, pad_left_px, pad_top_px, left_px, top_px)


def normalised(canvases: U8, spec: InputSpec, out: F32 | None = None) -> F32:
    """(n, 3, height, width) uint8 to what the network was trained on; `out`: float32 memory of that shape for it."""
    factor, shift = channel_scale(spec)
    batch = np.empty(canvases.shape, np.float32) if out is None else out
    np.multiply(canvases, factor.reshape(3, 1, 1), out=batch)
    if shift.any():
        batch -= shift.reshape(3, 1, 1)
    return batch


def channel_scale(spec: InputSpec) -> tuple[F32, F32]:
    """(3,) factor and (3,) shift: a channel's value is byte · factor - shift."""
    factor = np.array([spec.scale / std for std in spec.std], np.float32)
    shift = np.array([mean / std for mean, std in zip(spec.mean, spec.std, strict=True)], np.float32)
    return factor, shift


def _fill(canvas: U8, picture: Pixels, fit: Fit, spec: InputSpec) -> None:
    width_px, height_px = _inner_px(fit.frame_width_px, fit.frame_height_px, spec)
    rows = slice(fit.pad_top_px, fit.pad_top_px + height_px)
    columns = slice(fit.pad_left_px, fit.pad_left_px + width_px)
    if (height_px, width_px) != (spec.height_px, spec.width_px):
        canvas.fill(spec.pad_value)
    inside = canvas[:, rows, columns]
    picture.shrink_into(inside[::-1] if spec.colour is Colour.RGB else inside, fit.part_px)


def _inner_px(width_px: int, height_px: int, spec: InputSpec) -> tuple[int, int]:
    """Width and height that a picture of this size has on the canvas."""
    ratio = min(spec.width_px / width_px, spec.height_px / height_px)
    inner_width_px = min(spec.width_px, max(1, round(width_px * ratio)))
    inner_height_px = min(spec.height_px, max(1, round(height_px * ratio)))
    return inner_width_px, inner_height_px


def _corner(spec: InputSpec, inner_width_px: int, inner_height_px: int) -> tuple[int, int]:
    if spec.placement is Placement.TOP_LEFT:
        return 0, 0
    return (spec.width_px - inner_width_px) // 2, (spec.height_px - inner_height_px) // 2

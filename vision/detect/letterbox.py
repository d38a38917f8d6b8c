"""Fit a picture on the network's canvas without bending it, and bring boxes back."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vision.arrays import F32, U8
from vision.detect.card import Colour, InputSpec, Placement


@dataclass(frozen=True, slots=True)
class Fit:
    """How one frame lies on the canvas: canvas = frame · scale + pad, each axis with its own exact scale."""

    frame_width_px: int
    frame_height_px: int
    scale_x: float
    scale_y: float
    pad_left_px: int
    pad_top_px: int

    def to_frame(self, xyxy_px: F32) -> F32:
        """(n, 4) canvas pixels to (n, 4) full-frame pixels, which may reach beyond the frame."""
        pad = np.array([self.pad_left_px, self.pad_top_px] * 2, np.float32)
        scale = np.array([self.scale_x, self.scale_y] * 2, np.float32)
        return (xyxy_px - pad) / scale

    def clip(self, xyxy_px: F32) -> F32:
        """The part of each full-frame box that lies in the frame; without area when none does."""
        limit = np.array([self.frame_width_px, self.frame_height_px] * 2, np.float32)
        return np.clip(xyxy_px, np.float32(0), limit)


def letterbox(images: Sequence[U8], spec: InputSpec) -> tuple[F32, list[Fit]]:
    """The network's input (n, 3, height, width) float32, and how each picture lies on it.

    `images` are (height, width, 3) uint8 BGR of any size; ValueError for anything else.
    """
    batch = np.empty((len(images), 3, spec.height_px, spec.width_px), np.float32)
    return batch, [_place(image, spec, batch[row]) for row, image in enumerate(images)]


def _place(image: U8, spec: InputSpec, out: F32) -> Fit:
    """Write one normalised picture into `out` (3, height, width)."""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
        raise ValueError(f"image: wanted (height, width, 3) uint8, found {image.shape} of {image.dtype}")
    height_px, width_px = image.shape[:2]
    ratio = min(spec.width_px / width_px, spec.height_px / height_px)
    inner_width_px = min(spec.width_px, max(1, round(width_px * ratio)))
    inner_height_px = min(spec.height_px, max(1, round(height_px * ratio)))
    left_px, top_px = _corner(spec, inner_width_px, inner_height_px)
    canvas = np.full((spec.height_px, spec.width_px, 3), spec.pad_value, np.uint8)
    inside = canvas[top_px : top_px + inner_height_px, left_px : left_px + inner_width_px]
    # The networks were trained on pictures shrunk bilinearly; a finer filter costs time and measures no better.
    inside[...] = cv2.resize(image, (inner_width_px, inner_height_px), interpolation=cv2.INTER_LINEAR)
    _normalise(canvas, spec, out)
    return Fit(width_px, height_px, inner_width_px / width_px, inner_height_px / height_px, left_px, top_px)


def _corner(spec: InputSpec, inner_width_px: int, inner_height_px: int) -> tuple[int, int]:
    if spec.placement is Placement.TOP_LEFT:
        return 0, 0
    return (spec.width_px - inner_width_px) // 2, (spec.height_px - inner_height_px) // 2


def _normalise(canvas: U8, spec: InputSpec, out: F32) -> None:
    planes = canvas.transpose(2, 0, 1)
    if spec.colour is Colour.RGB:
        planes = planes[::-1]
    factor = np.array([spec.scale / std for std in spec.std], np.float32).reshape(3, 1, 1)
    shift = np.array([mean / std for mean, std in zip(spec.mean, spec.std, strict=True)], np.float32).reshape(3, 1, 1)
    np.multiply(planes, factor, out=out)
    if shift.any():
        out -= shift

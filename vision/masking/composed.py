"""A masked picture put together: the coarse ground, what is drawn on it, and what stays to be seen."""

from collections.abc import Callable, Sequence
from typing import Protocol

import cv2
import numpy as np

from vision.arrays import U8
from vision.frame import Rect
from vision.masking.pixelate import coarse, in_cells, inside, lamp

PLACE, INK, OTHERS, PAPER = (60, 200, 250), (24, 24, 24), (215, 215, 215), (250, 250, 250)
"""BGR."""


class Masked(Protocol):
    """Everything is coarse, the `accused` less so; `clear` and not `hidden`, and `plate`, are shown as they were.

    lamps: in cells of their own. cell_px: least side of a coarse cell. strokes, outlines, captions: drawn on it.
    """

    @property
    def accused(self) -> Sequence[Rect]: ...
    @property
    def accused_cells(self) -> int: ...
    @property
    def clear(self) -> Sequence[Rect]: ...
    @property
    def hidden(self) -> Sequence[Rect]: ...
    @property
    def plate(self) -> Sequence[Rect]: ...
    @property
    def lamps(self) -> Sequence[Rect]: ...
    @property
    def cell_px(self) -> int: ...
    @property
    def strokes(self) -> Sequence[Sequence[tuple[int, int]]]: ...
    @property
    def outlines(self) -> Sequence[Rect]: ...
    @property
    def captions(self) -> Sequence[str]: ...


def composed(image: U8, mask: Masked, ground: U8 | None = None) -> U8:
    """A new picture of the same (height, width, 3). ground: the coarse picture, where it is made already."""
    ground = coarse(image, mask.cell_px) if ground is None else ground
    drawn = _drawn(ground, mask)
    _change(drawn, image, mask.accused, lambda part: in_cells(part, mask.accused_cells))
    out = drawn.copy()
    _put(out, image, mask.clear)
    _put(out, drawn, mask.hidden)
    _change(out, image, mask.lamps, lamp)
    _put(out, image, mask.plate)
    _write(out, mask.captions)
    return out


def _put(out: U8, source: U8, boxes: Sequence[Rect]) -> None:
    """Boxes may reach over the edge, and may be empty."""
    for x1, y1, x2, y2 in (inside(box, out) for box in boxes):
        out[y1:y2, x1:x2] = source[y1:y2, x1:x2]


def _change(out: U8, source: U8, boxes: Sequence[Rect], by: Callable[[U8], U8]) -> None:
    for x1, y1, x2, y2 in (inside(box, out) for box in boxes):
        if x2 > x1 and y2 > y1:
            out[y1:y2, x1:x2] = by(source[y1:y2, x1:x2])


def _drawn(ground: U8, mask: Masked) -> U8:
    """The place, the others as frames without content, a frame around the accused."""
    picture, width_px = ground.copy(), max(1, round(min(ground.shape[:2]) / 400))
    for x1, y1, x2, y2 in mask.outlines:
        cv2.rectangle(picture, (x1, y1), (x2, y2), OTHERS, 1, cv2.LINE_AA)
    strokes = [np.asarray(stroke, np.int32) for stroke in mask.strokes]
    for colour, thick_px in ((INK, 3 * width_px), (PLACE, width_px)):
        cv2.polylines(picture, strokes, isClosed=False, color=colour, thickness=thick_px, lineType=cv2.LINE_AA)
    for x1, y1, x2, y2 in mask.accused:
        cv2.rectangle(picture, (x1 - 2, y1 - 2), (x2 + 1, y2 + 1), PAPER, 2)
    return picture


def _write(picture: U8, captions: Sequence[str]) -> None:
    size = max(0.4, min(picture.shape[:2]) / 900)
    for number, caption in enumerate(captions):
        (width, height), base = cv2.getTextSize(caption, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
        y = (height + base) * (number + 1) + base
        cv2.rectangle(picture, (0, y - height - base), (width, y), INK, cv2.FILLED)
        cv2.putText(picture, caption, (0, y - base // 2), cv2.FONT_HERSHEY_SIMPLEX, size, PAPER, 1, cv2.LINE_AA)

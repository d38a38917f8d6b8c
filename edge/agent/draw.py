"""Draws what the agent believes over a copy of the picture; the picture itself stays untouched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vision.arrays import F32, U8
from vision.tracks import Tracks
from vision.vehicles import KIND_NAMES, VehicleKind

Colour = tuple[int, int, int]

LINE: Colour = (60, 200, 250)
PAPER: Colour = (250, 250, 250)
INK: Colour = (24, 24, 24)
# BGR; far apart in hue and in lightness, so that neighbours in a swarm differ for colour-blind readers too.
KIND_COLOURS: Mapping[VehicleKind, Colour] = {
    VehicleKind.MOTORBIKE: (60, 160, 255),
    VehicleKind.BICYCLE: (180, 220, 90),
    VehicleKind.CAR: (210, 120, 30),
    VehicleKind.BUS: (60, 60, 220),
    VehicleKind.TRUCK: (190, 70, 160),
    VehicleKind.PEDESTRIAN: (90, 200, 200),
}


@dataclass(frozen=True, slots=True)
class Pen:
    """Line width and text size that read alike on every frame size."""

    width_px: int
    text: float

    @classmethod
    def for_size(cls, size_px: tuple[int, int]) -> "Pen":
        return cls(width_px=max(1, round(min(size_px) / 400)), text=max(0.4, min(size_px) / 1100))


def overlay(
    image: U8, tracks: Tracks, lines_px: Sequence[F32], captions: Iterable[str], arrow_px: F32 | None = None
) -> U8:
    """A copy of `image` with lines ((n, 2) px each, from point to point), an arrow, confirmed tracks and a panel of
    captions."""
    picture = image.copy()
    pen = Pen.for_size((image.shape[1], image.shape[0]))
    strokes = [np.round(line).astype(np.int32) for line in lines_px]
    for colour, width_px in ((INK, pen.width_px * 3), (LINE, pen.width_px)):
        cv2.polylines(picture, strokes, isClosed=False, color=colour, thickness=width_px, lineType=cv2.LINE_AA)
        if arrow_px is not None:
            tail, head = np.round(arrow_px).astype(int).tolist()
            cv2.arrowedLine(picture, tail, head, colour, width_px, cv2.LINE_AA, tipLength=0.15)
    for place in np.flatnonzero(tracks.confirmed):
        _box(picture, pen, tracks, int(place))
    _panel(picture, pen, list(captions))
    return picture


def _box(picture: U8, pen: Pen, tracks: Tracks, place: int) -> None:
    x1, y1, x2, y2 = np.round(tracks.xyxy_px[place]).astype(int).tolist()
    kind = VehicleKind(int(tracks.kind[place]))
    colour = KIND_COLOURS[kind]
    width_px = pen.width_px if tracks.seen[place] else 1
    cv2.rectangle(picture, (x1, y1), (x2, y2), colour, width_px, cv2.LINE_AA)
    _label(picture, pen, f"{KIND_NAMES[kind]} {tracks.id[place]}", (x1, y1), colour)


def _label(picture: U8, pen: Pen, text: str, at: tuple[int, int], ground: Colour) -> None:
    (width, height), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, pen.text, 1)
    x, y = at[0], max(at[1], height + base)
    cv2.rectangle(picture, (x, y - height - base), (x + width, y), ground, cv2.FILLED)
    cv2.putText(picture, text, (x, y - base // 2), cv2.FONT_HERSHEY_SIMPLEX, pen.text, _ink_on(ground), 1, cv2.LINE_AA)


def _ink_on(ground: Colour) -> Colour:
    """Dark on light grounds, light on dark ones; the weights are those of the eye for blue, green and red."""
    blue, green, red = ground
    return INK if 0.114 * blue + 0.587 * green + 0.299 * red > 140 else PAPER


def _panel(picture: U8, pen: Pen, captions: list[str]) -> None:
    for row, caption in enumerate(captions):
        (_, height), base = cv2.getTextSize(caption, cv2.FONT_HERSHEY_SIMPLEX, pen.text * 1.2, 1)
        step_px = (height + base) * (row + 1) + base
        _label(picture, Pen(pen.width_px, pen.text * 1.2), caption, (0, step_px), INK)

"""Characters as strokes of one width, shaped like those of Vietnamese plates, each drawing a little different.

A stroke is a line through points (x, y, rounding) of the unit square, y down; rounding 0 keeps the corner, 1 rounds it
over half the character's width. A stroke that ends where it began is closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from shapely import BufferCapStyle, clip_by_rect
from shapely.geometry import LineString, Polygon

from vision.arrays import F64, U8

Point = tuple[float, float, float]
Stroke = tuple[Point, ...]

BEND_STEPS = 5
SHIFT_BITS = 4


def _line(*points: tuple[float, ...]) -> Stroke:
    return tuple((point[0], point[1], point[2] if len(point) > 2 else 0.0) for point in points)


_BOWL_6 = _line((0, 0.7), (0, 0.4, 1), (1, 0.4, 1), (1, 1, 1), (0, 1, 1), (0, 0.7))
_BOWL_9 = _line((1, 0.3), (1, 0.6, 1), (0, 0.6, 1), (0, 0, 1), (1, 0, 1), (1, 0.3))
_RING = _line((0, 0.5), (0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1), (0, 0.5))
_P_LINE = _line((0, 1), (0, 0), (1, 0, 0.9), (1, 0.53, 0.9), (0, 0.53))

SHAPES: Mapping[str, tuple[tuple[Stroke, ...], ...]] = {
    "0": ((_RING,),),
    "1": ((_line((0.15, 0.25), (0.62, 0), (0.62, 1)),), (_line((0.1, 0.2), (0.55, 0.02), (0.55, 1)),)),
    "2": (
        (_line((0, 0.27), (0, 0, 1), (1, 0, 1), (1, 0.42, 0.6), (0, 1), (1, 1)),),
        (_line((0, 0.3), (0, 0, 1), (1, 0, 1), (1, 0.5, 0.8), (0, 0.85, 0.2), (0, 1), (1, 1)),),
    ),
    "3": (
        (
            _line((0, 0.25), (0, 0, 1), (0.96, 0, 1), (0.96, 0.47, 0.9), (0.35, 0.47)),
            _line((0.35, 0.47), (1, 0.47, 1), (1, 1, 1), (0, 1, 1), (0, 0.75)),
        ),
        (
            _line((0.02, 0), (0.95, 0), (0.4, 0.42)),
            _line((0.35, 0.42), (1, 0.42, 1), (1, 1, 1), (0, 1, 1), (0, 0.75)),
        ),
    ),
    "4": (
        (_line((0.5, 0), (0, 0.75), (1, 0.75)), _line((0.75, 0.45), (0.75, 1))),
        (_line((0.75, 1), (0.75, 0), (0, 0.72), (1, 0.72)),),
    ),
    "5": (
        (_line((0.95, 0), (0.06, 0), (0.03, 0.44, 0.1), (1, 0.4, 1), (1, 1, 1), (0, 1, 1), (0, 0.76)),),
        (_line((0.95, 0), (0.06, 0), (0.04, 0.5), (0.1, 0.4, 0.5), (1, 0.36, 1), (1, 1, 1), (0, 1, 1), (0, 0.76)),),
    ),
    "6": (
        (_BOWL_6, _line((0, 0.7), (0, 0, 1), (1, 0, 1), (1, 0.22))),
        (_BOWL_6, _line((0, 0.7), (0, 0.5, 0.6), (0.75, 0))),
        (_BOWL_6, _line((0, 0.7), (0, 0, 1), (0.9, 0, 0.4))),
    ),
    "7": ((_line((0, 0), (1, 0), (0.35, 1)),), (_line((0, 0), (1, 0, 0.1), (0.45, 0.5, 0.5), (0.4, 1)),)),
    "8": (
        (
            _line((0.05, 0.2), (0.05, 0, 1), (0.95, 0, 1), (0.95, 0.47, 1), (0.05, 0.47, 1), (0.05, 0.2)),
            _line((0, 0.7), (0, 0.47, 1), (1, 0.47, 1), (1, 1, 1), (0, 1, 1), (0, 0.7)),
        ),
    ),
    "9": (
        (_BOWL_9, _line((1, 0.3), (1, 1, 1), (0, 1, 1), (0, 0.78))),
        (_BOWL_9, _line((1, 0.3), (1, 0.5, 0.6), (0.25, 1))),
        (_BOWL_9, _line((1, 0.3), (1, 1, 1), (0.1, 1, 0.4))),
    ),
    "A": ((_line((0, 1), (0.43, 0), (0.57, 0), (1, 1)), _line((0.18, 0.7), (0.82, 0.7))),),
    "B": (
        (
            _line((0, 0.25), (0, 0), (0.95, 0, 0.9), (0.95, 0.47, 0.9), (0, 0.47), (0, 0.25)),
            _line((0, 0.7), (0, 0.47), (1, 0.47, 0.9), (1, 1, 0.9), (0, 1), (0, 0.7)),
        ),
    ),
    "C": ((_line((1, 0.27), (1, 0, 1), (0, 0, 1), (0, 1, 1), (1, 1, 1), (1, 0.73)),),),
    "D": ((_line((0, 0.5), (0, 0), (1, 0, 0.9), (1, 1, 0.9), (0, 1), (0, 0.5)),),),
    "E": ((_line((1, 0), (0, 0), (0, 1), (1, 1)), _line((0, 0.48), (0.85, 0.48))),),
    "F": ((_line((1, 0), (0, 0), (0, 1)), _line((0, 0.48), (0.85, 0.48))),),
    "G": (
        (_line((1, 0.27), (1, 0, 1), (0, 0, 1), (0, 1, 1), (1, 1, 1), (1, 0.55), (0.55, 0.55)),),
        (_line((1, 0.27), (1, 0, 1), (0, 0, 1), (0, 1, 1), (1, 1, 0.4), (1, 0.55), (0.5, 0.55)),),
    ),
    "H": ((_line((0, 0), (0, 1)), _line((1, 0), (1, 1)), _line((0, 0.5), (1, 0.5))),),
    "K": ((_line((0, 0), (0, 1)), _line((1, 0), (0.05, 0.62)), _line((0.35, 0.42), (1, 1))),),
    "L": ((_line((0, 0), (0, 1), (1, 1)),),),
    "M": (
        (_line((0, 1), (0, 0), (0.5, 0.65), (1, 0), (1, 1)),),
        (_line((0, 1), (0, 0), (0.5, 0.45), (1, 0), (1, 1)),),
        (_line((0, 1), (0.1, 0), (0.5, 0.9), (0.9, 0), (1, 1)),),
    ),
    "N": ((_line((0, 1), (0, 0), (1, 1), (1, 0)),),),
    "P": ((_P_LINE,),),
    "Q": ((_RING, _line((0.55, 0.72), (1.02, 1.04))),),
    "R": ((_P_LINE, _line((0.45, 0.53), (1, 1))),),
    "S": ((_line((1, 0.24), (1, 0, 1), (0, 0, 1), (0, 0.48, 1), (1, 0.5, 1), (1, 1, 1), (0, 1, 1), (0, 0.76)),),),
    "T": ((_line((0, 0), (1, 0)), _line((0.5, 0), (0.5, 1))),),
    "U": ((_line((0, 0), (0, 1, 1), (1, 1, 1), (1, 0)),),),
    "V": ((_line((0, 0), (0.5, 1), (1, 0)),), (_line((0, 0), (0.44, 1), (0.56, 1), (1, 0)),)),
    "X": ((_line((0, 0), (1, 1)), _line((1, 0), (0, 1))),),
    "Y": ((_line((0, 0), (0.5, 0.5), (1, 0)), _line((0.5, 0.5), (0.5, 1))),),
    "Z": ((_line((0, 0), (1, 0), (0, 1), (1, 1)),),),
}


@dataclass(frozen=True, slots=True)
class Hand:
    """How one plate's characters are written: the same for all of them.

    stroke_px   width of the strokes
    roundness   0..1, how much of each rounding is kept
    round_ends  whether strokes end round
    wobble      how far points stray, as a fraction of the character
    """

    stroke_px: float
    roundness: float
    round_ends: bool
    wobble: float


def draw_glyph(mask: U8, character: str, box_px: tuple[float, float, float, float], hand: Hand, variant: int) -> None:
    """Paint `character` white into `mask` so that its outside fills the box (x1, y1, x2, y2)."""
    x1, y1, x2, y2 = box_px
    inset = hand.stroke_px / 2
    origin = np.array([x1 + inset, y1 + inset])
    size = np.maximum([x2 - x1 - hand.stroke_px, y2 - y1 - hand.stroke_px], 1.0)
    shapes = SHAPES[character]
    sway = np.random.default_rng(variant)
    for stroke in shapes[variant % len(shapes)]:
        points = np.array(stroke)
        points[:, :2] += sway.uniform(-hand.wobble, hand.wobble, (len(points), 2)) * (points[:, 2:] > 0)
        outline = _outline(_bent(points, size, hand.roundness) + origin, hand)
        _fill(mask, clip_by_rect(outline, *box_px))  # sharp corners of N and M would reach out of the row


def _bent(points: F64, size_px: F64, roundness: float) -> F64:
    """The stroke's line in pixels with its corners rounded."""
    places = points[:, :2] * size_px
    path = [places[0]]
    for before, corner, after, rounding in zip(places, places[1:], places[2:], points[1:, 2], strict=False):
        if rounding * roundness <= 0:
            path.append(corner)
            continue
        reach = size_px[0] / 2 * rounding * roundness
        first, last = (_towards(corner, other, reach) for other in (before, after))
        t = np.linspace(0, 1, BEND_STEPS)[:, None]
        path.extend(
            (1 - t) ** 2 * first + 1.6 * t * (1 - t) * corner + t**2 * last + 0.2 * t * (1 - t) * (first + last)
        )
    path.append(places[-1])
    return np.array(path)


def _towards(corner: F64, other: F64, reach_px: float) -> F64:
    """From the corner towards its neighbour, never past the middle between them."""
    way = other - corner
    length = float(np.hypot(*way))
    return corner + way * (min(reach_px, length * 0.98) / max(length, 1e-6))


def _outline(path: F64, hand: Hand) -> Any:
    is_ring = bool(np.allclose(path[0], path[-1]))
    line = LineString(path) if not is_ring else Polygon(path).exterior
    ends = BufferCapStyle.round if hand.round_ends else BufferCapStyle.flat
    return line.buffer(hand.stroke_px / 2, quad_segs=3, cap_style=ends, join_style="mitre", mitre_limit=2.0)


def _fill(mask: U8, outline: Any) -> None:
    for part in getattr(outline, "geoms", [outline]):
        if part.is_empty:
            continue
        rings = [np.asarray(ring.coords) for ring in (part.exterior, *part.interiors)]
        scaled = [np.round(ring * (1 << SHIFT_BITS)).astype(np.int32) for ring in rings]
        cv2.fillPoly(mask, scaled, 255, cv2.LINE_AA, SHIFT_BITS)

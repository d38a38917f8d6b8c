"""Paint on the road: lanes, edges, stop lines, zebra crossings, arrows; worn, not new."""

import numpy as np

from models.datasets.drawn.mesh import Colour, Mesh
from models.datasets.drawn.scene import Street
from models.datasets.drawn.sculptor import Sculptor

WHITE: Colour = (0.86, 0.86, 0.84)
YELLOW: Colour = (0.82, 0.66, 0.25)
REACH_M = 260.0
STOP_BEYOND_M = 5.0
"""How far before the crossing road the stop lines lie: room for the zebra crossing."""


def paint_road(rng: np.random.Generator, street: Street) -> Mesh:
    """Flat strips, to be laid over the asphalt."""
    shape = Sculptor()
    worn = float(rng.uniform(0.35, 0.9))
    spans = [(-30.0, REACH_M)]
    if street.crossing_at_m is not None:
        clear = street.crossing_half_m + STOP_BEYOND_M
        spans = [(-30.0, street.crossing_at_m - clear), (street.crossing_at_m + clear, REACH_M)]
    for low, high in spans:
        _lanes(shape, rng, street, (low, high), worn)
    if street.crossing_at_m is not None:
        for side in (-1, 1):
            _junction_side(shape, rng, street, side, worn)
    return shape.mesh(0)


def strip(shape: Sculptor, x: tuple[float, float], y: tuple[float, float], colour: Colour, worn: float) -> None:
    shape.face([(x[0], y[0], 0), (x[1], y[0], 0), (x[1], y[1], 0), (x[0], y[1], 0)], colour, worn)


def _lanes(shape: Sculptor, rng: np.random.Generator, street: Street, span: tuple[float, float], worn: float) -> None:
    low, high = span
    for x in (street.left_m + 0.35, street.right_m - 0.35):
        strip(shape, (x - 0.07, x + 0.07), span, YELLOW if rng.random() < 0.2 else WHITE, worn)
    if street.ahead_m and street.oncoming_m and not street.median_m:
        for x in (-0.15, 0.15) if street.ahead_m > 4 else (0.0,):
            strip(shape, (x - 0.07, x + 0.07), span, YELLOW if worn > 0.5 else WHITE, worn)
    for side, width in ((1, street.ahead_m), (-1, street.oncoming_m)):
        for lane in range(1, round(width / street.lane_m)):
            x = side * (street.median_m / 2 + lane * street.lane_m)
            for y in np.arange(low, high - 3, 6.0 if worn > 0.6 else 9.0):
                strip(shape, (x - 0.07, x + 0.07), (float(y), float(y) + 3), WHITE, worn)


def _junction_side(shape: Sculptor, rng: np.random.Generator, street: Street, side: int, worn: float) -> None:
    assert street.crossing_at_m is not None
    edge = street.crossing_at_m + side * street.crossing_half_m
    near, far = sorted((edge + side * 1.2, edge + side * 4.2))
    for x in np.arange(street.left_m + 0.5, street.right_m - 0.6, 1.0):
        strip(shape, (float(x), float(x) + 0.5), (near, far), WHITE, worn)
    y = edge + side * STOP_BEYOND_M
    low, high = sorted((y, y + side * 0.35))
    # Whoever comes towards the crossing on this side stops here: along +y before it, against +y beyond it.
    half = (street.median_m / 2, street.right_m) if side < 0 else (street.left_m, -street.median_m / 2)
    if half[1] - half[0] > 1:
        strip(shape, half, (low, high), WHITE, worn)
        if rng.random() < 0.6:
            _arrows(shape, street, side, y + side * 6, worn)


def _arrows(shape: Sculptor, street: Street, side: int, y: float, worn: float) -> None:
    width = street.ahead_m if side < 0 else street.oncoming_m
    for lane in range(round(width / street.lane_m)):
        x = -side * (street.median_m / 2 + (lane + 0.5) * street.lane_m)
        strip(shape, (x - 0.08, x + 0.08), (min(y, y + side * 2.2), max(y, y + side * 2.2)), WHITE, worn)
        tip = (x, y - side * 1.2, 0.0)
        corners = [(x - 0.35, y, 0.0), (x + 0.35, y, 0.0), tip]
        shape.face(corners if side < 0 else corners[::-1], WHITE, worn)

"""The number plates of drawn vehicles: a few hundred numbers, each with its picture on every blank it may stand on."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from models.datasets.drawn.mesh import Mesh, PlatePlace
from models.datasets.drawn.upload import Sticker, Textured
from models.datasets.plates.choose import random_plate
from models.datasets.plates.draw import draw_plate
from models.datasets.plates.plate import Layout, PlateText
from vision.arrays import F32, F64, U8

NUMBERS = 240
"""Of motorbikes, and as many of cars: drawing a new plate for each vehicle would take longer than the scene."""
LIFT_M = 0.004
"""Before the blank that belongs to the model."""
UV: F32 = np.array([(0, 1), (1, 1), (1, 0), (0, 0)], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPlate:
    text: PlateText
    image: U8


@lru_cache(maxsize=3 * NUMBERS)
def drawn_plate(number: int, layout: Layout) -> DrawnPlate:
    """The same for the same number, 0 to NUMBERS - 1: a car's long and short plates bear the same text."""
    stem = Layout.MOTORBIKE if layout is Layout.MOTORBIKE else Layout.CAR_SHORT
    rng = np.random.default_rng([number, list(Layout).index(stem)])
    text = random_plate(rng)
    while text.layout is not stem:
        text = random_plate(rng)
    if layout is Layout.CAR_LONG:
        head, rest = text.rows
        text = replace(text, layout=layout, rows=(f"{head.replace('-', '')}-{rest}",))
    return DrawnPlate(text, draw_plate(text, rng))


def quad_mesh(place: PlatePlace) -> Mesh:
    """The plate's face, before its blank, in the axes of the vehicle; its corners in the order of `corners_m`."""
    corners = place.corners_m()
    out = place.out()
    normal = np.tile(out, (4, 1)).astype(np.float32)
    white = np.full((4, 4), 255, np.uint8)
    triangle = np.array([(3, 2, 1), (3, 1, 0)], np.int32)
    return Mesh((corners + LIFT_M * out).astype(np.float32), normal, white, triangle)


def sticker(mesh: Mesh, matrix: F64, image: U8) -> Sticker:
    return Sticker(Textured(mesh, UV, image), matrix)

"""What a drawn thing is made of: coloured triangles, lamps, heads, places for plates.

Metres; x right, y forward, z up.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import numpy as np
import numpy.typing as npt

from models.datasets.plates.draw import BLANKS_MM
from models.datasets.plates.plate import Layout
from vision.arrays import F32, F64, U8

I32 = npt.NDArray[np.int32]
Colour = tuple[float, float, float]
Place = tuple[float, float, float]


class Cover(StrEnum):
    """What is on a head."""

    HELMET = "helmet"
    CAP = "cap"
    HAT = "hat"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp of a vehicle: where it is, its colour (RGB 0..1), its size and which way it shines (+1 ahead, -1 back)."""

    at_m: Place
    colour: Colour
    size_m: float
    ahead: int


@dataclass(frozen=True, slots=True)
class Head:
    """A rider's head: what is on it, and which vertices and triangles of the mesh (from, to) are it and its cover."""

    cover: Cover
    vertices: tuple[int, int]
    triangles: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PlatePlace:
    """Where a plate is screwed on: its middle, and the unit directions of its writing and of its upper edge."""

    at_m: Place
    right: Place
    up: Place
    layout: Layout

    def out(self) -> F64:
        """(3,) the unit direction it faces."""
        (rx, ry, rz), (ux, uy, uz) = self.right, self.up
        return np.array([ry * uz - rz * uy, rz * ux - rx * uz, rx * uy - ry * ux])

    def corners_m(self) -> F64:
        """(4, 3) clockwise from the plate's own top left, as its reader sees it."""
        wide, tall = (side / 1000 for side in BLANKS_MM[self.layout])
        right, up = np.array(self.right) * wide / 2, np.array(self.up) * tall / 2
        return np.asarray(np.array(self.at_m) + np.array([up - right, up + right, right - up, -up - right]), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """
    vertex     (n, 3) float32  metres
    normal     (n, 3) float32  unit length
    rgba       (n, 4) uint8
    triangle   (m, 3) int32    counter-clockwise seen from outside
    gloss      0..1, how much of the sky the surface mirrors
    """

    vertex: F32
    normal: F32
    rgba: U8
    triangle: I32
    lamps: tuple[Lamp, ...] = ()
    heads: tuple[Head, ...] = ()
    plates: tuple[PlatePlace, ...] = ()
    gloss: float = 0.0

    def moved(self, matrix: F64) -> Self:
        """The surface under a rigid (4, 4) motion, its lamps with it; without the places of its plates."""
        turn, shift = matrix[:3, :3], matrix[:3, 3]
        lamps = tuple(replace(lamp, at_m=_moved(matrix, lamp.at_m)) for lamp in self.lamps)
        vertex = np.asarray(self.vertex @ turn.T + shift, np.float32)
        normal = np.asarray(self.normal @ turn.T, np.float32)
        return replace(self, vertex=vertex, normal=normal, lamps=lamps, plates=())

    def part(self, vertices: tuple[int, int], triangles: tuple[int, int]) -> Self:
        """A stretch of it alone."""
        first, last = vertices
        return replace(
            self, vertex=self.vertex[first:last], normal=self.normal[first:last], rgba=self.rgba[first:last],
            triangle=np.ascontiguousarray(self.triangle[slice(*triangles)] - first), lamps=(), heads=(), plates=(),
        )  # fmt: skip


def turned(x_m: float, y_m: float, heading_rad: float) -> F64:
    """(4, 4) motion onto the road: a heading of 0 looks along +y, growing to the left."""
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    return np.array([[cos, -sin, 0, x_m], [sin, cos, 0, y_m], [0, 0, 1, 0], [0, 0, 0, 1]], np.float64)


def _moved(matrix: F64, place: Place) -> Place:
    x, y, z = (matrix[:3, :3] @ np.asarray(place) + matrix[:3, 3]).tolist()
    return x, y, z

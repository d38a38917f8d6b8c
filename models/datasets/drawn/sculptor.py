"""Puts meshes together from a few solids: boxes, bars, balls, skins over cross-sections, panels on faces."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

import numpy as np

from models.datasets.drawn.mesh import I32, Colour, Cover, Head, Lamp, Mesh, Place, PlatePlace
from models.datasets.plates.plate import Layout
from vision.arrays import F64, U8

SIX_QUADS: I32 = np.concatenate([np.array([(0, 1, 2), (0, 2, 3)], np.int32) + 4 * face for face in range(6)])


class Sculptor:
    """Collects solids and hands them back as one mesh."""

    def __init__(self) -> None:
        self._parts: list[tuple[F64, F64, U8, I32]] = []
        self.lamps: list[Lamp] = []
        self._heads: list[tuple[Cover, int, int]] = []
        self.plates: list[PlatePlace] = []

    @contextmanager
    def as_head(self, cover: Cover) -> Iterator[None]:
        """What is added meanwhile is a rider's head."""
        first = len(self._parts)
        yield
        self._heads.append((cover, first, len(self._parts)))

    @property
    def used(self) -> bool:
        """Whether anything was added."""
        return bool(self._parts)

    def add(self, vertex: F64, normal: F64, triangle: I32, colour: Colour, alpha: float = 1.0) -> None:
        rgba = np.empty((len(vertex), 4), np.uint8)
        rgba[:] = np.clip(np.array([*colour, alpha]) * 255, 0, 255).round()
        self._parts.append((np.asarray(vertex, np.float64), normal, rgba, triangle))

    def tint_last(self, colours: F64) -> None:
        """Give each vertex of the solid added last its own colour, (n, 3) RGB 0..1."""
        self._parts[-1][2][:, :3] = np.clip(colours * 255, 0, 255).round()

    def face(self, corners: F64 | Sequence[Place], colour: Colour, alpha: float = 1.0) -> None:
        """A flat convex polygon, counter-clockwise seen from outside."""
        points = np.asarray(corners, np.float64)
        normal = _upright(points[0], points[1], points[2])
        fan = np.array([[0, i, i + 1] for i in range(1, len(points) - 1)], np.int32)
        self.add(points, normal[None].repeat(len(points), axis=0), fan, colour, alpha)

    def panel(
        self, corners: F64, across: tuple[float, float], up: tuple[float, float], colour: Colour, lift_m: float = 0.012
    ) -> None:
        """A part of a quad face (lower left, lower right, upper right, upper left), lifted off it: windows, lights."""
        a, b, c, d = np.asarray(corners, np.float64)
        normal = _upright(a, b, d)
        spots = [(across[0], up[0]), (across[1], up[0]), (across[1], up[1]), (across[0], up[1])]
        inner = [(a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + c * u) * v + normal * lift_m for u, v in spots]
        self.face(np.array(inner), colour)

    def pane(self, corners: F64, across: tuple[float, float], up: tuple[float, float], glass: tuple[Colour, Colour],
             lift_m: float = 0.014) -> None:  # fmt: skip
        """A panel of glass: dark at its lower edge, the mirrored sky at its upper."""
        dark, sky = glass
        self.panel(corners, across, up, dark, lift_m)
        self.tint_last(np.array([dark, dark, sky, sky]))

    def plate(self, middle: Place, layout: Layout, facing: int, back_rad: float = 0.0) -> None:
        """A blank plate, looking ahead (+1) or back (-1), its upper edge leaning away from its reader by `back_rad`."""
        up: Place = (0.0, -facing * float(np.sin(back_rad)), float(np.cos(back_rad)))
        place = PlatePlace(middle, (-float(facing), 0.0, 0.0), up, layout)
        self.face(place.corners_m()[[3, 2, 1, 0]], (0.80, 0.80, 0.77))
        self.plates.append(place)

    def frustum(
        self, low: tuple[float, float, float, float], high: tuple[float, float, float, float],
        z_m: tuple[float, float], colour: Colour, top: Colour | None = None,
    ) -> dict[str, F64]:  # fmt: skip
        """A box whose top may be smaller: `low` and `high` are x0, x1, y0, y1. Gives back its faces for panels."""
        x0, x1, y0, y1 = low
        u0, u1, v0, v1 = high
        z0, z1 = z_m
        p = np.array([(x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0),
                      (u0, v0, z1), (u1, v0, z1), (u1, v1, z1), (u0, v1, z1)])  # fmt: skip
        faces = {
            "back": p[[0, 1, 5, 4]], "front": p[[2, 3, 7, 6]], "right": p[[1, 2, 6, 5]],
            "left": p[[3, 0, 4, 7]], "top": p[[4, 5, 6, 7]], "bottom": p[[3, 2, 1, 0]],
        }  # fmt: skip
        # All six at once: one by one they take most of the time of building a street.
        corners = np.stack(list(faces.values()))
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        self.add(corners.reshape(-1, 3), normal.repeat(4, axis=0), SIX_QUADS, colour)
        if top is not None:
            colours = np.array([top if name == "top" else colour for name in faces])
            self.tint_last(colours.repeat(4, axis=0))
        return faces

    def box(self, middle: Place, size: Place, colour: Colour) -> dict[str, F64]:
        (x, y, z), (w, d, h) = middle, size
        base = (x - w / 2, x + w / 2, y - d / 2, y + d / 2)
        return self.frustum(base, base, (z - h / 2, z + h / 2), colour)

    def tube(self, start: Place, end: Place, radius_m: float, colour: Colour, end_radius_m: float | None = None,
             *, sides: int = 6, capped: bool = False) -> None:  # fmt: skip
        """A limb, pole or wheel: a round bar between two places, thinner or thicker at its end if said."""
        a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
        along = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
        # Any two directions square to the bar and to each other.
        x, y, z = along.tolist()
        side = np.array([y, -x, 0.0]) if abs(z) < 0.9 else np.array([0.0, z, -y])
        side /= np.sqrt(side @ side)
        p, q, r = side.tolist()
        circle = _circle(sides)
        out = circle[:, :1] * side + circle[:, 1:] * np.array([y * r - z * q, z * p - x * r, x * q - y * p])
        rim_m = radius_m if end_radius_m is None else end_radius_m
        vertex = np.concatenate([a + out * radius_m, b + out * rim_m])
        self.add(vertex, np.concatenate([out, out]), _tube_triangles(sides), colour)
        if capped:
            self.face(b + out * rim_m, colour)
            self.face((a + out * radius_m)[::-1], colour)

    def ball(self, middle: Place, radii: Place, colour: Colour, upper: bool = False) -> None:
        """An ellipsoid, or only its upper half (helmets, domes)."""
        unit, triangle = _ball(upper)
        size = np.asarray(radii, np.float64)
        normal = unit / size
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        self.add(unit * size + np.asarray(middle), normal, triangle, colour)

    def loft(self, stations: Sequence[tuple[float, float, float, float]], colour: Colour, sides: int = 12) -> None:
        """A skin over rounded cross-sections along y, each (y, z_low, z_high, half_width). Closed at both ends."""
        angle = np.arange(sides) * 2 * np.pi / sides + np.pi / sides
        cos, sin = np.cos(angle), np.sin(angle)
        # A superellipse of degree five: flat sides, rounded edges.
        ring = np.stack([np.sign(cos) * np.abs(cos) ** 0.4, np.sign(sin) * np.abs(sin) ** 0.4], 1)
        out = np.stack([cos, 0 * cos, sin], 1)
        vertex, normal = [], []
        for y, low, high, half in stations:
            middle, tall = (low + high) / 2, (high - low) / 2
            vertex.append(np.stack([ring[:, 0] * half, np.full(sides, y), middle + ring[:, 1] * tall], 1))
            normal.append(out)
        for first in range(len(stations) - 1):
            pair = np.concatenate(vertex[first : first + 2])
            self.add(pair, np.concatenate(normal[first : first + 2]), _loft_triangles(sides), colour)
        self.face(vertex[0], colour)
        self.face(vertex[-1][::-1], colour)

    def mesh(self, shade_below_m: float = 0.45, gloss: float = 0.0) -> Mesh:
        """All of it. With `shade_below_m` it stands on the road under a sky: lighter where it looks up, darker where
        it looks down and near the road."""
        counts = np.cumsum([0, *(len(part[0]) for part in self._parts)])
        faces = np.cumsum([0, *(len(part[3]) for part in self._parts)])
        heads = [
            Head(cover, (int(counts[a]), int(counts[b])), (int(faces[a]), int(faces[b]))) for cover, a, b in self._heads
        ]
        vertex = np.concatenate([part[0] for part in self._parts])
        normal = np.concatenate([part[1] for part in self._parts])
        rgba = np.concatenate([part[2] for part in self._parts])
        if shade_below_m > 0:
            shade = 0.6 + 0.4 * np.clip(vertex[:, 2:] / shade_below_m, 0, 1)
            shade *= 0.92 + 0.18 * normal[:, 2:]
            rgba[:, :3] = np.clip(rgba[:, :3] * shade, 0, 255).round()
        triangle = np.concatenate([part[3] + start for part, start in zip(self._parts, counts[:-1], strict=True)])
        return Mesh(
            vertex.astype(np.float32), normal.astype(np.float32), rgba, triangle.astype(np.int32),
            tuple(self.lamps), tuple(heads), tuple(self.plates), gloss,
        )  # fmt: skip


def _upright(a: F64, b: F64, c: F64) -> F64:
    """The unit normal of a triangle. Written out: numpy's cross is ten times slower on three numbers."""
    (ux, uy, uz), (vx, vy, vz) = (b - a).tolist(), (c - a).tolist()
    normal = np.array([uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx])
    return np.asarray(normal / max(float(np.sqrt(normal @ normal)), 1e-9), np.float64)


@cache
def _circle(sides: int) -> F64:
    angle = np.arange(sides) * 2 * np.pi / sides
    return np.stack([np.cos(angle), np.sin(angle)], 1)


@cache
def _tube_triangles(sides: int) -> I32:
    i = np.arange(sides)
    j = (i + 1) % sides
    quads = [np.stack([i, j, j + sides], 1), np.stack([i, j + sides, i + sides], 1)]
    return np.concatenate(quads).astype(np.int32)


@cache
def _loft_triangles(sides: int) -> I32:
    return np.ascontiguousarray(_tube_triangles(sides)[:, ::-1])


@cache
def _ball(upper: bool) -> tuple[F64, I32]:
    around, rings = 8, 4 if upper else 6
    lowest = 0.0 if upper else -np.pi / 2
    lift = np.linspace(lowest, np.pi / 2, rings)
    turn = np.arange(around) * 2 * np.pi / around
    points = [(np.cos(v) * np.cos(u), np.cos(v) * np.sin(u), np.sin(v)) for v in lift for u in turn]
    triangles = []
    for ring in range(rings - 1):
        for i in range(around):
            j = (i + 1) % around
            a, b, c, d = ring * around + i, ring * around + j, (ring + 1) * around + j, (ring + 1) * around + i
            triangles += [(a, b, c), (a, c, d)]
    return np.array(points, np.float64), np.array(triangles, np.int32)

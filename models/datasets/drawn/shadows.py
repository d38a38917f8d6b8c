"""Shadows on the road: what the sun throws, and the soft dark under everything that stands on it."""

from collections.abc import Sequence

import cv2
import numpy as np

from models.datasets.drawn.mesh import Mesh
from vision.arrays import F32, F64, I64

SOFT_M = 0.12
DARK = 12


def cast(objects: Sequence[tuple[F32 | F64, F64]], sun_m: tuple[float, float, float], strength: float) -> Mesh:
    """One flat mesh with the shadows of all (vertices, motion). strength 0..1: the sun's part of the light."""
    fans: list[tuple[F64, F64, float]] = []
    lean = np.array([-sun_m[0] / sun_m[2], -sun_m[1] / sun_m[2]])
    for vertex, matrix in objects:
        world = vertex @ matrix[:3, :3].T + matrix[:3, 3]
        if strength > 0.05:
            fans.append((_hull(world[:, :2] + np.maximum(world[:, 2:], 0) * lean), np.array([SOFT_M]), 0.62 * strength))
        below = world[world[:, 2] < 0.6]
        fans.append((_hull(below[:, :2]), np.array([0.35]), 0.30 + 0.12 * (1 - strength)))
    return _fans(fans)


def _hull(points: F64) -> F64:
    return np.asarray(cv2.convexHull(points.astype(np.float32))[:, 0], np.float64)


def _fans(fans: Sequence[tuple[F64, F64, float]]) -> Mesh:
    """Each outline filled, and a rim outside it that fades to nothing."""
    vertex, alpha, triangle = [], [], []
    start = 0
    for hull, soft_m, dark in fans:
        n = len(hull)
        middle = hull.mean(axis=0)
        out = hull - middle
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)
        inner = hull - out * np.minimum(soft_m, 0.5 * np.linalg.norm(hull - middle, axis=1, keepdims=True))
        vertex += [middle[None], inner, hull + out * soft_m]
        alpha += [np.full(n + 1, dark), np.zeros(n)]
        triangle.append(_fan(n) + start)
        start += 2 * n + 1
    if not vertex:
        return Mesh(np.empty((0, 3), np.float32), np.empty((0, 3), np.float32), np.empty((0, 4), np.uint8),
                    np.empty((0, 3), np.int32))  # fmt: skip
    flat = np.concatenate(vertex)
    rgba = np.full((len(flat), 4), DARK, np.uint8)
    rgba[:, 3] = np.clip(np.concatenate(alpha) * 255, 0, 255)
    return Mesh(
        np.column_stack([flat, np.zeros(len(flat))]).astype(np.float32),
        np.tile(np.array([0, 0, 1], np.float32), (len(flat), 1)), rgba,
        np.concatenate(triangle).astype(np.int32),
    )  # fmt: skip


def _fan(n: int) -> I64:
    i = np.arange(n)
    j = (i + 1) % n
    inner, outer = 1 + i, 1 + n + i
    inner_next, outer_next = 1 + j, 1 + n + j
    faces = [np.stack([0 * i, inner, inner_next], 1), np.stack([inner, outer, outer_next], 1),
             np.stack([inner, outer_next, inner_next], 1)]  # fmt: skip
    triangles = np.concatenate(faces)
    # Both sides, whichever way round the outline came.
    return np.concatenate([triangles, triangles[:, ::-1]])

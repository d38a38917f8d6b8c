"""The lamps that shine into the camera."""

from collections.abc import Sequence

import numpy as np

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.mesh import Mesh
from models.datasets.drawn.parts import LampPart
from models.datasets.drawn.scene import Hour, SceneDescription
from models.datasets.drawn.signals import LIT
from models.datasets.drawn.upload import Placed
from models.datasets.drawn.weather import Glow
from vision.arrays import F64, I64

LENS_M = 0.09


def glows(
    scene: SceneDescription, placed: Sequence[Placed], ids: I64, signals: Sequence[LampPart], marked: I64
) -> list[Glow]:
    """Those of all vehicles at night, of a few by day, and those of the signal heads.

    ids: (height, width) numbers of vehicles; marked: the same with the numbers of the signal heads' marks.
    """
    dark = scene.sky.hour in (Hour.NIGHT, Hour.DUSK)
    shining: list[Glow] = []
    for one in placed:
        if dark or one.number % 9 == 0:
            shining += _of_vehicle(scene.camera, one.mesh, one.matrix, ids, one.number)
    for lamp in signals:
        shining += _of_signal(scene.camera, lamp, marked)
    return shining


def _of_vehicle(camera: Camera, mesh: Mesh, matrix: F64, ids: I64, number: int) -> list[Glow]:
    shining: list[Glow] = []
    height, width = ids.shape
    eye = np.array(camera.at_m)
    for lamp in mesh.lamps:
        at = matrix[:3, :3] @ np.array(lamp.at_m) + matrix[:3, 3]
        towards = (eye - at) / max(float(np.linalg.norm(eye - at)), 1e-6)
        facing = float(towards @ (matrix[:3, 1] * lamp.ahead))
        x, y, depth = camera.project(at[None])[0]
        if facing < 0.15 or not (0 <= x < width and 0 <= y < height) or ids[int(y), int(x)] not in (number, 0):
            continue
        radius = lamp.size_m * camera.focal_px / depth * (0.5 + facing)
        red, green, blue = (part * facing for part in lamp.colour)
        shining.append(Glow(float(x), float(y), float(np.clip(radius, 0.6, 14)), (red, green, blue)))
    return shining


def _of_signal(camera: Camera, part: LampPart, marked: I64) -> list[Glow]:
    """The lit lens, as far as it is in the picture and nothing is before it."""
    height, width = marked.shape
    lens = part.signal.lens_m(part.state)
    if lens is None:
        return []
    x, y, depth = camera.project(np.array([lens]))[0]
    if not (0 <= x < width and 0 <= y < height) or marked[int(y), int(x)] != part.mark.number:
        return []
    red, green, blue = (value * part.facing for value in LIT[part.state])
    radius = LENS_M * camera.focal_px / depth
    return [Glow(float(x), float(y), float(np.clip(radius, 0.5, 12)), (red, green, blue))]

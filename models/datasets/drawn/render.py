"""From a scene's description to a picture with its truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.datasets.drawn import stage as world
from models.datasets.drawn.camera import Camera
from models.datasets.drawn.crowd import populate
from models.datasets.drawn.garage import model
from models.datasets.drawn.mesh import Mesh, turned
from models.datasets.drawn.scene import Hour, Participant, SceneDescription
from models.datasets.drawn.shadows import cast
from models.datasets.drawn.sight import Sight, seen
from models.datasets.drawn.studio import Placed, Studio
from models.datasets.drawn.weather import Glow, develop
from vision.arrays import F32, F64, I8, I64, U8, Column, check_columns
from vision.events.lamps import Lamp

LEAST_VISIBLE = 0.42
LEAST_INSIDE = 0.15
"""Of the whole: a handlebar at the edge of the picture is no motorbike yet."""
LEAST_SIDE_PX = 8


@dataclass(frozen=True, slots=True, eq=False)
class DrawnFrame:
    """A picture and everyone in it who can be told, row for row.

    image          (height, width, 3) uint8 BGR
    xyxy_px        (n, 4) float32  the visible extent, rider and machine and load as one
    kind           (n,)   int8     VehicleKind
    number         (n,)   int64    who: place in the scene's traffic, from 1
    visible_share  (n,)   float32  of its outline within the picture, 0..1
    lamp           what the signal heads for the main road show; OFF where there are none
    """

    image: U8
    xyxy_px: F32
    kind: I8
    number: I64
    visible_share: F32
    lamp: Lamp

    def __post_init__(self) -> None:
        columns: dict[str, Column] = {
            "xyxy_px": (self.xyxy_px, (4,), np.float32),
            "kind": (self.kind, (), np.int8),
            "number": (self.number, (), np.int64),
            "visible_share": (self.visible_share, (), np.float32),
        }
        check_columns("DrawnFrame", len(self.kind), columns)


def draw_scene(studio: Studio, scene: SceneDescription) -> DrawnFrame:
    """The picture of a still scene. Vehicles mostly hidden, or under 8 px, are in it but not told."""
    rng = np.random.default_rng([*scene.seed, 3])
    stage = world.build_stage(scene)
    heads = [world.signal_head(place, scene.lamp) for place in stage.signals]
    studio.set_stage(stage.flat, [*stage.solid, *heads], stage.light)
    everyone = populate(scene)
    placed = place(everyone)
    shadows = cast([(one.mesh.vertex, one.matrix) for one in placed], stage.light.sun_m, world.sunshine(scene))
    image, ids = studio.draw_with_ids(scene.camera, placed, shadows)
    sights = seen(scene.camera, placed, ids)
    picture = develop(image, scene.sky, glows(scene, placed, ids), rng)
    return _frame(picture, everyone, sights, scene.lamp if heads else Lamp.OFF)


def place(everyone: Sequence[Participant]) -> list[Placed]:
    """Each participant's model under its motion, numbered from 1."""
    return [
        Placed(model(one.kind, one.model), turned(one.x_m, one.y_m, one.heading_rad), number)
        for number, one in enumerate(everyone, 1)
    ]


def _frame(image: U8, everyone: Sequence[Participant], sights: Sequence[Sight], lamp: Lamp) -> DrawnFrame:
    told = [one for one in sights if _tellable(one)]
    return DrawnFrame(
        image,
        np.array([one.xyxy_px for one in told], np.float32).reshape(-1, 4),
        np.array([int(everyone[one.number - 1].kind) for one in told], np.int8),
        np.array([one.number for one in told], np.int64),
        np.array([one.visible_share for one in told], np.float32),
        lamp,
    )


def _tellable(one: Sight) -> bool:
    shown = one.visible_share >= LEAST_VISIBLE and one.inside_share >= LEAST_INSIDE
    return shown and one.least_side_px >= LEAST_SIDE_PX


def glows(scene: SceneDescription, placed: Sequence[Placed], ids: I64) -> list[Glow]:
    """The lamps that shine into the camera: all at night, a few by day."""
    dark = scene.sky.hour in (Hour.NIGHT, Hour.DUSK)
    shining: list[Glow] = []
    for one in placed:
        if dark or one.number % 9 == 0:
            shining += _glows_of(scene.camera, one.mesh, one.matrix, ids, one.number)
    return shining


def _glows_of(camera: Camera, mesh: Mesh, matrix: F64, ids: I64, number: int) -> list[Glow]:
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

"""From a scene's description to a picture with its truth."""

from collections.abc import Sequence

import numpy as np

from models.datasets.drawn import stage as world
from models.datasets.drawn.crowd import populate
from models.datasets.drawn.frame import DrawnFrame, HeadsSeen, LampsSeen, PlatesSeen
from models.datasets.drawn.garage import model
from models.datasets.drawn.glow import glows
from models.datasets.drawn.mesh import turned
from models.datasets.drawn.parts import Parts, parts_in_view
from models.datasets.drawn.scene import Participant, SceneDescription
from models.datasets.drawn.shadows import cast
from models.datasets.drawn.sight import Sight, seen
from models.datasets.drawn.signals import with_pole
from models.datasets.drawn.studio import Studio
from models.datasets.drawn.upload import Placed
from models.datasets.drawn.weather import develop
from vision.arrays import F32, I64, U8

LEAST_VISIBLE = 0.42
LEAST_INSIDE = 0.15
"""Of the whole: a handlebar at the edge of the picture is no motorbike yet."""
LARGE_SHARE = 0.03
"""Of the picture: what shows this much of it is told however little of the whole that is. A lorry beside the camera
reaches far out of the picture, and left out it would teach that what fills a picture is nothing."""
LEAST_SIDE_PX = 8
LEAST_PART_VISIBLE = 0.5
"""Of a plate, a head, a signal head."""
LEAST_PART_PX = 4


def draw_scene(studio: Studio, scene: SceneDescription, traffic: Sequence[Participant] | None = None) -> DrawnFrame:
    """The picture of a still scene. Vehicles mostly hidden, or under 8 px, are in it but not told.

    traffic: who is there; None: whoever the scene's own seed puts there.
    """
    rng = np.random.default_rng([*scene.seed, 3])
    stage = world.build_stage(scene)
    poles = [with_pole(signal, signal.shows(scene.lamp)) for signal in stage.signals]
    studio.set_stage(stage.flat, [*stage.solid, *poles], stage.light)
    everyone = populate(scene) if traffic is None else traffic
    placed = place(everyone)
    plates = np.random.default_rng([*scene.seed, 7])
    parts = parts_in_view(scene.camera, everyone, placed, stage.signals, lamp=scene.lamp, rng=plates)
    shadows = cast([(one.mesh.vertex, one.matrix) for one in placed], stage.light.sun_m, world.sunshine(scene))
    image, marked = studio.draw_with_ids(
        scene.camera, placed, shadows, stickers=[one.sticker for one in parts.plates], marks=parts.marks()
    )
    ids = _owners(parts, len(placed))[marked]
    shining = glows(scene, placed, ids, parts.lamps, marked)
    picture = develop(image, scene.sky, shining, rng, ids > 0)
    told = [one for one in seen(scene.camera, placed, ids) if _tellable(one, scene.camera.size_px)]
    sights = {one.number: one for one in seen(scene.camera, parts.marks(), marked) if _part_tellable(one)}
    return _frame(picture, everyone, told, parts, sights)


def place(everyone: Sequence[Participant]) -> list[Placed]:
    """Each participant's model under its motion, numbered from 1."""
    return [
        Placed(model(one.kind, one.model), turned(one.x_m, one.y_m, one.heading_rad), number)
        for number, one in enumerate(everyone, 1)
    ]


def _owners(parts: Parts, vehicles: int) -> I64:
    """For every number among the ids, marks included, that of the vehicle; 0 for signal heads."""
    owners = [
        *range(vehicles + 1),
        *(one.owner for one in parts.plates),
        *(one.owner for one in parts.heads),
        *(0 for _ in parts.lamps),
    ]
    return np.array(owners, np.int64)


def _frame(
    image: U8, everyone: Sequence[Participant], told: Sequence[Sight], parts: Parts, sights: dict[int, Sight]
) -> DrawnFrame:
    plates = [one for one in parts.plates if one.mark.number in sights]
    heads = [one for one in parts.heads if one.mark.number in sights]
    lamps = [one for one in parts.lamps if one.mark.number in sights]
    return DrawnFrame(
        image,
        *_columns(told)[:1],
        np.array([int(everyone[one.number - 1].kind) for one in told], np.int8),
        np.array([one.number for one in told], np.int64),
        *_columns(told)[1:],
        PlatesSeen(
            np.array([one.owner for one in plates], np.int64),
            np.array([one.quad_px for one in plates], np.float32).reshape(-1, 4, 2),
            _columns([sights[one.mark.number] for one in plates])[1],
            tuple(one.text for one in plates),
        ),
        HeadsSeen(
            np.array([one.owner for one in heads], np.int64),
            *_columns([sights[one.mark.number] for one in heads]),
            tuple(one.cover for one in heads),
        ),
        LampsSeen(
            *_columns([sights[one.mark.number] for one in lamps]),
            np.array([one.facing for one in lamps], np.float32),
            tuple(one.state for one in lamps),
        ),
    )


def _columns(sights: Sequence[Sight]) -> tuple[F32, F32]:
    """(n, 4) boxes and (n,) visible shares."""
    boxes = np.array([one.xyxy_px for one in sights], np.float32).reshape(-1, 4)
    return boxes, np.array([one.visible_share for one in sights], np.float32)


def _tellable(one: Sight, size_px: tuple[int, int]) -> bool:
    x1, y1, x2, y2 = one.xyxy_px
    large = (x2 - x1) * (y2 - y1) >= LARGE_SHARE * size_px[0] * size_px[1]
    shown = one.visible_share >= LEAST_VISIBLE and (large or one.inside_share >= LEAST_INSIDE)
    return shown and one.least_side_px >= LEAST_SIDE_PX


def _part_tellable(one: Sight) -> bool:
    shown = one.visible_share >= LEAST_PART_VISIBLE and one.inside_share >= LEAST_PART_VISIBLE
    return shown and one.least_side_px >= LEAST_PART_PX

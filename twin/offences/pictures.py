"""The pictures of a play."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from models.datasets.drawn import stage as world
from models.datasets.drawn.glow import glows
from models.datasets.drawn.mesh import turned
from models.datasets.drawn.number_plates import drawn_plate, quad_mesh, sticker
from models.datasets.drawn.parts import plate_quad_px
from models.datasets.drawn.scene import Crowd, Hour, SceneDescription
from models.datasets.drawn.shadows import cast
from models.datasets.drawn.signals import signal_head
from models.datasets.drawn.studio import Studio
from models.datasets.drawn.upload import Placed, Sticker
from models.datasets.drawn.weather import develop
from twin.offences.bodies import Body
from twin.offences.cast import FPS, Actor
from twin.offences.play import Play
from vision.arrays import F32, F64, U8
from vision.events.lamps import Lamp

GRAINS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Somebody who is at least partly in a frame. number: from 1; box_px: of the whole outline."""

    number: int
    actor: Actor
    motion: F64
    box_px: F64


def shown_in(play: Play, frame: int) -> list[Shown]:
    """Everyone of whom anything is in the picture, hidden by others or not."""
    found = []
    width, height = play.place.camera.size_px
    for number, actor in enumerate(play.everyone, 1):
        if not actor.trace.there[frame]:
            continue
        at = (float(column[frame]) for column in (actor.trace.x_m, actor.trace.y_m, actor.trace.heading_rad))
        motion = turned(*at)
        seen = play.place.camera.project(actor.body.corners_m @ motion[:3, :3].T + motion[:3, 3])[:, :2]
        if np.isnan(seen).any():
            continue
        low, high = seen.min(axis=0), seen.max(axis=0)
        if high[0] > 0 and high[1] > 0 and low[0] < width and low[1] < height:
            found.append(Shown(number, actor, motion, np.concatenate([low, high])))
    return found


def pictures(play: Play, frames: Iterable[int]) -> Iterator[U8]:
    """(height, width, 3) uint8 BGR for each frame."""
    place, sky = play.place, play.sky
    dark = sky.hour is Hour.NIGHT
    scene = SceneDescription((play.wanted.seed, 8), place.street, place.camera, sky, Crowd(0, 0, 0, 0), Lamp.OFF)
    stage = world.build_stage(scene)
    flat = [*stage.flat, *([place.paint] if place.paint is not None else [])]
    studio = Studio(place.camera.size_px)
    rng = np.random.default_rng([play.wanted.seed, 9])
    grains = _grains(rng, place.camera.size_px, sky.noise)
    lamp: Lamp | None = None
    fresh = True
    for frame in frames:
        now = place.light.at(frame / FPS) if place.light else None
        if fresh or now is not lamp:
            lamp, fresh = now, False
            heads = [signal_head(at, now) for at in place.signals] if now else []
            studio.set_stage(flat, [*stage.solid, *heads], stage.light)
            studio.freeze_stage(place.camera)
        here = shown_in(play, frame)
        placed = [Placed(one.actor.body.mesh, one.motion, row) for row, one in enumerate(here, 1)]
        outlines = [(one.actor.body.corners_m, one.motion) for one in here]
        shadows = cast(outlines, stage.light.sun_m, world.sunshine(scene))
        stickers = [each for one in here for each in _stickers(play, one.actor.body, one.motion)]
        if dark:
            image, ids = studio.draw_with_ids(place.camera, placed, shadows, stickers=stickers)
            shining = glows(scene, placed, ids, [], ids)
        else:
            image, shining = studio.draw(place.camera, placed, shadows, stickers), []
        yield develop(image, sky, shining, rng, grain=grains[frame % GRAINS])
    studio.close()


def _stickers(play: Play, body: Body, motion: F64) -> Sequence[Sticker]:
    """Its plates, as far as anybody could tell them from blank ones."""
    if body.plate is None:
        return ()
    return [
        sticker(quad_mesh(place), motion, drawn_plate(body.plate, place.layout).image)
        for place in body.mesh.plates
        if plate_quad_px(play.place.camera, place, motion) is not None
    ]


def _grains(rng: np.random.Generator, size_px: tuple[int, int], noise: float) -> list[F32]:
    """A few fields of sensor noise, taken in turn."""
    width, height = size_px
    return [rng.normal(0, noise, (height, width, 3)).astype(np.float32) for _ in range(GRAINS)]

"""Riders seen from near, for the helmet reader: `python -m models.datasets.drawn.riders --out DIR --count N`.

The drawn junctions show most riders from far, one or two on a machine, four heads in five under a helmet. Here a
camera on a mast or a bridge, or beside the road and looking along it aslant, looks at a few machines at 5 to 25 m,
with one to four people each and anything on their heads. Written as `models.datasets.drawn` writes a set; other seeds
give other people.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from rich.progress import track

from models.datasets.drawn import stage as world
from models.datasets.drawn.camera import Camera
from models.datasets.drawn.chance import random_scene
from models.datasets.drawn.mesh import Cover, Mesh, turned
from models.datasets.drawn.scene import Crowd, SceneDescription, Street
from models.datasets.drawn.shadows import cast
from models.datasets.drawn.sight import Sight, seen
from models.datasets.drawn.studio import Studio
from models.datasets.drawn.truth_file import PictureTruth, TrueHead, TrueVehicle
from models.datasets.drawn.two_wheels import ridden
from models.datasets.drawn.upload import Placed
from models.datasets.drawn.weather import develop
from models.errors import DatasetError, ModelsError
from vision.arrays import F64, I64, U8
from vision.events.lamps import Lamp
from vision.vehicles import KIND_NAMES, VehicleKind

SIZE_PX = (1280, 720)
MOST, TRIES = 9, 40
APART_M = 1.7
FARTHEST_M = 26.0
PEOPLE = (0.42, 0.26, 0.18, 0.14)
COATS, DARK = 0.1, 0.3
"""Shares of people in raincoats, and of helmets as dark as hair: told by their shape, or not at all."""
COVERS = {Cover.HELMET: 0.46, Cover.NONE: 0.38, Cover.CAP: 0.1, Cover.HAT: 0.06}
LEAST_VISIBLE, LEAST_INSIDE, LEAST_PX = 0.3, 0.5, 5.0
HEAD_VISIBLE = 0.06
"""A head of which less is seen is not told of; of one that hardly shows the reader learns neither that it is there nor
that it is not."""
BESIDE, CLEAR = 0.55, 0.5
"""Shares of the pictures: from a camera beside the road; from a camera that spoils nothing."""
JPEG_KEPT = 94
AT_ONCE = 40
"""Pictures of one studio: it keeps every machine it ever drew, and here each is a new one."""


def near_scene(seed: tuple[int, ...]) -> SceneDescription:
    """Any street under any sky, without traffic of its own, and a camera that is near the road."""
    scene = random_scene(seed, SIZE_PX)
    rng = np.random.default_rng([*seed, 11])
    # The network's own training wears the pictures down; here little of it, so that heads stay what they are.
    sky = replace(scene.sky, shrink=max(scene.sky.shrink, 0.6), jpeg=max(scene.sky.jpeg, 60), glare=0.0, caption=False)
    if rng.random() < CLEAR:
        sky = replace(sky, shrink=1.0, jpeg=max(sky.jpeg, 85), blur_px=min(sky.blur_px, 0.6), comb_px=0.0, rain=0.0)
    camera = (_beside if rng.random() < BESIDE else _above)(rng, scene.street)
    return replace(scene, camera=camera, sky=sky, crowd=Crowd(0, 0, 0, 0), lamp=Lamp.OFF)


def _beside(rng: np.random.Generator, street: Street) -> Camera:
    """So aslant that those behind do not hide those before them, and so near that a machine is as wide as high."""
    side = 1 if rng.random() < 0.5 else -1
    edge = street.right_m if side > 0 else street.left_m
    high, away = float(rng.uniform(3.5, 8.0)), float(rng.uniform(6.0, 15.0))
    x, aim_x = edge + side * float(rng.uniform(0.5, 7.0)), edge - side * float(rng.uniform(0.5, 6.0))
    reach = np.hypot(x - aim_x, away)
    focal = SIZE_PX[0] * float(rng.uniform(0.9, 1.6))
    pitch = float(np.arctan2(high - float(rng.uniform(0.0, 1.0)), reach))
    heading = float(np.arctan2(x - aim_x, away))
    return Camera((x, 0.0, high), heading, pitch, float(rng.normal(0, 0.015)), focal, SIZE_PX)


def _above(rng: np.random.Generator, street: Street) -> Camera:
    high, away = float(rng.uniform(3.0, 9.0)), float(rng.uniform(6.0, 18.0))
    x = float(rng.uniform(street.left_m - 5, street.right_m + 5))
    aim_x = float(rng.uniform(street.left_m, street.right_m))
    heading = float(np.arctan2(x - aim_x, away))
    focal = SIZE_PX[0] * float(rng.uniform(0.8, 1.5))
    pitch = float(np.arctan2(high - 1.0, np.hypot(x - aim_x, away)))
    return Camera((x, 0.0, high), heading, pitch, float(rng.normal(0, 0.015)), focal, SIZE_PX)


def riders(scene: SceneDescription) -> list[tuple[Mesh, F64]]:
    """Machines with people in the view, none nearer to another than APART_M: meshes and their motions."""
    rng = np.random.default_rng([*scene.seed, 12])
    width, height = scene.camera.size_px
    eye = np.array(scene.camera.at_m[:2])
    placed: list[tuple[Mesh, F64]] = []
    taken: list[F64] = []
    for _ in range(TRIES):
        at = scene.camera.ground_at(float(rng.uniform(0.04, 0.96)) * width, float(rng.uniform(0.2, 1.0)) * height)
        if at is None or len(placed) == MOST:
            continue
        place = np.array(at)
        if np.hypot(*(place - eye)) > FARTHEST_M or any(np.hypot(*(place - one)) < APART_M for one in taken):
            continue
        taken.append(place)
        along = rng.random() < 0.8
        ahead = 0.0 if rng.random() < 0.6 else np.pi
        heading = float(ahead + rng.normal(0, 0.15) if along else rng.uniform(-np.pi, np.pi))
        placed.append((_ridden(rng), turned(at[0], at[1], heading)))
    return placed


def _ridden(rng: np.random.Generator) -> Mesh:
    people = 1 + int(rng.choice(len(PEOPLE), p=PEOPLE))
    covers = [list(COVERS)[int(n)] for n in rng.choice(len(COVERS), people, p=list(COVERS.values()))]
    return ridden(rng, covers, COATS, DARK)


def draw(studio: Studio, scene: SceneDescription, name: str) -> tuple[U8, PictureTruth]:
    """The picture, and what can be told of its riders and heads."""
    stage = world.build_stage(scene)
    studio.set_stage(stage.flat, stage.solid, stage.light)
    here = riders(scene)
    placed = [Placed(mesh, motion, number) for number, (mesh, motion) in enumerate(here, 1)]
    parts = [
        (one.number, head.cover, Placed(one.mesh.part(head.vertices, head.triangles), one.matrix))
        for one in placed
        for head in one.mesh.heads
    ]
    heads = [(owner, cover, replace(mark, number=n)) for n, (owner, cover, mark) in enumerate(parts, len(placed) + 1)]
    marks = [mark for _, _, mark in heads]
    shadows = cast([(mesh.vertex, motion) for mesh, motion in here], stage.light.sun_m, world.sunshine(scene))
    image, marked = studio.draw_with_ids(scene.camera, placed, shadows, marks=marks)
    owners = np.array([*range(len(placed) + 1), *(owner for owner, _, _ in heads)], np.int64)
    picture = develop(image, scene.sky, [], np.random.default_rng([*scene.seed, 13]))
    whole = {one.number: one for one in _told(scene.camera, placed, owners[marked], LEAST_VISIBLE, LEAST_PX)}
    shown = {one.number: one for one in _told(scene.camera, marks, marked, HEAD_VISIBLE, 1.0)}
    return picture, _truth(name, whole, [(owner, cover, shown.get(mark.number)) for owner, cover, mark in heads])


def _told(camera: Camera, placed: list[Placed], ids: I64, visible: float, least_px: float) -> list[Sight]:
    return [
        one
        for one in seen(camera, placed, ids)
        if one.visible_share >= visible and one.inside_share >= LEAST_INSIDE and one.least_side_px >= least_px
    ]


def _truth(name: str, whole: dict[int, Sight], heads: list[tuple[int, Cover, Sight | None]]) -> PictureTruth:
    kind = KIND_NAMES[VehicleKind.MOTORBIKE]
    return PictureTruth(
        picture=name, width_px=SIZE_PX[0], height_px=SIZE_PX[1], plates=(), lamps=(),
        vehicles=tuple(
            TrueVehicle(number=one.number, kind=kind, xyxy_px=one.xyxy_px, visible_share=one.visible_share)
            for one in whole.values()
        ),
        heads=tuple(
            TrueHead(owner=owner, cover=cover, xyxy_px=sight.xyxy_px, visible_share=sight.visible_share)
            for owner, cover, sight in heads if sight is not None
        ),
    )  # fmt: skip


def write(folder: Path, count: int, seed: int) -> None:
    """images/train and truth of `count` pictures; those already there are kept. DatasetError where one cannot be
    written."""
    images, truths = folder / "images" / "train", folder / "truth"
    for each in (images, truths):
        each.mkdir(parents=True, exist_ok=True)
    studio = Studio(SIZE_PX)
    for number in track(range(count), description="drawing"):
        if number % AT_ONCE == AT_ONCE - 1:
            studio.close()
            studio = Studio(SIZE_PX)
        name = f"riders_{seed}_{number:06}"
        told = truths / f"{name}.json"
        if told.is_file():
            continue
        image, truth = draw(studio, near_scene((seed, number, 10)), f"{name}.jpg")
        if not cv2.imwrite(str(images / f"{name}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_KEPT]):
            raise DatasetError(f"{images / name}.jpg: the picture cannot be written; is the disk full?")
        # Last, and at once: the truth says that all of it is whole.
        partial = told.with_suffix(".part")
        partial.write_text(truth.model_dump_json(indent=1) + "\n", "utf-8")
        partial.replace(told)
    studio.close()


def main(
    out: Annotated[Path, typer.Option("--out", help="The folder to write the set into.", show_default=False)],
    count: Annotated[int, typer.Option("--count", min=1, help="How many pictures.", show_default=False)],
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed always gives the same pictures.")] = 1,
) -> None:
    """Draw riders from near with exact boxes of their heads."""
    try:
        write(out, count, seed)
    except (ModelsError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(main)

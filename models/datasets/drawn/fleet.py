"""Lorries and buses on the road, for the detector: `python -m models.datasets.drawn.fleet --out DIR --count N`.

The drawn junctions show a lorry now and then, mostly far away or behind others, and always one of the garage's 150; a
network taught with them calls lorries of any other build cars or buses. Here most of the traffic is lorries and buses,
each a fresh one, seen by the cameras of roads and, in a third of the pictures, from so near that they fill it. Written
as `models.datasets.drawn` writes a set; other seeds give other vehicles.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.progress import track

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.chance import random_scene
from models.datasets.drawn.crowd import populate
from models.datasets.drawn.render import draw_scene
from models.datasets.drawn.scene import Crowd, Participant, SceneDescription, Street
from models.datasets.drawn.studio import Studio
from models.datasets.drawn.yolo import SIZE_PX, begin_set, write_picture
from models.errors import ModelsError
from vision.vehicles import VehicleKind

K = VehicleKind
FRESH = {K.CAR: 10_000, K.BUS: 20_000, K.TRUCK: 40_000}
"""Models beyond the garage's: so many numbers, each another vehicle."""
FIRST_FRESH = 1_000
OTHERS = (1.0, 1.1, 2.6, 0.15)
"""Weights of cars, buses, lorries and bicycles."""
VIEWS = {"mast": 0.42, "any": 0.26, "near": 0.32}
AT_ONCE = 30
"""Pictures of one studio: it keeps every vehicle it ever drew, and here nearly each is a new one."""


def fleet_scene(seed: tuple[int, ...], size_px: tuple[int, int]) -> SceneDescription:
    """Any street under any sky, with few vehicles, most of them long ones."""
    scene = random_scene(seed, size_px)
    rng = np.random.default_rng([*seed, 21])
    view = str(rng.choice(list(VIEWS), p=list(VIEWS.values())))
    camera = scene.camera if view == "any" else {"mast": _mast, "near": _near}[view](rng, scene.street, size_px)
    car, bus, truck, bicycle = rng.dirichlet(OTHERS).tolist()
    crowd = Crowd(
        vehicles=int(rng.integers(8, 40)), walkers=int(rng.integers(0, 4)), motorbikes=float(rng.uniform(0, 0.4)),
        queue=float(rng.uniform(0, 0.6)), others=(car, bus, truck, bicycle), parked=int(rng.integers(0, 4)),
    )  # fmt: skip
    return replace(scene, camera=camera, crowd=crowd)


def _mast(rng: np.random.Generator, street: Street, size_px: tuple[int, int]) -> Camera:
    """Over the road or beside it, looking along it: what enforcement cameras see."""
    width, height = size_px
    focal = width * float(rng.uniform(0.75, 1.15))
    x = float(rng.uniform(street.left_m - 3, street.right_m + 4))
    aim = float(rng.uniform(street.left_m, street.right_m))
    heading = float(np.arctan2(x - aim, rng.uniform(18, 45)))
    pitch = float(np.arctan(rng.uniform(0.2, 0.6) * height / focal))
    return Camera((x, 0.0, float(rng.uniform(5, 10))), heading, pitch, float(rng.normal(0, 0.012)), focal, size_px)


def _near(rng: np.random.Generator, street: Street, size_px: tuple[int, int]) -> Camera:
    """So near that a lorry fills a third of the picture or more."""
    high, away = float(rng.uniform(1.6, 6.5)), float(rng.uniform(6, 16))
    x, aim = (
        float(rng.uniform(street.left_m - 5, street.right_m + 5)),
        float(rng.uniform(street.left_m, street.right_m)),
    )
    heading = float(np.arctan2(x - aim, away) + rng.normal(0, 0.2))
    pitch = float(np.arctan2(high - 1.4, np.hypot(x - aim, away)))
    focal = size_px[0] * float(rng.uniform(0.7, 1.3))
    return Camera((x, 0.0, high), heading, pitch, float(rng.normal(0, 0.015)), focal, size_px)


def freshly(scene: SceneDescription) -> tuple[Participant, ...]:
    """The scene's traffic, each car, bus and lorry of a build that the garage itself never shows."""
    rng = np.random.default_rng([*scene.seed, 22])
    return tuple(
        replace(one, model=FIRST_FRESH + int(rng.integers(FRESH[one.kind]))) if one.kind in FRESH else one
        for one in populate(scene)
    )


def write(folder: Path, count: int, seed: int, size_px: tuple[int, int], first: int = 0) -> None:
    """Pictures `first` to `first + count` into images/train, labels/train and truth; those already there are kept.

    DatasetError where one cannot be written.
    """
    begin_set(folder)
    studio = Studio(size_px)
    for number in track(range(first, first + count), description="drawing"):
        if number % AT_ONCE == AT_ONCE - 1:
            studio.close()
            studio = Studio(size_px)
        name = f"fleet_{seed}_{number:06}"
        if not (folder / "labels" / "train" / f"{name}.txt").is_file():
            scene = fleet_scene((seed, number, 20), size_px)
            write_picture(folder, name, draw_scene(studio, scene, freshly(scene)))
    studio.close()


def main(
    out: Annotated[Path, typer.Option("--out", help="The folder to write the set into.", show_default=False)],
    count: Annotated[int, typer.Option("--count", min=1, help="How many pictures.", show_default=False)],
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed always gives the same pictures.")] = 1,
    first: Annotated[int, typer.Option("--first", min=0, help="Number of the first picture.")] = 0,
) -> None:
    """Draw lorries and buses with exact boxes."""
    try:
        write(out, count, seed, SIZE_PX, first)
    except (ModelsError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(main)

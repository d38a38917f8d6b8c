"""Trains the plate finder from random initialisation: `python -m models.train.plate_finder --data DIR --out DIR`.

Two stages in one schedule. The first learns on hung plates, the places where photographs may show plates that nobody
labelled set aside. Then the network looks there itself, and in the second stage every other picture has what it found
among the truth. A run that was killed goes on from its last checkpoint.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from models.datasets.labels import ReadReport
from models.datasets.plate_scenes import PlateScene
from models.datasets.plate_scenes_sources import Material, read_material
from models.errors import ModelsError
from models.train.plate_finder_net import FinderNet, loss
from models.train.plate_finder_report import write_finder_report
from models.train.plate_finder_scenes import draw_scenes, read_scenes, shown
from models.train.plate_mining import look_for_plates
from models.train.small import Batch, SmallRecipe, SmallRun, train_small


@dataclass(frozen=True, slots=True)
class Recipe:
    """
    steps          updates of the whole run, `batch` pictures each
    first_share    of them in the first stage
    first_scenes   different ones composed for the first stage, later_scenes for the second
    drawn          different plates drawn for them, beside the cut-out ones
    """

    steps: int = 1_200
    batch: int = 32
    first_share: float = 0.33
    first_scenes: int = 6_000
    later_scenes: int = 4_000
    drawn: int = 1_200
    peak_rate: float = 2e-3
    seed: int = 0

    @property
    def first_steps(self) -> int:
        return round(self.steps * self.first_share)


def train(data: Path, out: Path, recipe: Recipe) -> SmallRun:
    """Train to the end of the recipe and write the report. DatasetError where a set is missing or wrong."""
    network = FinderNet(recipe.seed).to(memory_format=torch.channels_last)
    run = SmallRun(network, SmallRecipe(recipe.steps, recipe.batch, recipe.peak_rate, seed=recipe.seed), out)
    run.resume()
    account = out / "read.txt"

    def plain() -> Material:
        report = ReadReport()
        material = read_material(data, recipe.drawn, recipe.seed, report)
        # On disk, because a run that goes on later with the scenes it has does not read again.
        account.write_text(report.sentence(), "utf-8")
        return material

    def mined() -> Material:
        return look_for_plates(run.average, plain(), out)

    stages = [
        Stage(out / "scenes-first", recipe.first_scenes, recipe.seed, plain),
        Stage(out / "scenes-later", recipe.later_scenes, recipe.seed + 1, mined),
    ]

    def next_batch(rng: np.random.Generator, size: int) -> Batch:
        begun = stages[: 1 + (run.step >= recipe.first_steps)]
        parts = [begun[int(choice)].scenes() for choice in rng.integers(len(begun), size=size)]
        return shown([scenes[int(rng.integers(len(scenes)))] for scenes in parts], rng)

    train_small("plate finder", run, next_batch, lambda taught, batch: loss(taught(batch[0]), batch[1:]))
    facts = asdict(recipe) | {"minutes": round(run.seconds / 60, 1), "read": account.read_text("utf-8")}
    (out / "recipe.json").write_text(json.dumps(facts), "utf-8")
    write_finder_report(out, facts, run, stages[1].scenes())
    return run


class Stage:
    """Scenes that are drawn when they are first wanted."""

    def __init__(self, folder: Path, count: int, seed: int, material: Callable[[], Material]) -> None:
        self._folder, self._count, self._seed, self._material = folder, count, seed, material
        self._scenes: Sequence[PlateScene] | None = None

    def scenes(self) -> Sequence[PlateScene]:
        if self._scenes is None:
            draw_scenes(self._folder, self._count, self._seed, self._material)
            self._scenes = read_scenes(self._folder)
        return self._scenes


def main() -> None:
    usual = Recipe()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled sets")
    parser.add_argument("--out", type=Path, default=Path("runs/plate-finder"))
    parser.add_argument("--steps", type=int, default=usual.steps, help="updates of the whole run")
    parser.add_argument("--batch", type=int, default=usual.batch)
    parser.add_argument(
        "--scenes",
        type=int,
        nargs=2,
        default=(usual.first_scenes, usual.later_scenes),
        metavar="N",
        help="pictures composed for the first and the second stage",
    )
    parser.add_argument("--drawn", type=int, default=usual.drawn, help="plates drawn for them")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    recipe = Recipe(
        steps=given.steps,
        batch=given.batch,
        first_scenes=given.scenes[0],
        later_scenes=given.scenes[1],
        drawn=given.drawn,
    )
    try:
        train(given.data, given.out, recipe)
    except ModelsError as error:
        parser.exit(2, f"models.train.plate_finder: {error}\n")


if __name__ == "__main__":
    main()

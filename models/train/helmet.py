"""Trains the helmet reader from random initialisation: `python -m models.train.helmet --data DIR --out DIR`.

DIR holds helmets/india_rider_helmet. A fifth of its training split, look-alikes kept together, decides the thresholds;
its valid split is left for the score (`python -m benchmarks.accuracy.helmets`), and training pictures that are copies
of it are left aside. `--drawn` names a set of models.datasets.drawn whose riders teach too, never decide. Writes
helmet.onnx, helmet.card.yaml, helmet.weights.npz to begin from, and report.html.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.datasets.heads import DOUBTED, RiderPicture, groups, read_riders, without_copies
from models.datasets.heads_drawn import read_drawn_riders
from models.datasets.labels import ReadReport
from models.errors import DatasetError, ModelsError
from models.train.helmet_export import ship
from models.train.helmet_net import HelmetNet
from models.train.helmet_paste import patches_of, with_other_heads
from models.train.helmet_samples import RiderWindow, Sample, varied, windows_of
from models.train.helmet_sure import Calibration, calibrate
from models.train.small import Batch, SmallRecipe, SmallRun, train_small
from models.train.weights import load_weights
from vision.arrays import F64
from vision.riders.card import HEAD_STATES, HeadState

SET = "helmets/india_rider_helmet"
HELD_SHARE = 0.2
BARE_WEIGHT = 2.0
"""Bare heads are the fewer ones and the ones that matter: windows that show them come so much more often."""
DRAWN_SHARE = 0.5
"""Of each batch, where there are drawn riders: they teach people seen from behind and four on a machine, whom the
photographs hardly show. At 0.65 the photographs were told apart worse."""
DRAWN_FAR = 0.3
"""Drawn riders were seen by a drawn street camera already: worn down as often as photographs, most of their heads could
not be told, and the reader would learn not to be sure of those that can."""
HEAT, SORT, PLACE = 1.0, 1.0, 0.25
"""Weights of the three losses."""


@dataclass(frozen=True, slots=True)
class Sources:
    """data: folder with the photographs; drawn: a drawn set, None for none; start: weights of an earlier run."""

    data: Path
    drawn: Path | None = None
    start: Path | None = None


class Teacher:
    """Makes batches of worn windows: photographed riders, heads exchanged among them, and drawn ones as they are."""

    def __init__(self, windows: list[RiderWindow], drawn: list[RiderWindow]) -> None:
        if not windows:
            raise DatasetError(f"{SET}: wanted riders to train on, found none")
        self._windows, self._drawn = windows, drawn
        self._heads = patches_of(windows)
        self._chance, self._drawn_chance = _chances(windows), _chances(drawn)

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        drawn = round(DRAWN_SHARE * size) if self._drawn else 0
        rows = rng.choice(len(self._windows), size - drawn, p=self._chance)
        shown = [varied(with_other_heads(self._windows[row], self._heads, rng), rng) for row in rows]
        if drawn:
            rows = rng.choice(len(self._drawn), drawn, p=self._drawn_chance)
            shown += [varied(self._drawn[row], rng, DRAWN_FAR) for row in rows]
        return as_batch(shown)


def _chances(windows: list[RiderWindow]) -> F64:
    """(n,) of each window to be shown."""
    bare = HEAD_STATES.index(HeadState.NONE)
    weight = np.array([BARE_WEIGHT if (one.states == bare).any() else 1.0 for one in windows], np.float64)
    return weight / max(1.0, weight.sum())


def as_batch(samples: list[Sample]) -> Batch:
    """Pictures RGB 0..1, targets, classes, weights of the cells."""
    images = np.stack([np.ascontiguousarray(one.image[..., ::-1].transpose(2, 0, 1)) for one in samples])
    return (
        torch.from_numpy(images).float().div_(255),
        torch.from_numpy(np.stack([one.target for one in samples])),
        torch.from_numpy(np.stack([one.sort for one in samples])),
        torch.from_numpy(np.stack([one.told for one in samples])),
    )


def loss_of(network: Any, batch: Batch) -> torch.Tensor:
    """Focal loss for the heat (Law and Deng 2018), smoothed cross entropy for the class, L1 for place and size."""
    images, target, sort, told = batch
    planes = network(images)
    heads = (target[:, 0] == 1.0).sum().clamp(min=1)
    heat = (_focal(planes[:, 0], target[:, 0]) * told).sum() / heads
    classes = len(HEAD_STATES)
    each = torch.nn.functional.cross_entropy(
        planes[:, 1 : 1 + classes], sort, ignore_index=-1, reduction="none", label_smoothing=0.05
    )
    weight = target[:, 0] * (sort >= 0)
    kind = (each * weight).sum() / weight.sum().clamp(min=1e-3)
    apart = (planes[:, 1 + classes :] - target[:, 1:5]).abs().sum(dim=1)
    place = (apart * target[:, 5]).sum() / target[:, 5].sum().clamp(min=1e-3)
    return HEAT * heat + SORT * kind + PLACE * place


def _focal(logits: torch.Tensor, heat: torch.Tensor) -> torch.Tensor:
    sure = torch.sigmoid(logits)
    found = (1 - sure) ** 2 * torch.nn.functional.softplus(-logits)
    missed = sure**2 * (1 - heat) ** 4 * torch.nn.functional.softplus(logits)
    return torch.where(heat == 1.0, found, missed)


def parted(pictures: list[RiderPicture], seed: int) -> tuple[list[RiderPicture], list[RiderPicture]]:
    """(to learn from, to make sure with): whole groups of look-alikes go to one side."""
    group = groups(pictures)
    order = np.random.default_rng(seed).permutation(np.unique(group))
    held = set(order[: max(1, round(HELD_SHARE * len(order)))].tolist())
    is_held = [int(number) in held for number in group]
    return (
        [picture for picture, kept in zip(pictures, is_held, strict=True) if not kept],
        [picture for picture, kept in zip(pictures, is_held, strict=True) if kept],
    )


def undoubted(pictures: list[RiderPicture], report: ReadReport) -> list[RiderPicture]:
    """Those whose marks may judge; the others are counted."""
    for picture in pictures:
        if picture.name in DOUBTED:
            report.leave("pictures with doubtful marks, for the thresholds", picture.name)
    return [picture for picture in pictures if picture.name not in DOUBTED]


def train(sources: Sources, out: Path, recipe: SmallRecipe, note: str = "") -> tuple[SmallRun, Calibration]:
    """The whole run: read, train, make sure, write. Raise DatasetError where a set is missing or unreadable.

    `note` goes into the card's source, behind what the run knows itself.
    """
    report = ReadReport()
    kept_for_score = read_riders(sources.data / SET, "valid", ReadReport())
    pictures = without_copies(read_riders(sources.data / SET, "train", report), kept_for_score, report)
    taught, held = parted(pictures, recipe.seed)
    held = undoubted(held, report)
    drawn = [] if sources.drawn is None else drawn_windows(sources.drawn, report)
    teacher = Teacher([window for picture in taught for window in windows_of(picture)], drawn)
    torch.manual_seed(recipe.seed)
    network = HelmetNet()
    if sources.start is not None:
        load_weights(network, sources.start)
    run = SmallRun(network, recipe, out)
    run.resume()
    train_small("helmet", run, teacher.batch, loss_of, check=lambda network: calibrate(network, held).figures())
    sure = calibrate(run.average, held)
    ship(run, sure, report, {"taught": len(taught), "held": len(held), "drawn": len(drawn)}, held, note)
    return run, sure


def drawn_windows(folder: Path, report: ReadReport) -> list[RiderWindow]:
    """Every drawn rider with a head that can be told: windows are small, the pictures they are cut from are not."""
    windows = [_near(one) for picture in read_drawn_riders(folder, report) for one in windows_of(picture)]
    return [one for one in windows if len(one.states)]


def _near(window: RiderWindow) -> RiderWindow:
    """Without the heads of the others in the picture."""
    middles = (window.heads_px[:, :2] + window.heads_px[:, 2:]) / 2
    height, width = window.image.shape[:2]
    inside = ((middles > 0) & (middles < (width, height))).all(axis=1)
    return replace(window, heads_px=window.heads_px[inside], states=window.states[inside])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {SET}")
    parser.add_argument("--drawn", type=Path, help="folder of a set of models.datasets.drawn")
    parser.add_argument("--start", type=Path, help="helmet.weights.npz of an earlier run to begin from")
    parser.add_argument("--out", type=Path, default=Path("runs/helmet"))
    parser.add_argument("--steps", type=int, default=3_300)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--peak-rate", type=float, default=2e-3)
    parser.add_argument("--note", default="", help="what the card says besides, such as the run before this one")
    parser.add_argument("--save-every-s", type=float, default=30.0, help="seconds from checkpoint to checkpoint")
    given = parser.parse_args()
    torch.set_num_threads(1)
    recipe = SmallRecipe(given.steps, given.batch, given.peak_rate, save_every_s=given.save_every_s)
    try:
        train(Sources(given.data, given.drawn, given.start), given.out, recipe, given.note)
    except ModelsError as error:
        parser.exit(2, f"models.train.helmet: {error}\n")


if __name__ == "__main__":
    main()

"""Trains the lamp reader from random initialisation: `python -m models.train.lamp --data DIR --out DIR`.

DIR holds lamps/korea and lamps/indonesia. Each batch is half real heads (their training split), half drawn ones. The
sets' own test split, and drawn heads never trained on, decide the temperature and the thresholds; their valid split is
left for the score (`python -m benchmarks.accuracy.lamps`). Writes lamp.onnx, lamp.card.yaml and report.html.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.datasets.labels import ReadReport
from models.datasets.lamp_regions import LAMPS, HeadPicture, loosely, put_out, read_heads, varied
from models.datasets.lamp_regions_drawn import DrawnRegion, draw_region
from models.errors import DatasetError, ModelsError
from models.train.lamp_export import CANVAS, ship
from models.train.lamp_net import LampNet
from models.train.lamp_sure import Calibration, calibrate
from models.train.small import Batch, SmallRecipe, SmallRun, train_small
from vision.arrays import F32, I64, U8
from vision.detect.letterbox import letterbox
from vision.events.lamps import Lamp
from vision.lamps.regions import turned_upright

SETS = ("lamps/korea", "lamps/indonesia")
DRAWN_CHECKED = 1_500
CHECKED_LOOSE = (0.0, 0.2, 0.4, 0.6)
SHARES = {"real": 0.42, "empty": 0.15, "put out": 0.06}
"""Of a batch; what is left is drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """pictures (n, 3, height, width) uint8 RGB as the network sees them; states (n,) index of LAMPS."""

    pictures: U8
    states: I64

    def __len__(self) -> int:
        return len(self.states)


def on_canvas(regions: list[U8]) -> U8:
    """The network's view of each region, as bytes."""
    batch, _ = letterbox([turned_upright(np.ascontiguousarray(region)) for region in regions], CANVAS)
    return np.rint(batch / CANVAS.scale).astype(np.uint8)


def drawn_regions(number: int, seed: int, cache: Path) -> Regions:
    """Drawn heads, kept in `cache` so that a run that goes on does not draw them again."""
    file = cache / f"drawn-{seed}-{number}.npz"
    if file.is_file():
        with np.load(file, allow_pickle=False) as kept:
            return Regions(kept["pictures"], kept["states"])
    rng = np.random.default_rng([seed, 7])
    drawn: list[DrawnRegion] = [draw_region(rng) for _ in range(number)]
    made = Regions(on_canvas([one.image for one in drawn]), _numbers([one.state for one in drawn]))
    cache.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".part.npz")
    np.savez(fresh, pictures=made.pictures, states=made.states)
    fresh.replace(file)
    return made


def _numbers(states: list[Lamp]) -> I64:
    return np.array([LAMPS.index(state) for state in states], np.int64)


def switched_off(heads: list[HeadPicture]) -> list[HeadPicture]:
    return [dark for head in heads if head.state is not Lamp.UNKNOWN and (dark := put_out(head))]


class Teacher:
    """Makes batches: rare states of real heads come as often as common ones."""

    def __init__(self, heads: list[HeadPicture], drawn: Regions) -> None:
        self._by_state = [[h for h in heads if h.state is state] for state in (Lamp.RED, Lamp.YELLOW, Lamp.GREEN)]
        self._by_state = [group for group in self._by_state if group]
        if not self._by_state:
            raise DatasetError(f"{', '.join(SETS)}: wanted labelled heads to train on, found none")
        self._empty = [head for head in heads if head.state is Lamp.UNKNOWN]
        self._put_out = switched_off(heads)
        self._drawn = drawn

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        chosen = [self._by_state[int(rng.choice(len(self._by_state)))] for _ in range(round(SHARES["real"] * size))]
        chosen += [self._empty] * round(SHARES["empty"] * size) + [self._put_out] * round(SHARES["put out"] * size)
        heads = [group[int(rng.integers(len(group)))] for group in chosen if group]
        rows = rng.integers(len(self._drawn), size=size - len(heads))
        real = on_canvas([varied(head, rng) for head in heads])
        pictures = np.concatenate([real, self._drawn.pictures[rows]])
        states = np.concatenate([_numbers([head.state for head in heads]), self._drawn.states[rows]])
        return torch.from_numpy(pictures).float().div_(255), torch.from_numpy(states)


def loss_of(network: Any, batch: Batch) -> torch.Tensor:
    """Smoothed: some labels of the real sets are wrong, and a sure network must stay rare."""
    pictures, states = batch
    return torch.nn.functional.cross_entropy(network(pictures), states, label_smoothing=0.05)


def logits_of(network: Any, pictures: U8) -> F32:
    with torch.no_grad():
        parts = [
            network(torch.from_numpy(part).float().div_(255))
            for part in np.split(pictures, range(256, len(pictures), 256))
        ]
    return np.asarray(torch.cat(parts).numpy(), np.float32)


def checked_regions(heads: list[HeadPicture]) -> Regions:
    """Real heads of the split that decides the thresholds and the same put out, each cut some ways; empty regions."""
    rng = np.random.default_rng(11)
    shown = heads + switched_off(heads)
    cut = [(loosely(head, rng, looser), head.state) for head in shown for looser in CHECKED_LOOSE]
    return Regions(on_canvas([region for region, _ in cut]), _numbers([state for _, state in cut]))


def right_share(network: Any, regions: Regions) -> float:
    return float((logits_of(network, regions.pictures).argmax(1) == regions.states).mean())


def train(data: Path, out: Path, recipe: SmallRecipe, drawn: int) -> tuple[SmallRun, Calibration]:
    """The whole run: read, draw, train, make sure, write. Raise DatasetError where a set is missing or unreadable."""
    report = ReadReport()
    heads = [head for name in SETS for head in read_heads(data / name, "train", report)]
    held = checked_regions([head for name in SETS for head in read_heads(data / name, "test", report)])
    teacher = Teacher(heads, drawn_regions(drawn, recipe.seed, out))
    drawn_held = drawn_regions(max(1, min(DRAWN_CHECKED, drawn)), recipe.seed + 1, out)
    torch.manual_seed(recipe.seed)
    run = SmallRun(LampNet(), recipe, out)
    run.resume()
    parts = {"real": held, "drawn": drawn_held}
    train_small(
        "lamp", run, teacher.batch, loss_of,
        check=lambda network: {f"right, {name} held out": right_share(network, part) for name, part in parts.items()},
    )  # fmt: skip
    sure = calibrate({name: (logits_of(run.average, part.pictures), part.states) for name, part in parts.items()})
    wrong = logits_of(run.average, held.pictures).argmax(1) != held.states
    ship(run, sure, report, {"heads": len(heads), "drawn": drawn}, held.pictures[wrong])
    return run, sure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with lamps/korea and lamps/indonesia")
    parser.add_argument("--out", type=Path, default=Path("runs/lamp"))
    parser.add_argument("--steps", type=int, default=1_800)
    parser.add_argument("--drawn", type=int, default=6_000, help="drawn regions to learn from")
    parser.add_argument("--save-every-s", type=float, default=30.0, help="seconds from checkpoint to checkpoint")
    given = parser.parse_args()
    torch.set_num_threads(1)
    recipe = SmallRecipe(steps=given.steps, save_every_s=given.save_every_s)
    try:
        train(given.data, given.out, recipe, given.drawn)
    except ModelsError as error:
        parser.exit(2, f"models.train.lamp: {error}\n")


if __name__ == "__main__":
    main()

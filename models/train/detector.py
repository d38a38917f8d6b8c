"""Trains the vehicle detector from random initialisation: `python -m models.train.detector --data DIR --out DIR`.

YOLO11 of ultralytics, narrowed for two cores. The schedule runs over pictures seen, not over time, so a run that was
killed goes on from its last checkpoint and ends where it would have ended.
"""

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.datasets.labels import ReadReport
from models.train.canvas import CanvasSettings, Picture, chances, compose, load
from models.train.sets import Sources
from models.train.toolkit import prepare
from models.train.weights import load_weights
from vision.vehicles import KIND_NAMES


@dataclass(frozen=True, slots=True)
class Recipe:
    """width: share of YOLO11's channel counts (n is 0.25); pictures: how many the whole run shows the network."""

    width: float = 0.125
    depth: float = 0.5
    pictures: int = 40_000
    batch: int = 16
    peak_rate: float = 2e-3
    weight_decay: float = 5e-4
    warm_up: int = 1_500
    seed: int = 0


def build_network(recipe: Recipe) -> Any:
    """A YOLO11 detection network with six classes, random weights."""
    ultralytics = prepare()
    from ultralytics.nn.tasks import DetectionModel  # noqa: PLC0415  only after prepare()
    from ultralytics.utils import DEFAULT_CFG  # noqa: PLC0415

    file = Path(ultralytics.__file__).parent / "cfg/models/11/yolo11.yaml"
    shape = yaml.safe_load(file.read_text("utf-8"))
    shape |= {"nc": len(KIND_NAMES), "scale": "n", "scales": {"n": [recipe.depth, recipe.width, 1024]}}
    torch.manual_seed(recipe.seed)
    network = DetectionModel(shape, ch=3, nc=len(KIND_NAMES), verbose=False)
    network.args = DEFAULT_CFG
    network.names = dict(enumerate(KIND_NAMES))
    return network.to(memory_format=torch.channels_last)


class Canvases(torch.utils.data.IterableDataset[Picture]):
    """Endless training pictures; each worker draws its own."""

    def __init__(self, pool: list[Picture], settings: CanvasSettings, seed: int) -> None:
        self._pool = pool
        self._chances = chances(pool)
        self._settings = settings
        self._seed = seed

    def __iter__(self) -> Iterator[Picture]:
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self._seed, worker.id if worker else 0])
        while True:
            yield compose(self._pool, self._chances, self._settings, rng)


def collate(pictures: list[Picture]) -> dict[str, torch.Tensor]:
    """The batch ultralytics' loss wants: RGB 0..1, boxes as fractions (centre x, y, width, height)."""
    stack = np.stack([picture.image[..., ::-1] for picture in pictures])
    height, width = stack.shape[1:3]
    xyxy = np.concatenate([picture.xyxy_px for picture in pictures]) / np.array([width, height] * 2, np.float32)
    kinds = np.concatenate([picture.kind for picture in pictures])
    owner = np.repeat(np.arange(len(pictures)), [len(picture.kind) for picture in pictures])
    xywh = np.concatenate([(xyxy[:, :2] + xyxy[:, 2:]) / 2, xyxy[:, 2:] - xyxy[:, :2]], axis=1)
    return {
        "img": torch.from_numpy(stack),
        "bboxes": torch.from_numpy(xywh.astype(np.float32)),
        "cls": torch.from_numpy(kinds.astype(np.float32))[:, None],
        "batch_idx": torch.from_numpy(owner.astype(np.float32)),
    }


class Run:
    """One training run: network, its slow average, optimiser, and how many pictures were seen."""

    def __init__(self, recipe: Recipe, out: Path) -> None:
        from ultralytics.utils.torch_utils import ModelEMA  # noqa: PLC0415  only after prepare()

        self.recipe = recipe
        self.out = out
        self.network = build_network(recipe)
        self.average = ModelEMA(self.network, tau=400)
        decayed = [p for p in self.network.parameters() if p.requires_grad and p.ndim > 1]
        plain = [p for p in self.network.parameters() if p.requires_grad and p.ndim <= 1]
        self.optimiser = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": plain, "weight_decay": 0.0}],
            lr=recipe.peak_rate,
        )
        self.seen = 0
        self.seconds = 0.0

    @property
    def checkpoint(self) -> Path:
        return self.out / "last.pt"

    def begin_from(self, weights: Path) -> None:
        """Start from what an earlier run of ours reached instead of from random weights."""
        load_weights(self.network, weights)
        load_weights(self.average.ema, weights)

    def resume(self) -> None:
        """Go on from the last checkpoint, if there is one."""
        if not self.checkpoint.is_file():
            return
        state = torch.load(self.checkpoint, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.ema.load_state_dict(state["average"])
        self.average.updates = state["updates"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.seen, self.seconds = state["seen"], state["seconds"]

    def save(self) -> None:
        fresh = self.checkpoint.with_suffix(".tmp")
        torch.save(
            {
                "network": self.network.state_dict(),
                "average": self.average.ema.state_dict(),
                "updates": self.average.updates,
                "optimiser": self.optimiser.state_dict(),
                "seen": self.seen,
                "seconds": self.seconds,
            },
            fresh,
        )
        fresh.replace(self.checkpoint)

    def step(self, batch: dict[str, torch.Tensor]) -> float:
        """One update; the mean loss per picture."""
        rate = self._rate()
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        batch["img"] = batch["img"].permute(0, 3, 1, 2).float().div_(255)
        losses, _ = self.network(batch)
        loss = losses.sum()
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 10.0)
        self.optimiser.step()
        self.average.update(self.network)
        self.seen += len(batch["img"])
        return float(loss.detach()) / len(batch["img"])

    def _rate(self) -> float:
        """Linear warm-up, then a cosine down to a hundredth."""
        warm = min(1.0, (self.seen + 1) / self.recipe.warm_up)
        done = min(1.0, self.seen / self.recipe.pictures)
        return self.recipe.peak_rate * warm * (0.01 + 0.99 * (1 + math.cos(math.pi * done)) / 2)


def train(sources: Sources, out: Path, recipe: Recipe, settings: CanvasSettings, start: Path | None = None) -> Run:
    """Train to the end of the recipe, saving a checkpoint and a line of log every 100 batches."""
    out.mkdir(parents=True, exist_ok=True)
    prepare()
    report = ReadReport()
    parts = sources.read(report)
    pool = load([image for part in parts.values() for image in part])
    run = Run(recipe, out)
    if start is not None:
        run.begin_from(start)
    run.resume()
    facts = {
        **asdict(recipe),
        **asdict(settings),
        "sets": {n: len(p) for n, p in parts.items()},
        "read": report.sentence(),
    }
    (out / "recipe.json").write_text(json.dumps(facts), "utf-8")
    canvases = Canvases(pool, settings, recipe.seed + run.seen)
    loader = torch.utils.data.DataLoader(canvases, recipe.batch, num_workers=1, collate_fn=collate, prefetch_factor=4)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    run.network.train()
    with Progress(*columns) as progress, (out / "log.csv").open("a") as log:
        bar = progress.add_task("detector", total=recipe.pictures, completed=run.seen)
        losses: list[float] = []
        began = time.monotonic()
        for batch in loader:
            losses.append(run.step(batch))
            progress.update(bar, completed=run.seen, description=f"detector, loss {np.mean(losses[-50:]):.3f}")
            finished = run.seen >= recipe.pictures
            if len(losses) == 100 or finished:
                run.seconds += time.monotonic() - began
                log.write(f"{run.seen},{run.seconds:.0f},{np.mean(losses):.4f}\n")
                log.flush()
                run.save()
                losses, began = [], time.monotonic()
            if finished:
                return run
    raise AssertionError("the loader never ends")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled sets")
    parser.add_argument("--out", type=Path, default=Path("runs/detector"))
    parser.add_argument("--pictures", type=int, default=Recipe().pictures)
    parser.add_argument("--drawn", type=Path, help="a set that models.datasets.drawn wrote")
    parser.add_argument("--pseudo", type=Path, help="a set that models.datasets.pseudo wrote")
    parser.add_argument("--threads", type=int, default=2, help="processor cores")
    parser.add_argument("--start", type=Path, help="weights to start from, e.g. models/weights/detector.weights.npz")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    train(
        Sources(given.data, given.drawn, given.pseudo),
        given.out,
        Recipe(pictures=given.pictures),
        CanvasSettings(),
        given.start,
    )


if __name__ == "__main__":
    main()

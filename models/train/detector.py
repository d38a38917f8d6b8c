"""Trains the vehicle detector from random initialisation: `python -m models.train.detector --data DIR --out DIR`.

YOLO11 of ultralytics, narrowed for two cores. The schedule runs over pictures seen, not over time, so a run that was
killed goes on from its last checkpoint and ends where it would have ended.
"""

import argparse
import json
import math
import pickle
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.datasets.labels import ReadReport
from models.errors import ModelsError
from models.train.canvas import CanvasSettings, Picture, chances, compose, load
from models.train.detector_report import LOSS_PARTS, Row, report_run
from models.train.network import Recipe, build_network, frozen_blocks
from models.train.sets import Sources
from models.train.toolkit import prepare
from models.train.weights import load_weights

TIMES = {"fleet": 2.5}
"""How many times as often as the root of its size a set is picked: the fleet is small, and has what the others lack."""


class Canvases(torch.utils.data.IterableDataset[Picture]):
    """Endless training pictures; each worker draws its own."""

    def __init__(self, parts: dict[str, list[Picture]], settings: CanvasSettings, seed: int) -> None:
        self._pool = [picture for part in parts.values() for picture in part]
        self._chances = chances(list(parts.values()), [TIMES.get(name, 1.0) for name in parts])
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
        self.history: list[Row] = []

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
        try:
            state = torch.load(self.checkpoint, weights_only=True)
            self.network.load_state_dict(state["network"])
        except (RuntimeError, LookupError, ValueError, EOFError, pickle.UnpicklingError) as error:
            raise ModelsError(
                f"{self.checkpoint}: wanted a checkpoint of this recipe's network, found another or a damaged one; "
                "give the recipe of that run, or another --out"
            ) from error
        self.average.ema.load_state_dict(state["average"])
        self.average.updates = state["updates"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.seen, self.seconds = state["seen"], state["seconds"]
        self.history = [tuple(row) for row in state.get("history", [])]

    def save(self, losses: Sequence[Sequence[float]], seconds: float) -> None:
        """Keep what was reached, with the mean of the losses since the last time as one more row of history.

        Raise ModelsError for a loss that is no number: the checkpoint before stays.
        """
        mean = np.mean(losses, axis=0).tolist()
        if not all(map(math.isfinite, mean)):
            raise ModelsError(f"{self.checkpoint}: the loss is no number any more after {self.seen} pictures")
        self.seconds += seconds
        self.history.append((float(self.seen), round(self.seconds, 1), *mean))
        rows = [",".join(f"{value:.6g}" for value in row) for row in self.history]
        fresh = self.checkpoint.with_suffix(".tmp")
        try:
            torch.save(self._state(), fresh)
            fresh.replace(self.checkpoint)
            (self.out / "log.csv").write_text("\n".join(["seen,seconds," + ",".join(LOSS_PARTS), *rows, ""]), "ascii")
        except (OSError, RuntimeError) as error:  # torch says RuntimeError where the disk is full
            raise ModelsError(f"{self.checkpoint}: cannot be written: {error}") from error

    def _state(self) -> dict[str, Any]:
        return {
            "network": self.network.state_dict(),
            "average": self.average.ema.state_dict(),
            "updates": self.average.updates,
            "optimiser": self.optimiser.state_dict(),
            "seen": self.seen,
            "seconds": self.seconds,
            "history": self.history,
        }

    def step(self, batch: dict[str, torch.Tensor]) -> list[float]:
        """One update; the mean loss per picture and its parts, as LOSS_PARTS names them."""
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
        parts = torch.stack([loss, *losses]).detach() / len(batch["img"])
        return [float(part) for part in parts]

    def _rate(self) -> float:
        """Linear warm-up, then a cosine down to a hundredth."""
        warm = min(1.0, (self.seen + 1) / self.recipe.warm_up)
        done = min(1.0, self.seen / self.recipe.pictures)
        return self.recipe.peak_rate * warm * (0.01 + 0.99 * (1 + math.cos(math.pi * done)) / 2)


def train(
    sources: Sources,
    out: Path,
    recipe: Recipe,
    settings: CanvasSettings,
    start: Path | None = None,
    *,
    save_every: int = 100,
) -> Run:
    """Train to the end of the recipe, saving a checkpoint every `save_every` batches, and write the report."""
    prepare()
    report = ReadReport()
    parts = sources.read(report)
    print(report.sentence(), flush=True)
    pool = {name: load(images) for name, images in parts.items()}
    out.mkdir(parents=True, exist_ok=True)
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
    if run.seen < recipe.pictures:
        learn(run, Canvases(pool, settings, recipe.seed + run.seen), save_every)
    told = {name: str(value) for name, value in facts.items()} | {"phút · minutes": f"{run.seconds / 60:.1f}"}
    print(
        report_run(
            out,
            network=run.average.ema,
            history=run.history,
            facts=told,
            learnt_from=Canvases(pool, settings, recipe.seed),
            sources=sources,
            settings=settings,
        )
    )
    return run


def learn(run: Run, canvases: Canvases, save_every: int) -> None:
    """Go on to the end of the recipe."""
    recipe = run.recipe
    loader = torch.utils.data.DataLoader(canvases, recipe.batch, num_workers=1, collate_fn=collate, prefetch_factor=4)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    run.network.train()
    for block in frozen_blocks(run.network, recipe):
        block.eval()
    with Progress(*columns) as progress:
        bar = progress.add_task("detector", total=recipe.pictures, completed=run.seen)
        losses: list[list[float]] = []
        began = time.monotonic()
        for batch in loader:
            losses.append(run.step(batch))
            mean = np.mean([one[0] for one in losses[-50:]])
            progress.update(bar, completed=run.seen, description=f"detector, loss {mean:.3f}")
            finished = run.seen >= recipe.pictures
            if len(losses) == save_every or finished:
                run.save(losses, time.monotonic() - began)
                losses, began = [], time.monotonic()
            if finished:
                return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the labelled sets")
    parser.add_argument("--out", type=Path, default=Path("runs/detector"))
    parser.add_argument("--pictures", type=int, default=Recipe().pictures)
    parser.add_argument("--batch", type=int, default=Recipe().batch)
    parser.add_argument("--width", type=int, default=CanvasSettings().width_px, help="of a canvas, pixels")
    parser.add_argument("--height", type=int, default=CanvasSettings().height_px, help="of a canvas, pixels")
    parser.add_argument("--drawn", type=Path, help="a set that models.datasets.drawn wrote")
    parser.add_argument("--fleet", type=Path, help="a set that models.datasets.drawn.fleet wrote")
    parser.add_argument("--pseudo", type=Path, help="a set that models.datasets.pseudo wrote")
    parser.add_argument("--also", type=Path, help="boxes the labelled sets lack, from models.train.complete")
    parser.add_argument("--threads", type=int, default=2, help="processor cores")
    parser.add_argument("--start", type=Path, help="weights to start from, e.g. models/weights/detector.weights.npz")
    parser.add_argument("--warm-up", type=int, default=Recipe().warm_up, help="pictures until the full rate")
    parser.add_argument("--frozen", type=int, default=Recipe().frozen, help="first blocks that keep their weights")
    parser.add_argument("--save-every", type=int, default=100, help="batches between two checkpoints")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    try:
        train(
            Sources(given.data, given.drawn, given.pseudo, given.also, given.fleet),
            given.out,
            Recipe(pictures=given.pictures, batch=given.batch, warm_up=given.warm_up, frozen=given.frozen),
            CanvasSettings(width_px=given.width, height_px=given.height),
            given.start,
            save_every=given.save_every,
        )
    except ModelsError as error:
        parser.exit(2, f"models.train.detector: {error}\n")


if __name__ == "__main__":
    main()

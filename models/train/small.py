"""The loop that trains this project's small networks: repeatable steps, a slow average, checkpoints.

Step n draws its batch from (seed, n) alone: a run that was killed goes on from its last checkpoint as if it had not
been.
"""

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.errors import ModelsError

OPSET = 17
LOG_EVERY = 50

Batch = tuple[torch.Tensor, ...]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SmallRecipe:
    """steps: updates of the whole run, `batch` pictures each; a checkpoint every `save_every_s` of time."""

    steps: int
    batch: int = 64
    peak_rate: float = 2e-3
    weight_decay: float = 1e-3
    warm_up_steps: int = 100
    seed: int = 0
    save_every_s: float = 30.0

    def rate(self, step: int) -> float:
        """Linear warm-up, then a cosine down to a hundredth."""
        warm = min(1.0, (step + 1) / self.warm_up_steps)
        return self.peak_rate * warm * (0.01 + 0.99 * (1 + math.cos(math.pi * step / self.steps)) / 2)


class SmallRun:
    """Network, its slow average, optimiser, and what was reached."""

    def __init__(self, network: Any, recipe: SmallRecipe, out: Path) -> None:
        self.network = network.to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(network).eval()
        self.recipe = recipe
        self.out = out
        decayed = [p for p in network.parameters() if p.ndim > 1]
        plain = [p for p in network.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": plain, "weight_decay": 0.0}]
        self._optimiser = torch.optim.AdamW(groups, lr=recipe.peak_rate)
        self.step = 0
        self.seconds = 0.0
        self.curves: dict[str, list[Point]] = {}

    @property
    def checkpoint(self) -> Path:
        return self.out / "last.pt"

    @property
    def pictures(self) -> int:
        return self.step * self.recipe.batch

    def resume(self) -> None:
        """Go on from the last checkpoint, if there is one. ModelsError where it belongs to another network."""
        if not self.checkpoint.is_file():
            return
        try:
            state = torch.load(self.checkpoint, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            self._optimiser.load_state_dict(state["optimiser"])
            self.step, self.seconds, self.curves = state["step"], state["seconds"], state["curves"]
        except (RuntimeError, LookupError, ValueError, EOFError, UnpicklingError) as error:
            raise ModelsError(
                f"{self.checkpoint}: wanted a checkpoint of this network, found another's or a damaged one; "
                "remove it or choose another --out"
            ) from error

    def save(self) -> None:
        """Replace the checkpoint in one move: a kill leaves the old or the new, never half of one."""
        self.out.mkdir(parents=True, exist_ok=True)
        fresh = self.checkpoint.with_suffix(".part")
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "curves": self.curves,
        }
        torch.save(state, fresh)
        fresh.replace(self.checkpoint)

    def learn(self, loss: torch.Tensor) -> None:
        """One update."""
        for group in self._optimiser.param_groups:
            group["lr"] = self.recipe.rate(self.step)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call,unused-ignore]  # torch leaves it untyped, where it is installed
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 10.0)
        self._optimiser.step()
        self.step += 1
        self._follow()

    def _follow(self) -> None:
        """The average walks slowly behind the network; at first faster, to forget the random start."""
        kept = min(0.998, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            self._walk(kept)

    def _walk(self, kept: float) -> None:
        for slow, quick in zip(self.average.state_dict().values(), self.network.state_dict().values(), strict=True):
            if slow.dtype.is_floating_point:
                slow.lerp_(quick, 1 - kept)
            else:
                slow.copy_(quick)


def train_small(  # noqa: PLR0917  what, with what, how, and at last how often: in the order of a sentence
    name: str,
    run: SmallRun,
    next_batch: Callable[[np.random.Generator, int], Batch],
    loss_of: Callable[[Any, Batch], torch.Tensor],
    check: Callable[[Any], dict[str, float]] | None = None,
    check_every: int = 400,
) -> None:
    """Train to the end of the recipe, with a bar, saving now and then and at the end.

    `next_batch(rng, size)` makes a batch; `check(network)` gives figures of the average for the curves.
    """
    if run.step:
        print(f"{name}: goes on from step {run.step} of {run.recipe.steps}", flush=True)
    run.network.train()
    losses: list[float] = []
    saved_at = -math.inf  # at once: a folder that cannot be written is found out before the hours, not after
    for _ in _shown(name, run, losses):
        began = time.monotonic()
        rng = np.random.default_rng([run.recipe.seed, run.step])
        torch.manual_seed(run.recipe.seed * 1_000_003 + run.step)
        loss = loss_of(run.network, next_batch(rng, run.recipe.batch))
        run.learn(loss)
        losses.append(float(loss.detach()))
        if run.step % LOG_EVERY == 0:
            run.curves.setdefault("loss", []).append((run.pictures, float(np.mean(losses[-LOG_EVERY:]))))
        if check is not None and (run.step % check_every == 0 or run.step == run.recipe.steps):
            for figure, value in check(run.average).items():
                run.curves.setdefault(figure, []).append((run.pictures, value))
        run.seconds += time.monotonic() - began
        if time.monotonic() - saved_at > run.recipe.save_every_s:
            run.save()
            saved_at = time.monotonic()
    run.save()


def _shown(name: str, run: SmallRun, losses: list[float]) -> Iterator[None]:
    """Once per step that is left, behind a progress bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        bar = progress.add_task(name, total=run.recipe.steps, completed=run.step)
        while run.step < run.recipe.steps:
            yield
            mean = np.mean(losses[-LOG_EVERY:])
            progress.update(bar, completed=run.step, description=f"{name}, loss {mean:.3f}")


def conv(inputs: int, outputs: int, stride: int = 1, groups: int = 1, size: int = 3) -> torch.nn.Sequential:
    """Convolution, normalisation, ReLU: what small networks on plain processors are fastest at."""
    return torch.nn.Sequential(
        torch.nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False),
        torch.nn.BatchNorm2d(outputs),
        torch.nn.ReLU(inplace=True),
    )


def parameters(network: Any) -> int:
    return sum(one.numel() for one in network.parameters())


def write_onnx(network: Any, width_px: int, height_px: int, file: Path) -> None:
    """One input (batch, 3, height, width), one output (batch, …); the batch is open."""
    torch.onnx.export(
        network.eval(),
        (torch.zeros(1, 3, height_px, width_px),),
        str(file),
        opset_version=OPSET,
        input_names=["images"],
        output_names=["output"],
        dynamic_axes={"images": {0: "batch"}, "output": {0: "batch"}},
        dynamo=False,
    )

"""The mean of several runs of one network: `python -m models.train.average CHECKPOINT CHECKPOINT … --out FILE`.

Runs that began from the same weights often average to better ones than any of them (Wortsman et al., Model soups, ICML
2022). The result is a checkpoint like the first one given: as `last.pt` in a trainer's --out it is exported from there.
"""

import argparse
import pickle
from pathlib import Path
from typing import Any

import torch

from models.errors import ModelsError


def average(checkpoints: list[Path], out: Path) -> None:
    """Write the mean of the slow averages. ModelsError for fewer than two, unreadable or unlike checkpoints."""
    if len(checkpoints) < 2:
        raise ModelsError(f"wanted two checkpoints or more, found {len(checkpoints)}")
    states = [_read(file) for file in checkpoints]
    shapes = [{name: tuple(value.shape) for name, value in state["average"].items()} for state in states]
    for file, shape in zip(checkpoints, shapes, strict=True):
        if shape != shapes[0]:
            raise ModelsError(f"{file}: wanted the network of {checkpoints[0]}, found one of another shape")
    mean = {
        name: torch.stack([state["average"][name] for state in states]).mean(0) if value.is_floating_point() else value
        for name, value in states[0]["average"].items()
    }
    fresh = out.with_suffix(".part")
    try:
        torch.save({**states[0], "average": mean}, fresh)
        fresh.replace(out)
    except (OSError, RuntimeError) as error:  # torch says RuntimeError where a folder is missing or the disk full
        raise ModelsError(f"{out}: cannot be written: {error}") from error


def _read(file: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(file, weights_only=True)
        state["average"].items()
    except (OSError, RuntimeError, LookupError, TypeError, AttributeError, EOFError, pickle.UnpicklingError) as error:
        raise ModelsError(f"{file}: wanted a trainer's checkpoint (last.pt), found none that can be read") from error
    return state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    try:
        average(given.checkpoints, given.out)
    except ModelsError as error:
        parser.exit(2, f"models.train.average: {error}\n")


if __name__ == "__main__":
    main()

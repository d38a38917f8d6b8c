"""Turns a training run's averaged weights into the ONNX file and card that ship: `python -m models.train.export`.

Beside them it keeps the weights by name, half as exact, so that a later run can go on from them (`--start`).
"""

import argparse
import json
import pickle
import tempfile
from pathlib import Path
from typing import Any

import torch

from models.errors import RegistryError
from models.train.cards import common, write_card
from models.train.detector_onnx import write_detector
from models.train.network import Recipe, build_network
from models.train.sets import SETS
from models.train.weights import save_weights
from vision.detect.card import Task
from vision.vehicles import KIND_NAMES

OWN_SETS = {
    "drawn": "made by models.datasets.drawn, ours, AGPL-3.0-or-later",
    "fleet": "lorries and buses made by models.datasets.drawn.fleet, ours, AGPL-3.0-or-later",
    "pseudo": "frames of public road clips (most state no licence), boxes by YOLO11n (AGPL-3.0) and YOLOX-nano "
    "(Apache-2.0)",
}


def export(run: Path, out: Path, note: str, *, replace: bool = False) -> Path:
    """Write `out`/detector.onnx and detector.card.yaml from `run`/last.pt; the card says what made it.

    Raise RegistryError where the run cannot be read, `out` cannot be written, or holds a detector and not `replace`.
    """
    file = out / "detector.onnx"
    if file.exists() and not replace:
        raise RegistryError(f"{file}: is already there; --force replaces it, --out names another folder")
    recipe, state = _read(run)
    network = build_network(Recipe(width=recipe["width"], depth=recipe["depth"]))
    network.load_state_dict(state["average"])
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".export-") as folder:
            made = Path(folder)
            save_weights(network, made / "detector.weights.npz")
            write_detector(network, recipe["width_px"], recipe["height_px"], made / file.name)
            write_card(_card(recipe, made / file.name, note), made / "detector.card.yaml")
            for name in ("detector.weights.npz", "detector.card.yaml", file.name):  # never a model without its card
                (made / name).replace(out / name)
    except OSError as error:
        raise RegistryError(f"{out}: wanted a folder to write the model into: {error}") from error
    return file


def _read(run: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """recipe.json and last.pt of a run."""
    try:
        recipe = json.loads((run / "recipe.json").read_text("utf-8"))
        state = torch.load(run / "last.pt", weights_only=True)
        recipe = {key: recipe[key] for key in ("width", "depth", "width_px", "height_px", "sets")}
        state = {"average": state["average"]}
    except (OSError, ValueError, LookupError, TypeError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise RegistryError(
            f"{run}: wanted the recipe.json and last.pt that a training run of the detector wrote: {error}"
        ) from error
    return recipe, state


def _card(recipe: dict[str, Any], file: Path, note: str) -> dict[str, Any]:
    licences = {one.folder: one.licence for one in SETS} | OWN_SETS
    sets = [f"{name}: {number} pictures, {licences[name]}" for name, number in recipe["sets"].items()]
    source = f"trained from random initialisation by models.train.detector; {note}"
    return {
        **common(Task.DETECT, "detector", file, source, sets),
        "head": "yolo",
        "input": {
            "width_px": recipe["width_px"],
            "height_px": recipe["height_px"],
            "colour": "rgb",
            "scale": 1 / 255,
            "placement": "centre",
        },
        "classes": list(KIND_NAMES),
        "meanings": {name: name for name in KIND_NAMES},
        "thresholds": {"score": 0.1, "iou": 0.5, "duplicate_iou": 0.8},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, default=Path("runs/detector"))
    parser.add_argument("--out", type=Path, default=Path("models/weights"))
    parser.add_argument("--note", required=True, help="the hardware and the minutes that made it")
    given = parser.parse_args()
    print(export(given.run, given.out, given.note, replace=True))


if __name__ == "__main__":
    main()

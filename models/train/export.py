"""Turns a training run's averaged weights into the ONNX file and card that ship: `python -m models.train.export`.

Beside them it keeps the weights by name, half as exact, so that a later run can go on from them (`--start`).
"""

import argparse
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
import yaml

from models.train.detector import Recipe, build_network
from models.train.sets import SETS
from models.train.weights import save_weights
from vision.vehicles import KIND_NAMES

OPSET = 17
OWN_SETS = {
    "drawn": "made by models.datasets.drawn, ours, AGPL-3.0-or-later",
    "pseudo": "frames of public road clips (most state no licence), boxes by a YOLO11n teacher (AGPL-3.0)",
}


def export(run: Path, out: Path, note: str) -> Path:
    """Write `out`/detector.onnx and detector.card.yaml from `run`/last.pt; the card says what made it."""
    recipe = json.loads((run / "recipe.json").read_text("utf-8"))
    state = torch.load(run / "last.pt", weights_only=True)
    network = build_network(Recipe(width=recipe["width"], depth=recipe["depth"]))
    network.load_state_dict(state["average"])
    save_weights(network, out / "detector.weights.npz")
    file = out / "detector.onnx"
    _write_onnx(network.eval().fuse(verbose=False), recipe["width_px"], recipe["height_px"], file)
    card = _card(recipe, state, hashlib.sha256(file.read_bytes()).hexdigest(), note)
    text = yaml.safe_dump(card, sort_keys=False, allow_unicode=True, width=110)
    (out / "detector.card.yaml").write_text(text, "utf-8")
    return file


def _write_onnx(network: Any, width_px: int, height_px: int, file: Path) -> None:
    head = network.model[-1]
    head.export, head.format = True, "onnx"
    blank = torch.zeros(1, 3, height_px, width_px)
    network(blank)
    torch.onnx.export(
        network,
        (blank,),
        str(file),
        opset_version=OPSET,
        input_names=["images"],
        output_names=["output"],
        dynamic_axes={"images": {0: "batch"}, "output": {0: "batch"}},
        dynamo=False,
    )


def _card(recipe: dict[str, Any], state: dict[str, Any], sha256: str, note: str) -> dict[str, Any]:
    licences = {one.folder: one.licence for one in SETS} | OWN_SETS
    sets = [f"{name}: {number} pictures, {licences[name]}" for name, number in recipe["sets"].items()]
    return {
        "name": "ngatu-detector",
        "version": f"{datetime.now(UTC):%Y.%m.%d}",
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
        "sha256": sha256,
        "licence": "AGPL-3.0-or-later",
        "source": f"trained from random initialisation by models.train.detector; {note}",
        "training_data": sets,
        "made_on": datetime.now(UTC).date(),
        "thresholds": {"score": 0.1, "iou": 0.5, "duplicate_iou": 0.8},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, default=Path("runs/detector"))
    parser.add_argument("--out", type=Path, default=Path("models/weights"))
    parser.add_argument("--note", required=True, help="the hardware and the minutes that made it")
    given = parser.parse_args()
    print(export(given.run, given.out, given.note))


if __name__ == "__main__":
    main()

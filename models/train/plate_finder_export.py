"""Turns a training run of the plate finder into the files that ship: `python -m models.train.plate_finder_export`."""

import argparse
import json
from pathlib import Path
from typing import Any

import torch

from models.datasets.plate_scenes import GREY, SIDE_PX
from models.datasets.plate_scenes_sources import PHOTO_SETS
from models.train.cards import common, write_card
from models.train.plate_finder_net import STRIDE_PX, FinderNet, Shipped
from models.train.small import write_onnx
from vision.detect.card import Task
from vision.plates.finder_card import FinderCard

TRAINING_DATA = (
    "plates drawn by models.datasets.plates and hung into photographs, ours, AGPL-3.0-or-later",
    "plates/vn_crops_hcmc_garage, training part by plate text: states no licence",
)


def write_finder(
    network: FinderNet, stem: Path, *, doubtful: float = 0.2, sure: float = 0.5, source: str = "an unfinished training"
) -> tuple[Path, FinderCard]:
    """Write `stem`.onnx and `stem`.card.yaml; give the file and its card, as `PlateFinder.open` wants them."""
    file = stem.with_name(f"{stem.name}.onnx")
    fresh = FinderNet()
    fresh.load_state_dict(network.state_dict())
    partial = file.with_suffix(".part")
    write_onnx(Shipped(fresh), SIDE_PX, SIDE_PX, partial)
    partial.replace(file)
    data = _card(file, source, doubtful, sure)
    write_card(data, stem.with_name(f"{stem.name}.card.yaml"))
    return file, FinderCard.model_validate(data)


def _card(file: Path, source: str, doubtful: float, sure: float) -> dict[str, Any]:
    taught = [*(f"{one.folder}, training part: {one.licence}" for one in PHOTO_SETS), *TRAINING_DATA]
    return {
        **common(Task.FIND_PLATE, "plate-finder", file, source, taught),
        "input": {
            "width_px": SIDE_PX,
            "height_px": SIDE_PX,
            "colour": "rgb",
            "scale": 1 / 255,
            "placement": "centre",
            "pad_value": GREY,
        },
        "stride_px": STRIDE_PX,
        "thresholds": {"sure": sure, "doubtful": doubtful, "iou": 0.3},
    }


def export(run: Path, out: Path, note: str, sure: float, doubtful: float) -> Path:
    """Write `out`/plate-finder.onnx and its card from the averaged weights of `run`."""
    recipe = json.loads((run / "recipe.json").read_text("utf-8"))
    state = torch.load(run / "last.pt", weights_only=True)
    network = FinderNet()
    network.load_state_dict(state["average"])
    shown = f"{recipe['minutes']:g} minutes, {recipe['steps'] * recipe['batch']} pictures shown"
    source = f"trained from random initialisation by models.train.plate_finder; {shown}, {note}"
    return write_finder(network, out / "plate-finder", doubtful=doubtful, sure=sure, source=source)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, default=Path("runs/plate-finder"))
    parser.add_argument("--out", type=Path, default=Path("models/weights"))
    parser.add_argument("--note", required=True, help="the hardware that made it")
    parser.add_argument("--sure", type=float, default=0.5, help="score from which a find is a plate whatever its text")
    parser.add_argument("--doubtful", type=float, default=0.2, help="score below which a find is not looked at")
    given = parser.parse_args()
    print(export(given.run, given.out, given.note, given.sure, given.doubtful))


if __name__ == "__main__":
    main()

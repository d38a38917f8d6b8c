"""The detector's network, and all that decides how it is trained."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import yaml

from models.train.criterion import even_criterion
from models.train.toolkit import prepare
from vision.vehicles import KIND_NAMES


@dataclass(frozen=True, slots=True)
class Recipe:
    """
    width     share of YOLO11's channel counts (n is 0.25)
    pictures  how many the whole run shows the network
    frozen    so many of its first blocks stay as they were at the start: they see edges and colours, which no run from
              earlier weights has to learn again, and cost half of its time
    """

    width: float = 0.125
    depth: float = 0.5
    pictures: int = 40_000
    batch: int = 16
    peak_rate: float = 2e-3
    weight_decay: float = 5e-4
    warm_up: int = 1_500
    seed: int = 0
    frozen: int = 0


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
    network.criterion = even_criterion(network)
    network.names = dict(enumerate(KIND_NAMES))
    for block in frozen_blocks(network, recipe):
        block.requires_grad_(requires_grad=False)
    return network.to(memory_format=torch.channels_last)


def frozen_blocks(network: Any, recipe: Recipe) -> list[Any]:
    """Those that learn nothing; beside their weights, their running means must be kept as they are (`eval`)."""
    return list(network.model[: recipe.frozen])

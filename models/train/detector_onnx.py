"""A detector of ultralytics as an ONNX file that the engine runs: one input, one output, any number of pictures."""

from pathlib import Path
from typing import Any

import torch

from models.train.small import write_onnx


def write_detector(network: Any, width_px: int, height_px: int, file: Path) -> None:
    """Write `network`, which is changed for it (layers joined, head set to export): give a copy to train on."""
    fused = network.eval().fuse(verbose=False)
    head = fused.model[-1]
    head.export, head.format = True, "onnx"
    fused(torch.zeros(1, 3, height_px, width_px))  # the head lays its grid when it first sees a size
    partial = file.with_name(f".{file.name}.part")
    write_onnx(fused, width_px, height_px, partial)
    partial.replace(file)

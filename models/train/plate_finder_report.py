"""The report at the end of a finder's training: facts, the loss, and what it finds in pictures it was shown."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from models.datasets.plate_scenes import PlateScene
from models.train.plate_finder_net import STRIDE_PX, Shipped
from models.train.report import write_report
from models.train.small import SmallRun
from vision.arrays import U8
from vision.plates.finder import decode

EXAMPLES = 16
TRUE_BGR, FOUND_BGR = (0, 200, 0), (0, 60, 255)


def write_finder_report(out: Path, facts: Mapping[str, Any], run: SmallRun, scenes: Sequence[PlateScene]) -> Path:
    """out/report.html; examples have the truth in green and what is found in red."""
    told = {name: str(value) for name, value in facts.items()}
    chosen = scenes[:: max(1, len(scenes) // EXAMPLES)][:EXAMPLES]
    pictures = [(f"example {number}", _example(run.average, scene)) for number, scene in enumerate(chosen, 1)]
    return write_report(out, "Plate finder", told, run.curves, pictures)


def _example(network: Any, scene: PlateScene) -> U8:
    image = np.array(scene.image)
    batch = torch.from_numpy(image[..., ::-1].copy()).permute(2, 0, 1)[None].float().div_(255)
    with torch.no_grad():
        raw = Shipped(network)(batch)[0].numpy()
    found = decode(raw, STRIDE_PX, 0.5)
    for quads, colour in ((scene.plates.quad_px, TRUE_BGR), (found.quad_px, FOUND_BGR)):
        for quad in quads:
            cv2.polylines(image, [np.round(quad * 16).astype(np.int32)], True, colour, 1, cv2.LINE_AA, 4)
    return np.asarray(image, np.uint8)

"""Torch and ultralytics, made to work together without torchvision's compiled operators.

The CPU build of torch has no matching torchvision build: torchvision then fails at import, because it registers
fake kernels for operators (`torchvision::nms`, `torchvision::qnms`) that only its compiled part defines. We define
their signatures first and hand ultralytics its own pure-torch suppression instead. Where a working torchvision is
installed (a GPU machine), nothing is changed. Import this module before ultralytics.
"""

import importlib
import os
from typing import Any

import torch

_OPERATORS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_MANNERS = {"YOLO_OFFLINE": "true", "YOLO_AUTOINSTALL": "false"}
"""Left to itself, ultralytics sends usage figures and installs packages in the middle of a run. A download that is
asked for goes on all the same."""
_library: torch.library.Library | None = None


def prepare() -> Any:
    """Make `import ultralytics` safe and return the module."""
    for name, value in _MANNERS.items():
        os.environ.setdefault(name, value)
    global _library  # noqa: PLW0603  a torch library lives as long as something holds it
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        _library = torch.library.Library("torchvision", "DEF")
        for signature in _OPERATORS.values():
            _library.define(signature)
        torchvision = importlib.import_module("torchvision")
        ultralytics_nms = importlib.import_module("ultralytics.utils.nms")
        torchvision.ops.nms = ultralytics_nms.TorchNMS.nms
    return importlib.import_module("ultralytics")

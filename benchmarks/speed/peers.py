"""The peers we measure ourselves against. `make bench` installs them; one that is missing is named and left out."""

import importlib
import os
import sys
import types
import warnings
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

PEERS = ("ultralytics", "supervision", "trackers", "norfair")
HANDICAP = "suppression in plain torch: no torchvision fits the CPU build of torch 2.13"
"""What slows ultralytics down on this machine and not on others. Figures `net` of it leave its suppression out."""


def missing(names: tuple[str, ...] = PEERS) -> dict[str, str]:
    """Each peer that is not installed, and how to get it."""
    return {name: "not installed: make bench" for name in names if find_spec(name) is None}


def versions(names: tuple[str, ...] = PEERS) -> dict[str, str]:
    """Of those that are installed."""
    found = {}
    for name in (*names, "torch", "openvino", "onnxruntime", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def ultralytics() -> Any:
    """The package, kept from sending figures and installing things, and able to run without torchvision."""
    os.environ.setdefault("YOLO_OFFLINE", "true")
    os.environ.setdefault("YOLO_AUTOINSTALL", "false")
    warnings.simplefilter("ignore")
    package = importlib.import_module("ultralytics")
    if not _torchvision_works():
        nms = importlib.import_module("ultralytics.utils.nms").TorchNMS.nms
        stand_in: Any = types.ModuleType("torchvision")
        stand_in.ops = types.SimpleNamespace(nms=nms)
        sys.modules["torchvision"] = stand_in
    package.utils.LOGGER.setLevel("ERROR")
    return package


def handicapped() -> bool:
    return find_spec("ultralytics") is not None and not _torchvision_works()


def _torchvision_works() -> bool:
    """A torchvision of another torch is there and fails at import: it lacks its own operators."""
    if isinstance(getattr(sys.modules.get("torchvision"), "ops", None), types.SimpleNamespace):
        return False
    try:
        importlib.import_module("torchvision")
    except (ImportError, RuntimeError):
        return False
    return True

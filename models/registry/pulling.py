"""Fetches a public model through ultralytics, in a process of its own: torch never enters the engine's."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from models.errors import RegistryError
from models.registry.importing import Description, import_model
from models.registry.resolve import ResolvedModel

NAMES = ("yolo11n", "yolo11s", "yolo11m", "yolov8n", "yolov8s")
LICENCE = "AGPL-3.0 (Ultralytics)"
SOURCE = "https://github.com/ultralytics/ultralytics"
LONGEST_S = 1800.0
STDERR = 2
"""Where the child's own progress goes: stdout stays data."""

SCRIPT = """\
import sys
from models.train.toolkit import prepare

name, width_px, height_px = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
prepare().YOLO(name + ".pt").export(format="onnx", imgsz=[height_px, width_px])
"""

Export = Callable[[str, tuple[int, int], Path], Path]
"""Name, (width, height) of the input and an empty folder, to the ONNX file made in it."""


def export_by_ultralytics(name: str, size_px: tuple[int, int], folder: Path) -> Path:
    """Download the weights and export them; RegistryError says what to do where that fails."""
    missing = [package for package in ("torch", "ultralytics") if find_spec(package) is None]
    if missing:
        raise RegistryError(
            f"{name}: wanted {' and '.join(missing)} to fetch and export it, found none; "
            f"pip install 'ngatu[train]' and try again, or {_elsewhere(name, size_px)}"
        )
    command = [sys.executable, "-c", SCRIPT, name, *map(str, size_px)]
    settings = {"YOLO_CONFIG_DIR": str(folder), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(  # noqa: S603  our own script and a name from our own list
            command, cwd=folder, env=os.environ | settings, stdout=STDERR, stderr=subprocess.PIPE, text=True,
            timeout=LONGEST_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RegistryError(f"{name}: could not be fetched and exported: {error}") from error
    file = folder / f"{name}.onnx"
    if done.returncode or not file.is_file():
        said = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise RegistryError(
            f"{name}: ultralytics could not fetch and export it: {said[0][:300]}. It needs the internet "
            f"(github.com); without it {_elsewhere(name, size_px)}"
        )
    return file


def pull(
    name: str,
    folder: Path,
    size_px: tuple[int, int] = (640, 640),
    *,
    replace: bool = False,
    export: Export = export_by_ultralytics,
) -> ResolvedModel:
    """Fetch, export to ONNX, check, and put with a card into `folder`. Raise RegistryError saying what to do."""
    if name not in NAMES:
        raise RegistryError(f"{name}: wanted one of {', '.join(NAMES)}, found another name")
    with tempfile.TemporaryDirectory() as made:
        file = export(name, size_px, Path(made))
        described = Description(name=name, licence=LICENCE, source=SOURCE)
        return import_model(file, described, folder, replace=replace)


def _elsewhere(name: str, size_px: tuple[int, int]) -> str:
    return (
        "on a machine with internet: pip install ultralytics; "
        f"yolo export model={name}.pt format=onnx imgsz={size_px[1]},{size_px[0]}; "
        f"then bring {name}.onnx here: ngatu models import {name}.onnx"
    )

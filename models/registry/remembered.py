"""Which runtime was the fastest for a model on this machine: written by `ngatu models bench`, read by `--runtime auto`.

One small JSON file in the user's state folder: {machine: {sha256 of the model: runtime}}. It is a convenience: a
damaged or absent one means that nothing is remembered.
"""

import json
import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from models.errors import RegistryError
from vision.detect.runtime import Runtime

PACKAGES = ("onnxruntime", "onnxruntime-gpu", "openvino")


def state_file() -> Path:
    """Where the XDG Base Directory Specification 0.8 puts what a program should keep but nobody would miss."""
    folder = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(folder).expanduser() / "ngatu" / "runtimes.json"


def machine() -> str:
    """What the answer depends on: the processor, its cores, and the versions of the runtimes."""
    return "; ".join([_processor(), f"{os.cpu_count()} cores", *_versions()])


def remember(model_sha256: str, runtime: Runtime, file: Path | None = None) -> Path:
    """The file it was written into. Raise RegistryError where it cannot be."""
    file = file or state_file()
    known = _read(file)
    known.setdefault(machine(), {})[model_sha256] = str(runtime)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=file.parent, prefix=file.name, delete=False, encoding="utf-8") as partial:
            json.dump(known, partial, indent=1)
        Path(partial.name).replace(file)
    except OSError as error:
        raise RegistryError(f"{file}: the faster runtime cannot be remembered: {error.strerror}") from error
    return file


def remembered(model_sha256: str, file: Path | None = None) -> Runtime | None:
    """The runtime that was measured to be the fastest here; None where none was."""
    found = _read(file or state_file()).get(machine(), {}).get(model_sha256)
    return Runtime(found) if found in set(Runtime) else None


def _read(file: Path) -> dict[str, dict[str, Any]]:
    with suppress(OSError, ValueError):
        known = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(known, dict) and all(isinstance(models, dict) for models in known.values()):
            return known
    return {}


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _versions() -> list[str]:
    found = []
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            found.append(f"{package} {version(package)}")
    return found

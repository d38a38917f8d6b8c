"""Whether the programs the agent stands on are there and can do what it needs."""

import platform
from collections.abc import Callable, Collection, Iterable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from edge.health.check import Check, Verdict
from models.errors import ModelsError
from vision.errors import VisionError

OLDEST_PYTHON = (3, 11)
SYSTEM_LIBRARIES = "on Debian: apt install libgl1 libglib2.0-0"
# (what is imported, what it is called where it is installed from, what to do when it does not load)
PACKAGES = (
    ("numpy", "numpy", ""),
    ("av", "av", ""),
    ("cv2", "opencv-python", SYSTEM_LIBRARIES),
    ("onnxruntime", "onnxruntime", ""),
    ("shapely", "shapely", ""),
    ("pydantic", "pydantic", ""),
    ("httpx", "httpx", ""),
)
DECODERS = ("h264", "hevc", "mjpeg")
ENCODERS = ("libx264",)


def check_python(found: tuple[int, ...]) -> Check:
    text = f"{'.'.join(map(str, found[:3]))} on {platform.system()} {platform.machine()}"
    if found[:2] < OLDEST_PYTHON:
        return Check("python", Verdict.FAIL, text, f"wanted {'.'.join(map(str, OLDEST_PYTHON))} or newer")
    return Check("python", Verdict.OK, text)


def check_package(module: str, package: str, advice: str, *, needed: bool = True) -> Check:
    """Really imports it: a package may be installed and still miss a library of the system."""
    failed = Verdict.FAIL if needed else Verdict.WARN
    try:
        found = version(package)
    except PackageNotFoundError:
        return Check(package, failed, "not installed", advice or f"pip install {package}")
    try:
        import_module(module)
    except (ImportError, OSError) as error:
        return Check(package, failed, f"{found}, but it does not load: {error}", advice or f"pip install {package}")
    return Check(package, Verdict.OK, found)


def check_packages() -> list[Check]:
    """All that the agent imports, and OpenVINO, which is faster where it is installed."""
    needed = [check_package(*package) for package in PACKAGES]
    faster = "optional and faster on Intel processors: pip install 'ngatu[openvino]'"
    return [*needed, check_package("openvino", "openvino", faster, needed=False)]


def check_codecs(decoders: Iterable[str] = DECODERS, encoders: Iterable[str] = ENCODERS) -> list[Check]:
    """FFmpeg's, as PyAV brings them. Without an encoder only `--render` fails."""
    reading = [_check_codec(name, "r", Verdict.FAIL, "cameras speak it") for name in decoders]
    return [*reading, *(_check_codec(name, "w", Verdict.WARN, "--render writes it") for name in encoders)]


def _check_codec(name: str, mode: Literal["r", "w"], otherwise: Verdict, purpose: str) -> Check:
    title = f"ffmpeg {'decoder' if mode == 'r' else 'encoder'} {name}"
    try:
        from av.codec import Codec  # noqa: PLC0415 — the doctor must live where PyAV does not load

        return Check(title, Verdict.OK, str(Codec(name, mode).long_name))
    except ImportError as error:
        return Check(title, Verdict.FAIL, f"PyAV does not load: {error}", "pip install av")
    except ValueError:  # PyAV's UnknownCodecError is one
        return Check(
            title, otherwise, "missing", f"{purpose}: install PyAV's own wheel (pip install --force-reinstall av)"
        )


def read_providers() -> list[str]:
    """What onnxruntime can run on here; empty where it does not load."""
    try:
        import onnxruntime  # noqa: PLC0415 — the doctor must live where it does not load
    except ImportError:
        return []
    return [str(name) for name in onnxruntime.get_available_providers()]


def check_providers(found: Collection[str]) -> Check:
    name = "onnxruntime providers"
    if "CPUExecutionProvider" not in found:
        return Check(
            name, Verdict.FAIL, ", ".join(found) or "none", "wanted CPUExecutionProvider: pip install onnxruntime"
        )
    return Check(name, Verdict.OK, ", ".join(found))


def check_model(find_model: Callable[[], Path]) -> Check:
    """find_model: the path of the model that is used when none is named, or an error that says how to obtain one."""
    try:
        found = find_model()
    except (VisionError, ModelsError) as error:
        return Check("default model", Verdict.WARN, "none", str(error))
    if not found.is_file():
        return Check("default model", Verdict.WARN, f"{found} is gone", "fetch it again, or name another with --model")
    return Check("default model", Verdict.OK, f"{found} ({found.stat().st_size / 1e6:.1f} MB)")

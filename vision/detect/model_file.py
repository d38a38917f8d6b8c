"""The bytes of a model, read once: what is hashed is what is run."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from vision.detect.onnx_file import MalformedError, OnnxOutline, outline, refuse_unsafe
from vision.errors import ModelError

HOW_TO_EXPORT = {
    ".pt": "a PyTorch file; export it first: pip install ultralytics; yolo export model={name} format=onnx imgsz=640",
    ".engine": "a TensorRT engine; give the ONNX file it was made from",
    ".tflite": "a TensorFlow Lite file; export the model to ONNX",
}


@dataclass(frozen=True, slots=True, eq=False)
class ModelFile:
    """
    path       the .onnx file, or the .xml of an OpenVINO pair
    content    its bytes
    weights    the bytes of the .bin beside an OpenVINO .xml; None for ONNX
    sha256     of the content followed by the weights: what `cat model.xml model.bin | sha256sum` says
    onnx       what the ONNX file says of itself; None for an OpenVINO pair
    """

    path: Path
    content: bytes
    weights: bytes | None
    sha256: str
    onnx: OnnxOutline | None


def read_model_file(file: Path) -> ModelFile:
    """Raise ModelError when the file is missing, not a model, incomplete, or needs foreign operators."""
    suffix = file.suffix.lower()
    if suffix in HOW_TO_EXPORT:
        raise ModelError(f"{file}: wanted an ONNX file, found {HOW_TO_EXPORT[suffix].format(name=file.name)}")
    if suffix == ".xml":
        content, weights = _read(file), _read(file.with_suffix(".bin"))
        return ModelFile(file, content, weights, hashlib.sha256(content + weights).hexdigest(), None)
    if suffix != ".onnx" and not file.is_dir():
        raise ModelError(
            f"{file}: wanted a model: an .onnx file or an OpenVINO .xml, found a name ending in {suffix!r}"
        )
    content = _read(file)
    try:
        found = outline(content)
    except MalformedError as error:
        raise ModelError(f"{file}: wanted an ONNX file, found {_describe(content)} ({error})") from error
    refuse_unsafe(found, str(file))
    return ModelFile(file, content, None, hashlib.sha256(content).hexdigest(), found)


def check_sha256(model: ModelFile, wanted: str | None) -> None:
    """Raise ModelError unless the card means this very file; a card without sha256 means any."""
    if wanted is not None and wanted != model.sha256:
        raise ModelError(
            f"{model.path}: not the file its card describes: wanted sha256 {wanted}, found {model.sha256}; "
            "fetch the file again, or correct the card if the file was changed on purpose"
        )


def _read(file: Path) -> bytes:
    if file.is_dir():
        raise ModelError(f"{file}: wanted a model file (.onnx, or .xml of an OpenVINO pair), found a folder")
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(f"{file}: wanted a model file, found nothing of that name") from error
    except OSError as error:
        raise ModelError(f"{file}: the model cannot be read: {error.strerror}") from error


def _describe(content: bytes) -> str:
    if not content:
        return "an empty file"
    if content.lstrip()[:1] == b"<":
        return "a web page or XML, perhaps a download that failed"
    if content.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer; run git lfs pull"
    return f"{len(content)} bytes of something else, or a file cut short"

"""Cards from what Ultralytics writes into the files it exports."""

import ast
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from models.errors import RegistryError
from models.registry.advice import how_to_write_a_card
from models.registry.plain import plain_card, try_out
from vision.detect.card import Head, ModelCard
from vision.detect.meanings import default_meanings
from vision.detect.model_file import ModelFile
from vision.detect.runtime import Session
from vision.detect.shapes import write_shape

LARGEST_METADATA_BYTES = 1_000_000


def read_metadata(model: ModelFile) -> Mapping[str, Any] | None:
    """From inside the ONNX file, or from metadata.yaml beside an OpenVINO pair. None: Ultralytics wrote nothing."""
    written: Any = _metadata_beside(model.path) if model.onnx is None else model.onnx.metadata
    return written if isinstance(written, dict) and {"names", "imgsz", "task"} <= written.keys() else None


def _metadata_beside(file: Path) -> Any:
    beside = file.with_name("metadata.yaml")
    try:
        if beside.stat().st_size > LARGEST_METADATA_BYTES:
            return None
        return yaml.safe_load(beside.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RegistryError(f"{beside}: the metadata of {file.name} cannot be read: {error}") from error


def card_from_metadata(model: ModelFile, session: Session, metadata: Mapping[str, Any]) -> ModelCard:
    """Raise RegistryError when the metadata is not that of a detector, or its class names need explaining."""
    file = model.path
    if metadata["task"] != "detect":
        raise RegistryError(f"{file}: wanted a model of task detect, found task {metadata['task']}")
    classes, size_px = _classes(metadata["names"], file), _size_px(metadata["imgsz"], file)
    head = _head(try_out(session, size_px, file), classes, size_px, file)
    clear = default_meanings(classes)
    unclear = [name for name in classes if name not in clear]
    if unclear:
        raise RegistryError(
            f"{file}: nothing says what its classes {', '.join(unclear)} are; "
            f"{how_to_write_a_card(file, head, size_px, classes)}"
        )
    return plain_card(
        file,
        head,
        size_px,
        classes,
        version=str(metadata.get("version") or "not stated"),
        licence=str(metadata.get("license") or "not stated"),
        source=str(metadata.get("description") or "not stated"),
        made_on=_day(metadata.get("date")),
    )


def _head(output: tuple[int, ...], classes: tuple[str, ...], size_px: tuple[int, int], file: Path) -> Head:
    if len(output) == 3 and output[1] == 4 + len(classes):
        return Head.YOLO
    if len(output) == 3 and output[2] == 6:
        return Head.YOLO_END2END
    raise RegistryError(
        f"{file}: wanted an output of (1, {4 + len(classes)}, boxes) or (1, boxes, 6) for its {len(classes)} classes, "
        f"found {write_shape(output)}; {how_to_write_a_card(file, None, size_px, classes)}"
    )


def _classes(names: Any, file: Path) -> tuple[str, ...]:
    """From {0: 'person', …}, in the file as a dict or as its Python text."""
    names = _literal(names)
    if not isinstance(names, dict) or sorted(names, key=str) != sorted(range(len(names)), key=str) or not names:
        raise RegistryError(f"{file}: metadata names: wanted {{0: name, 1: name, …}}, found {str(names)[:60]!r}")
    return tuple(str(names[index]) for index in range(len(names)))


def _size_px(imgsz: Any, file: Path) -> tuple[int, int]:
    """(width, height) from Ultralytics' [height, width] or one number for both."""
    sides = _literal(imgsz)
    if isinstance(sides, int):
        sides = [sides, sides]
    if (
        not isinstance(sides, list | tuple)
        or len(sides) != 2
        or not all(type(s) is int and 32 <= s <= 8192 for s in sides)
    ):
        raise RegistryError(f"{file}: metadata imgsz: wanted [height, width] of 32..8192 px, found {str(imgsz)[:60]!r}")
    return sides[1], sides[0]


def _literal(value: Any) -> Any:
    """Python text to the value it writes; what is no such text stays as it is."""
    if not isinstance(value, str):
        return value
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return value


def _day(value: Any) -> date | None:
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None

"""The models that ship with the project, by name, and the card of a model of any task."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from models.errors import RegistryError
from models.registry.advice import card_path
from models.registry.resolve import SHIPPED_DETECTOR, resolve_model
from vision.detect.card import AnyCard, Card, Task
from vision.detect.card_file import load_card
from vision.detect.model_file import check_sha256, read_model_file

SHIPPED: Mapping[str, Task] = MappingProxyType(
    {
        "detector": Task.DETECT,
        "plate-finder": Task.FIND_PLATE,
        "plate-reader": Task.READ_PLATE,
        "helmet": Task.HELMET,
        "lamp": Task.LAMP,
    }
)
FOLDER = SHIPPED_DETECTOR.parent


def shipped(name: str, folder: Path = FOLDER) -> Path:
    """The file of the shipped model `name`. Raise RegistryError for another name, or where the file is not there."""
    if name not in SHIPPED:
        raise RegistryError(f"{name}: wanted one of the shipped models {', '.join(SHIPPED)}, found another name")
    file = folder / f"{name}.onnx"
    if not file.is_file():
        raise RegistryError(f"{name}: wanted the shipped model {file}, found none; install the whole project again")
    return file


def card_of(file: Path) -> Card:
    """The card of a model of any task, its sha256 checked: a `ModelCard` for a detector, else what all cards share.

    Raise ModelError as `resolve_model` does.
    """
    beside = card_path(file)
    if beside.exists():
        card = load_card(beside, AnyCard)
        task = _shipped_as(file) or card.task
        if task is not Task.DETECT:
            check_sha256(read_model_file(file), card.sha256)
            return card.model_copy(update={"task": task})
    return resolve_model(file).card


def _shipped_as(file: Path) -> Task | None:
    """What a shipped model is for is known by its name, whether its card says so or not."""
    return SHIPPED.get(file.stem) if file.parent.resolve() == FOLDER.resolve() else None

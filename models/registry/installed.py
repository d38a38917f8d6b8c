"""What models there are: the shipped ones, the user's own folder, and public ones a card is kept for."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.registry.resolve import known_cards
from models.registry.shipped import FOLDER, SHIPPED, card_of
from vision.detect.card import Card, Task
from vision.errors import ModelError

MODEL_SUFFIXES = (".onnx", ".xml")


class Place(StrEnum):
    SHIPPED = "shipped"
    FOLDER = "folder"
    PUBLIC = "public"
    """Somebody else publishes it; only its card is here."""


class Check(StrEnum):
    """Does the file have the sha256 its card states?"""

    RIGHT = "right"
    NOT_STATED = "not stated"
    ABSENT = "absent"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Listed:
    """
    task     None: not known
    file     None: only the card is here
    card     None: nothing is known of the file, `problem` says why
    size     of the file in bytes; None without a file
    problem  why it cannot be used; None: nothing speaks against it
    """

    place: Place
    task: Task | None
    file: Path | None
    card: Card | None
    size: int | None
    check: Check
    problem: str | None = None


def list_models(folder: Path, shipped: Path = FOLDER) -> list[Listed]:
    """Every model, the shipped first. Each file is read and hashed; a faulty one is listed with what is wrong."""
    here = [_look(Place.SHIPPED, shipped / f"{name}.onnx", task) for name, task in SHIPPED.items()]
    if folder.is_dir():
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() in MODEL_SUFFIXES)
        here += [_look(Place.FOLDER, file) for file in files if not file.name.startswith(".")]
    sums = {one.card.sha256 for one in here if one.card is not None}
    absent = sorted((card for card in known_cards() if card.sha256 not in sums), key=_name)
    return here + [Listed(Place.PUBLIC, card.task, None, card, None, Check.ABSENT) for card in absent]


def _look(place: Place, file: Path, task: Task | None = None) -> Listed:
    if not file.is_file():
        return Listed(place, task, file, None, None, Check.ABSENT, f"{file}: wanted a model file, found none")
    size = file.stat().st_size
    if file.suffix.lower() == ".xml" and (weights := file.with_suffix(".bin")).is_file():
        size += weights.stat().st_size
    try:
        card = card_of(file)
    except ModelError as error:
        return Listed(place, task, file, None, size, Check.UNUSABLE, str(error))
    return Listed(place, card.task, file, card, size, Check.NOT_STATED if card.sha256 is None else Check.RIGHT)


def _name(card: Card) -> str:
    return card.name

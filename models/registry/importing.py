"""Takes a model from outside into the user's own folder, with a card beside it that says what it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import yaml

from models.errors import RegistryError
from models.registry.advice import card_path
from models.registry.plain import plain_card
from models.registry.resolve import ResolvedModel, resolve_model
from vision.detect.card import Head, ModelCard
from vision.detect.card_file import parse_card
from vision.detect.detector import Detector
from vision.detect.meanings import COCO_NAMES, Meaning, default_meanings
from vision.detect.model_file import ModelFile, check_sha256, read_model_file
from vision.detect.runtime import open_session
from vision.detect.shapes import write_shape

USER_FOLDER = Path("ngatu-models")
"""Where imported models lie unless told otherwise, under the folder the command runs in."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Description:
    """What the user says of a model; None: found out from the file, its metadata or the card beside it.

    classes   in the order of the model; the one name `coco` stands for the 80 of COCO
    meanings  what those classes are that do not speak for themselves
    size_px   (width, height) of the input
    sha256    the file must have it
    """

    name: str | None = None
    head: Head | None = None
    classes: Sequence[str] = ()
    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    size_px: tuple[int, int] | None = None
    licence: str | None = None
    source: str | None = None
    sha256: str | None = None


def import_model(file: Path, told: Description, folder: Path, *, replace: bool = False) -> ResolvedModel:
    """Check `file` as before every run, try it on a blank picture, and put it with its card into `folder`.

    Raise ModelError, or RegistryError, which is one; then nothing of it is in the folder.
    """
    model = read_model_file(file)
    check_sha256(model, None if told.sha256 is None else told.sha256.lower())
    card = _described(model, told) if told.head is not None or told.classes else _found(file, told)
    card = card.model_copy(update={"sha256": model.sha256, "name": _name(told.name or card.name)})
    Detector(open_session(model), card, str(file))
    target = folder / f"{card.name}{model.path.suffix.lower()}"
    if not replace:
        _refuse_taken(target)
    _put(model, card, target)
    return ResolvedModel(target, card)


def write_card(card: ModelCard) -> str:
    """The card as YAML; what the engine takes for granted is left out."""
    values = card.model_dump(mode="json", exclude_defaults=True)
    if card.classes == COCO_NAMES:
        values["classes"] = "coco"
    plain = default_meanings(card.classes)
    values["meanings"] = {name: meaning for name, meaning in card.meanings.items() if plain.get(name) != meaning}
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110)
    if parse_card(text, Path(f"{card.name}.card.yaml"), ModelCard) != card:
        raise RegistryError(f"{card.name}: the card does not come back from its own text")
    return text


def _described(model: ModelFile, told: Description) -> ModelCard:
    if told.head is None or not told.classes:
        missing = "--head" if told.head is None else "--classes"
        raise RegistryError(f"{model.path}: --head and --classes belong together, found no {missing}")
    return plain_card(
        model.path,
        told.head,
        told.size_px or _fixed_size_px(model),
        COCO_NAMES if list(told.classes) == ["coco"] else told.classes,
        licence=told.licence or "not stated",
        source=told.source or "not stated",
        made_on=None,
        meanings=told.meanings,
    )


def _found(file: Path, told: Description) -> ModelCard:
    """The card the engine finds by itself, with what the user adds."""
    card = resolve_model(file).card
    if told.size_px not in (None, (card.input.width_px, card.input.height_px)):
        raise RegistryError(f"{file}: --input needs --head and --classes: a card for this model is already known")
    unknown = sorted(set(told.meanings) - set(card.classes))
    if unknown:
        raise RegistryError(f"{file}: --meaning: wanted its classes {', '.join(card.classes)}, found {unknown[0]}")
    stated = {"licence": told.licence, "source": told.source}
    update = {key: value for key, value in stated.items() if value is not None}
    return card.model_copy(update=update | {"meanings": {**card.meanings, **told.meanings}})


def _fixed_size_px(model: ModelFile) -> tuple[int, int]:
    shape = open_session(model).input_shape
    if len(shape) != 4 or shape[2] is None or shape[3] is None:
        raise RegistryError(
            f"{model.path}: the network takes pictures of any size {write_shape(shape)}: "
            "say which with --input WIDTHxHEIGHT"
        )
    return shape[3], shape[2]


def _name(name: str) -> str:
    """A name that is a file name on every system and cannot leave the folder."""
    if not NAME.fullmatch(name):
        raise RegistryError(f"--name: wanted letters, digits, dots, dashes and underscores, found {name!r}")
    return name


def _refuse_taken(target: Path) -> None:
    for file in (target, card_path(target)):
        if file.exists():
            raise RegistryError(f"{file}: is already there; --force replaces it, --name gives another name")


def _put(model: ModelFile, card: ModelCard, target: Path) -> None:
    """The bytes that were checked, not the file read again. The model comes last, so that it is never without a card;
    if that fails, everything is as it was."""
    files = {card_path(target): write_card(card).encode()}
    if model.weights is not None:
        files[target.with_suffix(".bin")] = model.weights
    files[target] = model.content
    partials = {file: file.with_name(f".{file.name}.{_stamp()}.part") for file in files}
    placed: dict[Path, bytes | None] = {}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            partials[file].write_bytes(content)
        for file, partial in partials.items():
            before = file.read_bytes() if file.is_file() else None
            partial.replace(file)
            placed[file] = before
    except OSError as error:
        _undo(placed)
        raise RegistryError(f"{target}: cannot be written: {error}") from error
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)


def _undo(placed: Mapping[Path, bytes | None]) -> None:
    for file, before in placed.items():
        if before is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(before)


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y%m%d%H%M%S%f}"

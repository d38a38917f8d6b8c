"""From what the user named to a model that is known well enough to run."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from models.errors import RegistryError
from models.registry.advice import NO_MODEL, card_path
from models.registry.shape_reading import card_from_shapes
from models.registry.ultralytics_metadata import card_from_metadata, read_metadata
from vision.detect.card import ModelCard
from vision.detect.card_file import load_card, parse_card
from vision.detect.model_file import ModelFile, check_sha256, read_model_file
from vision.detect.runtime import open_session

SHIPPED_DETECTOR = Path(__file__).parent.parent / "weights" / "detector.onnx"
KNOWN_CARDS = "models.registry.known"


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    file: Path
    card: ModelCard


def resolve_model(file: Path | None, shipped: Path = SHIPPED_DETECTOR) -> ResolvedModel:
    """The model in `file` (None: the detector that ships with the project) with the card that describes it.

    The card is, in this order: the one beside the file; the one this package keeps for the same sha256; made from the
    metadata Ultralytics wrote; read from the shapes where they leave no doubt. Raise ModelError, or RegistryError,
    which is one, saying what was wanted and found and how to get on.
    """
    if file is None:
        if not shipped.exists():
            raise RegistryError(NO_MODEL.format(file=shipped))
        file = shipped
    model = read_model_file(file)
    return ResolvedModel(file, _written_card(model) or _derived_card(model))


def _written_card(model: ModelFile) -> ModelCard | None:
    beside = card_path(model.path)
    if beside.exists():
        card = load_card(beside, ModelCard)
        check_sha256(model, card.sha256)
        return card
    return next((card for card in known_cards() if card.sha256 == model.sha256), None)


def _derived_card(model: ModelFile) -> ModelCard:
    metadata, session = read_metadata(model), open_session(model)
    if metadata is None:
        return card_from_shapes(model, session)
    return card_from_metadata(model, session, metadata)


@cache
def known_cards() -> tuple[ModelCard, ...]:
    """The cards this package keeps for public models whose weights it may not or need not ship."""
    files = [file for file in resources.files(KNOWN_CARDS).iterdir() if file.name.endswith(".card.yaml")]
    return tuple(parse_card(file.read_text(encoding="utf-8"), Path(file.name), ModelCard) for file in files)

"""Writes measured scores into the card beside the model they were measured with; all else in the card stays."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from models.errors import RegistryError
from models.registry.advice import card_path
from vision.detect.card import AnyCard, MeasuredScore
from vision.detect.card_file import load_card, parse_card
from vision.detect.model_file import check_sha256, read_model_file

KEY = "scores"


class _Plain(yaml.SafeDumper):
    """Writes every day out: a reader of cards need not know YAML's anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def check_recordable(model: Path) -> Path:
    """The card that scores of `model`, of whatever task, may be written into.

    Raise RegistryError, or ModelError, which it is one of, where none lies beside it, or it is not about this very
    file: a score in the card of another file would be a false one.
    """
    beside = card_path(model)
    if not beside.is_file():
        raise RegistryError(f"{beside}: wanted the card of {model.name} to write its scores into, found none")
    card = load_card(beside, AnyCard)
    if card.sha256 is None:
        raise RegistryError(f"{beside}: wanted a card with the sha256 of the file its scores are about, found none")
    check_sha256(read_model_file(model), card.sha256)
    return beside


def record_scores(model: Path, scores: Sequence[MeasuredScore]) -> Path:
    """Add `scores` to the card of `model`; one of the same data and metric is replaced. The card's file is returned.

    Raise as `check_recordable`, which is asked again: the files may have changed since the scores were measured.
    """
    beside = check_recordable(model)
    before, text = load_card(beside, AnyCard), beside.read_text("utf-8")
    fresh = {_measured(score) for score in scores}
    kept = [score for score in before.scores if _measured(score) not in fresh]
    after = before.model_copy(update={KEY: (*kept, *scores)})
    written = _with_scores(text, after.scores)
    if parse_card(written, beside, AnyCard) != after:
        raise RegistryError(f"{beside}: the scores cannot be written into it without changing the rest")
    partial = beside.with_name(f".{beside.name}.part")
    try:
        partial.write_text(written, "utf-8")
        partial.replace(beside)
    except OSError as error:
        raise RegistryError(f"{beside}: cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return beside


def _measured(score: MeasuredScore) -> tuple[str, str]:
    return score.data, score.metric


def _with_scores(text: str, scores: Sequence[MeasuredScore]) -> str:
    """`text` with its lines of scores replaced, or new ones at its end; comments elsewhere stay."""
    rows = [score.model_dump(exclude_none=True) for score in scores]
    block = yaml.dump({KEY: rows}, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)
    lines = text.splitlines(keepends=True)
    root = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)  # it was read as a card just before
    starts = [key.start_mark.line for key, _ in root.value] + [len(lines)]
    place = next((place for place, (key, _) in enumerate(root.value) if key.value == KEY), None)
    if place is None:
        return text.rstrip("\n") + "\n" + block
    end = starts[place + 1]
    while lines[end - 1].strip() == "" or lines[end - 1].lstrip().startswith("#"):
        end -= 1  # a comment belongs to what comes after it
    return "".join([*lines[: starts[place]], block, *lines[end:]])

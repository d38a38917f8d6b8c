"""Card files: YAML in, a `Card` out; every fault says file, line, wanted and found."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from vision.detect.card import Card
from vision.errors import ModelError

LARGEST_CARD_BYTES = 1_000_000

C = TypeVar("C", bound=Card)


def load_card(file: Path, kind: type[C]) -> C:
    """A card of that `kind`. Raise ModelError when the file cannot be read, is not YAML, or says too little."""
    try:
        if file.stat().st_size > LARGEST_CARD_BYTES:
            raise ModelError(f"{file}: wanted a model card (YAML), found a file of {file.stat().st_size} bytes")
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{file}: the model card cannot be read: {error}") from error
    return parse_card(text, file, kind)


def parse_card(text: str, file: Path, kind: type[C]) -> C:
    """The card written in `text`; `file` is only named in the errors."""
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        data = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f":{mark.line + 1}"
        raise ModelError(f"{file}{line}: not YAML: {getattr(error, 'problem', None) or error}") from error
    finally:
        loader.dispose()
    if not isinstance(data, dict):
        raise ModelError(f"{file}: wanted a model card (YAML mapping), found {type(data).__name__}")
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise ModelError(_sentences(error, node, file)) from error


def _sentences(error: ValidationError, root: yaml.Node | None, file: Path) -> str:
    """One sentence per fault, each with the line of the nearest key that is in the file."""
    sentences = []
    for fault in error.errors(include_url=False):
        place = [
            part for part in fault["loc"] if not (isinstance(part, str) and part.startswith(("literal[", "tuple[")))
        ]
        named = ".".join(str(part) for part in place)
        found = "" if fault["type"] in {"missing", "value_error"} else f" (found {_short(fault['input'])})"
        message = fault["msg"].removeprefix("Value error, ")
        sentences.append(f"{file}:{_line(root, place)}: {named + ': ' if named else ''}{message}{found}")
    return "\n".join(sentences)


def _line(root: yaml.Node | None, place: Sequence[int | str]) -> int:
    """1-based line of the deepest part of `place` that the document has."""
    node, line = root, 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = (node.value[part], node.value[part])
        else:
            found = None
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

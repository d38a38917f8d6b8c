"""The words of the pages: translation keys to sentences, Vietnamese first and English equal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from violations.web.errors import TextsError

TEXTS = Path(__file__).parent / "texts"
# libyaml where PyYAML was built with it: a tenth of the time, and these files are most of what a start reads.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Language(StrEnum):
    VI = "vi"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Texts:
    """All sentences of one language by dotted key, for example `queue.title`."""

    language: Language
    sentences: Mapping[str, str]
    groups: dict[str, Mapping[str, str]] = field(default_factory=dict, compare=False, repr=False)
    """Those that were asked for, kept: sorting a group costs more than a page's other words together."""

    def __call__(self, key: str, **values: Any) -> str:
        """The sentence of `key` with its `{names}` filled in. Raises TextsError for a key nobody wrote."""
        if key not in self.sentences:
            raise TextsError(f"{self.language} texts: wanted the key {key!r}, found none")
        return self.sentences[key].format_map(values) if values else self.sentences[key]

    def count(self, key: str, n: int) -> str:
        """The sentence for a number of things: `key_one` for exactly one, else `key` with {n}."""
        return self(f"{key}_one" if n == 1 else key, n=n)

    def term(self, group: str, code: str) -> str:
        """The word for a code that came from outside; the code itself where nobody has named it yet."""
        return self.sentences.get(f"{group}.{code}", code)

    def group(self, group: str) -> Mapping[str, str]:
        """Every word of a group by its code, in the order of the words."""
        if group not in self.groups:
            start = f"{group}."
            found = {key[len(start) :]: word for key, word in self.sentences.items() if key.startswith(start)}
            self.groups[group] = dict(sorted(found.items(), key=lambda one: one[1].casefold()))
        return self.groups[group]

    def knows(self, group: str, code: str) -> bool:
        return f"{group}.{code}" in self.sentences


def load_texts(folders: Iterable[Path]) -> dict[Language, Texts]:
    """Merge `{vi,en}.yaml` of every folder; the same key in two folders is an error."""
    found: dict[Language, dict[str, str]] = {language: {} for language in Language}
    for folder in folders:
        for language in Language:
            file = folder / f"{language}.yaml"
            sentences = _flatten(_read(file), "", file)
            twice = sorted(found[language].keys() & sentences.keys())
            if twice:
                raise TextsError(f"{file}: wanted new keys, found again {', '.join(twice)}")
            found[language] |= sentences
    return {language: Texts(language, sentences) for language, sentences in found.items()}


def _read(file: Path) -> object:
    return yaml.load(file.read_text(encoding="utf-8"), LOADER)  # noqa: S506 — both loaders are the safe ones


def _flatten(node: object, prefix: str, file: Path) -> dict[str, str]:
    if isinstance(node, str):
        return {prefix: node}
    if not isinstance(node, dict):
        raise TextsError(f"{file}: {prefix or 'the file'}: wanted a sentence or a table of them, found {node!r}")
    flat: dict[str, str] = {}
    for key, value in node.items():
        flat |= _flatten(value, f"{prefix}.{key}" if prefix else str(key), file)
    return flat

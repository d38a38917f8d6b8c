"""Sentences for people that can still be said in another language after they were made.

A `Sentence` is its English text, so that whoever only wants to print or log it need know nothing of this. It also keeps
the English with `{names}` in it, and their values: that English is the key under which `texts/vi.yaml` of its package
has the Vietnamese.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

import yaml

VIETNAMESE = "vi"


class Sentence(str):
    """package: whose texts have it; template: the English with `{names}`; values: of the names, some of them sentences
    themselves."""

    package: str
    template: str
    values: Mapping[str, object]

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.package, self.template, dict(self.values))


@dataclass(frozen=True, slots=True)
class Sayer:
    """Makes the sentences of one package."""

    package: str

    def __call__(self, template: str, /, **values: object) -> Sentence:
        made = Sentence(_English().vformat(template, (), values))
        made.package, made.template, made.values = self.package, template, values
        return made


def in_language(sentence: str, language: str) -> str:
    """`vi` or `en`; what is no Sentence, or has no words in that language, stays as it is."""
    if language != VIETNAMESE or not isinstance(sentence, Sentence):
        return str(sentence)
    template = texts_of(sentence.package).get(sentence.template, sentence.template)
    return _Vietnamese().vformat(template, (), sentence.values)


@cache
def texts_of(package: str) -> Mapping[str, str]:
    """English template → Vietnamese template."""
    file = resources.files(package) / "texts" / "vi.yaml"
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))


def _again(package: str, template: str, values: Mapping[str, object]) -> Sentence:
    return Sayer(package)(template, **values)


class _English(Formatter):
    def format_field(self, value: Any, format_spec: str) -> Any:
        return format(str(value) if isinstance(value, Sentence) else value, format_spec)


class _Vietnamese(Formatter):
    """Numbers with a decimal comma; sentences within sentences in Vietnamese too."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        if isinstance(value, str):
            return format(in_language(value, VIETNAMESE), format_spec)
        text = format(value, format_spec)
        return text.replace(".", ",") if isinstance(value, float) or format_spec else text

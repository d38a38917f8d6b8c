"""Problems in the language of whoever asked: titles, and the sentences about size and form that strangers meet."""

from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

Language = Literal["vi", "en"]


def language_of(headers: Headers) -> Language:
    """What the browser chose on our pages, else what the request accepts; programs that say nothing get English."""
    chosen = cookie_parser(headers.get("cookie", "")).get("ngatu_lang")
    if chosen in {"vi", "en"}:
        return "vi" if chosen == "vi" else "en"
    accepted = headers.get("accept-language", "").replace(" ", "").lower().split(",")
    return "vi" if accepted[0].startswith("vi") else "en"


def title(kind: str, english: str, headers: Headers) -> str:
    """The title of a kind of problem, `english` where we have no other words."""
    return english if language_of(headers) == "en" else _words().titles.get(kind, english)


def sentence(key: str, headers: Headers, **values: object) -> str:
    """A sentence of `problem_words.yaml` with its values."""
    return _words().sentences[key][language_of(headers)].format(**values)


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    titles: dict[str, str]
    sentences: dict[str, dict[Language, str]]


@cache
def _words() -> _Words:
    source = (resources.files("violations.api") / "problem_words.yaml").read_text(encoding="utf-8")
    return _Words.model_validate(yaml.safe_load(source))

"""What a browser chose: language, theme, single-letter keys, the reviewer's name. Kept in cookies, changed by links."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from violations.web.texts import Language

YEAR_S = 365 * 24 * 3600
REVIEWER_COOKIE = "ngatu_reviewer"
REVIEWER_MAX = 80


class Theme(StrEnum):
    """AUTO follows the screen's own setting."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Preferences:
    language: Language
    theme: Theme
    letter_keys: bool
    reviewer: str


def preferences_of(request: Request) -> Preferences:
    """The link's choice before the cookie's, Vietnamese before all; a value nobody offered is as if absent."""
    return Preferences(
        language=_chosen(request, "lang", Language, Language.VI),
        theme=_chosen(request, "theme", Theme, Theme.AUTO),
        letter_keys=(request.query_params.get("keys") or request.cookies.get("ngatu_keys")) != "off",
        reviewer=unquote(request.cookies.get(REVIEWER_COOKIE, ""))[:REVIEWER_MAX],
    )


def keep_preferences(request: Request, response: Response, preferences: Preferences) -> None:
    """Write back only what this request's link changed."""
    keys = "on" if preferences.letter_keys else "off"
    for name, value in (("lang", preferences.language), ("theme", preferences.theme), ("keys", keys)):
        if name in request.query_params:
            set_cookie(request, response, f"ngatu_{name}", value)


def keep_reviewer(request: Request, response: Response, reviewer: str) -> None:
    set_cookie(request, response, REVIEWER_COOKIE, quote(reviewer[:REVIEWER_MAX]))


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Scripts never need our cookies, and no other site's form carries them.

    Not `strict`: a link in a letter to the office would then come without the token, get a new one, and so spoil the
    forms that are already open.
    """
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=YEAR_S, path="/", secure=secure, httponly=True, samesite="lax")


Choice = TypeVar("Choice", bound=StrEnum)


def _chosen(request: Request, name: str, choices: type[Choice], default: Choice) -> Choice:
    for value in (request.query_params.get(name), request.cookies.get(f"ngatu_{name}")):
        if value is not None and value in choices.__members__.values():
            return choices(value)
    return default

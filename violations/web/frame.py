"""The frame of every page: top bar, rail of six rooms, words, formats and the headers that keep foreign code out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from violations.accounts.caller import Caller
from violations.api.access import secret_of
from violations.cases.states import Role
from violations.web import clocks, formats
from violations.web.forms import TOKEN_COOKIE, token_of
from violations.web.preferences import Preferences, Theme, keep_preferences, preferences_of, set_cookie
from violations.web.static_files import STATIC, StaticFile, load_static
from violations.web.texts import TEXTS, Language, Texts, load_texts

TEMPLATES = Path(__file__).parent / "templates"
PAGE_HEADERS = {
    "Content-Security-Policy": (
        # Masked pictures stand in the citizens' page itself: they have no address that could be passed on.
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: that would also blank the Origin of our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Cases are personal data: no shared machine keeps a page.
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the rail. roles: who finds it there once signed in; empty for everybody."""

    key: str
    href: str
    roles: tuple[Role, ...] = ()


CASE_ROLES = (Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR)
ROOMS = (
    Room("queue", "/queue", CASE_ROLES),
    Room("cases", "/cases", CASE_ROLES),
    Room("junctions", "/counts"),
    Room("signals", "/signals"),
    Room("cameras", "/cameras"),
    Room("system", "/system"),
)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Frame:
    """Draws pages. `place` is the office's own name for the junctions it watches; None shows the general one.

    Other rooms add their folders of templates, texts and scripts; `rooms` is the rail from top to bottom.
    """

    def __init__(
        self,
        templates: Sequence[Path] = (),
        texts: Sequence[Path] = (),
        *,
        rooms: Sequence[Room] = ROOMS,
        place: str | None = None,
        now: Callable[[], datetime] = utc_now,
        static: Sequence[Path] = (),
    ) -> None:
        self.static: dict[str, StaticFile] = {
            name: file for folder in (STATIC, *static) for name, file in load_static(folder).items()
        }
        self.now = now
        self._texts = load_texts((TEXTS, *texts))
        self._rooms = rooms
        self._place = place
        self._environment = Environment(
            loader=FileSystemLoader([TEMPLATES, *templates]),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # Scripts are given values in the order that people wrote them in.
        self._environment.policies["json.dumps_kwargs"] = {"sort_keys": False}

    def texts(self, request: Request) -> Texts:
        return self._texts[preferences_of(request).language]

    def render(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """One page as a response with its headers, the form token and whatever preference the link changed."""
        preferences = preferences_of(request)
        token = token_of(request)
        caller: Caller | None = getattr(request.state, "caller", None)
        page = self._environment.get_template(template).render(
            **self._words(preferences),
            here=partial(_here, request),
            preferences=preferences,
            caller=caller,
            rooms=self._rooms_of(caller),
            token=token,
            **context,
        )
        response = HTMLResponse(page, status_code=status, headers=PAGE_HEADERS)
        keep_preferences(request, response, preferences)
        if secret_of(request) is None and request.cookies.get(TOKEN_COOKIE) != token:
            set_cookie(request, response, TOKEN_COOKIE, token)
        return response

    def _rooms_of(self, caller: Caller | None) -> tuple[Room, ...]:
        """Whoever has signed in is shown no room that would turn them away."""
        if caller is None or not caller.signed_in:
            return tuple(self._rooms)
        return tuple(room for room in self._rooms if not room.roles or caller.may(*room.roles))

    def piece(self, request: Request, template: str, **context: Any) -> Markup:
        """A piece of a page, drawn without anything of the caller but the language."""
        words = self._words(preferences_of(request))
        return Markup(self._environment.get_template(template).render(**words, **context))  # noqa: S704 — escaped within

    def _words(self, preferences: Preferences) -> dict[str, Any]:
        """What every template may use. Formats that depend on the language are bound to it here."""
        texts = self._texts[preferences.language]
        return {
            "t": texts,
            "place": self._place,
            "languages": tuple(Language),
            "themes": tuple(Theme),
            "asset": self._asset,
            "local_time": formats.local_time,
            "local_minute": formats.local_minute,
            "local_clock": formats.local_clock,
            "iso": formats.iso,
            "money": formats.money,
            "number": partial(formats.number, language=texts.language),
            "measured": partial(formats.measured, language=texts.language),
            "size": partial(formats.size, language=texts.language),
            "age": partial(formats.age, now=self.now(), texts=texts),
            "clocks": partial(clocks.clocks, now=self.now()),
        }

    def _asset(self, name: str) -> str:
        return f"/static/{name}?v={self.static[name].version}"


def _here(request: Request, **changes: str) -> str:
    """This page's own address with some query values changed: how language and theme are switched."""
    url = request.url.include_query_params(**changes)
    return f"{url.path}?{url.query}"

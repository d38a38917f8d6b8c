"""The sign-in page, and the form behind the button that signs out."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from violations.accounts.caller import Caller
from violations.accounts.errors import TooManyTriesError, WrongPasswordError
from violations.accounts.oidc_provider import Provider
from violations.accounts.users import signs_in_elsewhere
from violations.api.access import public, signed_in
from violations.api.session import sign_in, sign_out
from violations.web.error_pages import forged_page
from violations.web.errors import ForgedForm
from violations.web.forms import check_form
from violations.web.frame import Frame
from violations.web.posted import Fields, form_fields, sound_form
from violations.web.preferences import keep_preferences, preferences_of

HOME = "/"
NAME_MAX = 80


def place_after(wanted: str | None) -> str:
    """Where to go once signed in: a path of ours, never another site."""
    fits = wanted is not None and wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/sign-in"))
    return wanted if fits and wanted is not None and wanted.isprintable() else HOME


def own_address(provider: Provider, request: Request, path: str) -> str:
    """This path of the centre, as browsers and the provider reach it."""
    base = provider.settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
    return base.rstrip("/") + path


class SignInPages:
    """provider: None where the office has no identity provider."""

    def __init__(self, engine: Engine, frame: Frame, provider: Provider | None = None) -> None:
        self._engine = engine
        self._frame = frame
        self._provider = provider

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/sign-in", self.show, methods=["GET"], dependencies=[public()])
        router.add_api_route("/sign-in", self.enter, methods=["POST"], dependencies=[public(per_minute=60)])
        router.add_api_route("/sign-out", self.leave, methods=["POST"])

    def show(self, request: Request) -> Response:
        after = place_after(request.query_params.get("next"))
        if request.state.caller.signed_in:
            response = RedirectResponse(after, HTTPStatus.SEE_OTHER)
            keep_preferences(request, response, preferences_of(request))
            return response
        return self.page(request, after, "", None)

    def enter(self, request: Request, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        sound = sound_form(self._frame, request, fields, "/sign-in")
        if isinstance(sound, Response):
            return sound
        after, name = place_after(sound.get("next")), sound.get("name", "").strip()
        response = RedirectResponse(after, HTTPStatus.SEE_OTHER)
        t = self._frame.texts(request)
        try:
            sign_in(self._engine, request, response, self._frame.now(), name=name, password=sound.get("password", ""))
        except WrongPasswordError:
            return self.page(request, after, name, t("account.wrong"), HTTPStatus.UNAUTHORIZED)
        except TooManyTriesError as error:
            sentence = t("account.too_many", n=-(-error.wait_s // 60))
            return self.page(request, after, name, sentence, HTTPStatus.TOO_MANY_REQUESTS)
        return response

    def leave(
        self,
        request: Request,
        fields: Annotated[Fields, Depends(form_fields)],
        caller: Annotated[Caller, signed_in()],
    ) -> Response:
        try:
            check_form(request, fields if isinstance(fields, Mapping) else {})
        except ForgedForm as fault:
            return forged_page(self._frame, request, fault, back=HOME)
        elsewhere = self._provider is not None and signs_in_elsewhere(self._engine, caller.name)
        response = RedirectResponse(f"/sign-in{'?left=provider' if elsewhere else ''}", HTTPStatus.SEE_OTHER)
        sign_out(self._engine, request, response, caller, self._frame.now())
        return response

    def page(
        self, request: Request, after: str, name: str, problem: str | None, status: int = HTTPStatus.OK
    ) -> Response:
        """The form with what was typed, but never the password."""
        provider = self._provider
        left = provider is not None and request.query_params.get("left") == "provider"
        return self._frame.render(
            request,
            "sign_in.html",
            status,
            after=after,
            name=name[:NAME_MAX],
            problem=problem,
            done=request.query_params.get("done") == "password",
            provider=provider.settings.name if provider else None,
            leave=provider.address_to_leave(own_address(provider, request, "/sign-in")) if provider and left else None,
        )

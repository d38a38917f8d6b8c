"""The way to the office's identity provider and back."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from violations.accounts.errors import ProviderError, ProviderRefusedError
from violations.accounts.oidc_provider import Provider
from violations.accounts.oidc_sign_in import UNDER_WAY, Begun, begin, finish, take, user_of_claims
from violations.api.access import public
from violations.api.session import let_in
from violations.audit.log import Note, note
from violations.store.database import writing
from violations.web.error_pages import error_page
from violations.web.frame import Frame
from violations.web.posted import Fields, form_fields, sound_form
from violations.web.sign_in import HOME, NAME_MAX, SignInPages, own_address, place_after

COOKIE = "ngatu_provider"
BACK = "/sign-in/provider/back"
STATUS_OF = {"away": HTTPStatus.SERVICE_UNAVAILABLE, "no_rights": HTTPStatus.FORBIDDEN, "locked": HTTPStatus.FORBIDDEN}
PER_MINUTE = 30


class ProviderPages:
    """provider: None where the office has none; then there is nothing at these addresses."""

    def __init__(self, engine: Engine, frame: Frame, provider: Provider | None, sign_in: SignInPages) -> None:
        self._engine = engine
        self._frame = frame
        self._provider = provider
        self._sign_in = sign_in

    def add_to(self, router: APIRouter) -> None:
        limited = [public(per_minute=PER_MINUTE, counted_as="provider")]
        router.add_api_route("/sign-in/provider", self.go, methods=["POST"], dependencies=limited)
        router.add_api_route(BACK, self.back, methods=["GET"], dependencies=limited)

    def go(self, request: Request, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        """To the provider. By a page that goes on by itself: browsers let no form of ours end on another site."""
        sound = sound_form(self._frame, request, fields, "/sign-in")
        provider = self._provider
        if isinstance(sound, Response) or provider is None:
            return sound if isinstance(sound, Response) else self._nothing(request)
        after, name = place_after(sound.get("next")), sound.get("name", "").strip()[:NAME_MAX]
        back = own_address(provider, request, BACK)
        try:
            begun = begin(self._engine, provider, after=after, hint=name, back=back, now=self._frame.now())
        except ProviderError as error:
            return self._said(request, provider, error, after, name)
        return self._going(request, provider, begun)

    def back(self, request: Request) -> Response:
        """From the provider, with a code or with its refusal."""
        provider = self._provider
        if provider is None:
            return self._nothing(request)
        asked, after = request.query_params, HOME
        now = self._frame.now()
        try:
            cookie = request.cookies.get(COOKIE, "")
            login = take(self._engine, state=asked.get("state", ""), browser=cookie, now=now)
            after = login.after
            _check_said(provider, request)
            address = own_address(provider, request, BACK)
            claims = finish(self._engine, provider, login, asked.get("code", ""), back=address, now=now)
            response = RedirectResponse(after, HTTPStatus.SEE_OTHER)
            with writing(self._engine) as session:
                user = user_of_claims(session, provider.settings, claims, now)
                let_in(session, request, response, user, now, by="provider")
        except ProviderError as error:
            self._write_down(request, error)
            return self._said(request, provider, error, after, "")
        response.delete_cookie(COOKIE, path="/sign-in")
        return response

    def _going(self, request: Request, provider: Provider, begun: Begun) -> Response:
        response = self._frame.render(
            request, "provider_going.html", provider=provider.settings.name, address=begun.address
        )
        response.set_cookie(
            COOKIE,
            begun.browser,
            max_age=int(UNDER_WAY.total_seconds()),
            path="/sign-in",
            secure=request.url.scheme == "https",
            httponly=True,
            # Not `strict`: the way back begins at another site.
            samesite="lax",
        )
        return response

    def _said(self, request: Request, provider: Provider, error: ProviderError, after: str, name: str) -> Response:
        sentence = self._frame.texts(request)(f"provider.{error.why}", name=provider.settings.name)
        status = STATUS_OF.get(error.why, HTTPStatus.UNAUTHORIZED)
        return self._sign_in.page(request, after, name, sentence, status)

    def _write_down(self, request: Request, error: ProviderError) -> None:
        """Somebody tried the door; what the provider said of them is not kept."""
        with writing(self._engine) as session:
            what = Note("session.refused", "provider", {"why": error.why})
            note(session, request.state.caller, what, self._frame.now())

    def _nothing(self, request: Request) -> Response:
        return error_page(self._frame, request, HTTPStatus.NOT_FOUND)


def _check_said(provider: Provider, request: Request) -> None:
    """Raise ProviderRefusedError for an answer without a code, or one in another provider's name (RFC 9207)."""
    asked = request.query_params
    if asked.get("iss", provider.settings.issuer) != provider.settings.issuer or not asked.get("code"):
        raise ProviderRefusedError("sign-in: wanted a code of the provider, found a refusal or another issuer")

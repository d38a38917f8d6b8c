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
from violations.api.access import public, signed_in
from violations.api.session import sign_in, sign_out
from violations.web.error_pages import error_page, forged_page
from violations.web.errors import ForgedForm, FormTooLarge
from violations.web.forms import check_form, read_form
from violations.web.frame import Frame

HOME = "/"
Fields = Mapping[str, str] | FormTooLarge


async def form_fields(request: Request) -> Fields:
    """The form, or the fault that the page should explain."""
    try:
        return await read_form(request)
    except FormTooLarge as fault:
        return fault


def place_after(wanted: str | None) -> str:
    """Where to go once signed in: a path of ours, never another site."""
    fits = wanted is not None and wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/sign-in"))
    return wanted if fits and wanted is not None and wanted.isprintable() else HOME


class SignInPages:
    def __init__(self, engine: Engine, frame: Frame) -> None:
        self._engine = engine
        self._frame = frame

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/sign-in", self.show, methods=["GET"], dependencies=[public()])
        router.add_api_route("/sign-in", self.enter, methods=["POST"], dependencies=[public(per_minute=60)])
        router.add_api_route("/sign-out", self.leave, methods=["POST"])

    def show(self, request: Request) -> Response:
        after = place_after(request.query_params.get("next"))
        if request.state.caller.signed_in:
            return RedirectResponse(after, HTTPStatus.SEE_OTHER)
        return self._page(request, after, "", None)

    def enter(self, request: Request, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        if isinstance(fields, FormTooLarge):
            return error_page(self._frame, request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        after, name = place_after(fields.get("next")), fields.get("name", "").strip()
        try:
            check_form(request, fields)
            response = RedirectResponse(after, HTTPStatus.SEE_OTHER)
            password = fields.get("password", "")
            sign_in(self._engine, request, response, self._frame.now(), name=name, password=password)
        except ForgedForm as fault:
            return forged_page(self._frame, request, fault, back="/sign-in")
        except WrongPasswordError:
            return self._page(
                request, after, name, self._frame.texts(request)("account.wrong"), HTTPStatus.UNAUTHORIZED
            )
        except TooManyTriesError as error:
            minutes = -(-error.wait_s // 60)
            sentence = self._frame.texts(request)("account.too_many", n=minutes)
            return self._page(request, after, name, sentence, HTTPStatus.TOO_MANY_REQUESTS)
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
        response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
        sign_out(self._engine, request, response, caller, self._frame.now())
        return response

    def _page(
        self, request: Request, after: str, name: str, problem: str | None, status: int = HTTPStatus.OK
    ) -> Response:
        return self._frame.render(request, "sign_in.html", status, after=after, name=name, problem=problem)

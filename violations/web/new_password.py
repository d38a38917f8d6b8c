"""The page on which somebody with a one-time code chooses their password."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from violations.accounts.errors import AccountValueError, WrongCodeError
from violations.accounts.passwords import LONGEST, SHORTEST
from violations.api.access import public
from violations.api.account_acts import Desk
from violations.api.users import CODES, choose_password
from violations.web.frame import Frame
from violations.web.posted import Fields, form_fields, sound_form

CODE_MAX = 100


class NewPasswordPage:
    def __init__(self, engine: Engine, frame: Frame) -> None:
        self._frame = frame
        self._desk = Desk(engine, frame.now)

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/new-password", self.show, methods=["GET"], dependencies=[public(per_minute=60)])
        router.add_api_route("/new-password", self.choose, methods=["POST"], dependencies=[CODES])

    def show(self, request: Request) -> Response:
        """A link brings the code along; nothing is looked up before the form is sent."""
        return self._page(request, request.query_params.get("code", "")[:CODE_MAX])

    def choose(self, request: Request, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        """Nothing typed is kept of the passwords; the code is, and stays good until one is taken."""
        sound = sound_form(self._frame, request, fields, "/new-password")
        if isinstance(sound, Response):
            return sound
        code, password = sound.get("code", "").strip()[:CODE_MAX], sound.get("password", "")
        if password != sound.get("again", ""):
            return self._page(request, code, "again", HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            choose_password(self._desk, request.state.caller, code, password)
        except WrongCodeError:
            return self._page(request, code, "code", HTTPStatus.NOT_FOUND)
        except AccountValueError as error:
            return self._page(request, code, error.why, HTTPStatus.UNPROCESSABLE_ENTITY)
        return RedirectResponse("/sign-in?done=password", HTTPStatus.SEE_OTHER)

    def _page(self, request: Request, code: str, problem: str | None = None, status: int = HTTPStatus.OK) -> Response:
        words = {"shortest": SHORTEST, "longest": LONGEST}
        return self._frame.render(request, "new_password.html", status, code=code, problem=problem, **words)

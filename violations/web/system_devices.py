"""The room *system* for administrators: the agents, their keys and tokens."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from violations.accounts.devices import Device
from violations.accounts.errors import AccountError, NoSuchAccountError
from violations.api.access import allow
from violations.api.account_acts import Desk, add_device, devices_within, renew_device, revoke_device
from violations.audit.log import Note, note_view
from violations.cases.states import Role
from violations.web.error_pages import error_page
from violations.web.frame import Frame
from violations.web.posted import Fields, form_fields, sound_form
from violations.web.user_form import TYPED_MAX, problem_of

ROOM = "/system/devices"
DONE = frozenset({"revoked", "accepted"})


class SystemDevicePages:
    def __init__(self, engine: Engine, frame: Frame) -> None:
        self._frame = frame
        self._engine = engine
        self._desk = Desk(engine, frame.now)

    def add_to(self, router: APIRouter) -> None:
        admin = [allow(Role.ADMIN)]
        router.add_api_route(ROOM, self.list, methods=["GET"], dependencies=admin)
        router.add_api_route(ROOM, self.add, methods=["POST"], dependencies=admin)
        router.add_api_route(f"{ROOM}/{{name}}/token", self.token, methods=["POST"], dependencies=admin)
        router.add_api_route(f"{ROOM}/{{name}}/revoked", self.revoked, methods=["POST"], dependencies=admin)

    def list(self, request: Request) -> Response:
        note_view(self._engine, request.state.caller, Note("device.list", "devices"), self._frame.now())
        return self._list(request)

    def add(self, request: Request, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        """A new device, answered with its token: the only time anybody sees it."""
        sound = sound_form(self._frame, request, fields, ROOM)
        if isinstance(sound, Response):
            return sound
        name, district = (sound.get(field, "").strip()[:TYPED_MAX] for field in ("name", "district"))
        try:
            device = Device(name, district, None, disabled=False, created_at=self._frame.now())
            token = add_device(self._desk, request.state.caller, device)
        except AccountError as error:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self._list(request, status, name=name, district=district, problem=problem_of(error))
        return self._token(request, name, token)

    def token(self, request: Request, name: str, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        sound = sound_form(self._frame, request, fields, ROOM)
        if isinstance(sound, Response):
            return sound
        try:
            return self._token(request, name, renew_device(self._desk, request.state.caller, _plain(name)))
        except NoSuchAccountError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)

    def revoked(self, request: Request, name: str, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        sound = sound_form(self._frame, request, fields, ROOM)
        if isinstance(sound, Response):
            return sound
        revoked = sound.get("revoked") == "yes"
        try:
            revoke_device(self._desk, request.state.caller, _plain(name), revoked=revoked)
        except NoSuchAccountError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        return RedirectResponse(f"{ROOM}?done={'revoked' if revoked else 'accepted'}", HTTPStatus.SEE_OTHER)

    def _token(self, request: Request, name: str, token: str) -> Response:
        return self._frame.render(request, "system_token.html", name=name, secret=token)

    def _list(
        self, request: Request, status: int = HTTPStatus.OK, *, name: str = "", district: str = "", problem: str = ""
    ) -> Response:
        done = request.query_params.get("done")
        return self._frame.render(
            request,
            "system_devices.html",
            status,
            devices=devices_within(self._engine, request.state.caller),
            name=name,
            district=district,
            problem=problem,
            done=done if done in DONE else None,
        )


def _plain(name: str) -> str:
    """Without NUL, which no database takes."""
    return name.replace("\x00", "")

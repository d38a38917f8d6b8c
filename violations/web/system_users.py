"""The room *system* for administrators: the accounts of people, one account, and what is done to it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from violations.accounts.caller import PERSON_ROLES, Caller
from violations.accounts.errors import AccountError, NoSuchAccountError
from violations.accounts.sessions import count_sessions
from violations.accounts.users import User, rights_version
from violations.api.access import allow, signed_in
from violations.api.account_acts import (
    Desk,
    add_account,
    change_rights,
    end_sessions,
    one_user,
    reset_password,
    set_disabled,
    users_within,
)
from violations.audit.log import Note, note_view
from violations.cases.states import Role
from violations.law.powers import shipped_powers
from violations.web.error_pages import error_page
from violations.web.frame import Frame
from violations.web.posted import Fields, form_fields, sound_form
from violations.web.user_form import TypedAccount, problem_of

ROOM = "/system/users"
DONE = frozenset({"rights", "disabled", "enabled", "sessions"})


class SystemUserPages:
    def __init__(self, engine: Engine, frame: Frame) -> None:
        self._frame = frame
        self._engine = engine
        self._desk = Desk(engine, frame.now)

    def add_to(self, router: APIRouter) -> None:
        admin = [allow(Role.ADMIN)]
        router.add_api_route("/system", self.room, methods=["GET"], dependencies=[signed_in()])
        router.add_api_route(ROOM, self.list, methods=["GET"], dependencies=admin)
        router.add_api_route(ROOM, self.add, methods=["POST"], dependencies=admin)
        one = f"{ROOM}/{{name}}"
        router.add_api_route(one, self.show, methods=["GET"], dependencies=admin)
        for act in ("rights", "disabled", "code", "sessions"):
            router.add_api_route(f"{one}/{act}", getattr(self, act), methods=["POST"], dependencies=admin)

    def room(self, request: Request) -> Response:
        return self._frame.render(request, "system.html", administers=request.state.caller.may(Role.ADMIN))

    def list(self, request: Request) -> Response:
        note_view(self._engine, request.state.caller, Note("user.list", "users"), self._frame.now())
        return self._list(request)

    def add(self, request: Request, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        """A new account, answered with its one-time code: the only time anybody sees it."""
        sound = sound_form(self._frame, request, fields, ROOM)
        if isinstance(sound, Response):
            return sound
        typed = TypedAccount.read(sound)
        problem = typed.problem()
        if problem:
            return self._list(request, HTTPStatus.UNPROCESSABLE_ENTITY, typed=typed, problem=problem)
        try:
            user, code = add_account(self._desk, request.state.caller, typed.name, typed.rights())
        except AccountError as error:
            return self._list(request, HTTPStatus.UNPROCESSABLE_ENTITY, typed=typed, problem=problem_of(error))
        return self._code(request, user.name, code)

    def show(self, request: Request, name: str) -> Response:
        user = self._found(request, name)
        if isinstance(user, Response):
            return user
        note_view(self._engine, request.state.caller, Note("user.view", f"user/{user.name}"), self._frame.now())
        return self._one(request, user)

    def rights(self, request: Request, name: str, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        typed = TypedAccount.read(fields) if not isinstance(fields, Exception) else None

        def act(caller: Caller) -> Response:
            assert typed is not None
            change_rights(self._desk, caller, name, typed.rights(), lambda version: typed.seen in {"", version})
            return self._back(name, "rights")

        return self._acted(request, name, fields, act, typed)

    def disabled(self, request: Request, name: str, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        lock = not isinstance(fields, Exception) and fields.get("disabled") == "yes"

        def act(caller: Caller) -> Response:
            set_disabled(self._desk, caller, name, disabled=lock)
            return self._back(name, "disabled" if lock else "enabled")

        return self._acted(request, name, fields, act)

    def code(self, request: Request, name: str, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        return self._acted(
            request, name, fields, lambda caller: self._code(request, name, reset_password(self._desk, caller, name))
        )

    def sessions(self, request: Request, name: str, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        def act(caller: Caller) -> Response:
            end_sessions(self._desk, caller, name)
            return self._back(name, "sessions")

        return self._acted(request, name, fields, act)

    def _acted(
        self,
        request: Request,
        name: str,
        fields: Fields,
        act: Callable[[Caller], Response],
        typed: TypedAccount | None = None,
    ) -> Response:
        """Do it, or say on the account's page why not, with what was typed."""
        sound = sound_form(self._frame, request, fields, ROOM)
        user = self._found(request, name)
        if isinstance(sound, Response) or isinstance(user, Response):
            return sound if isinstance(sound, Response) else user  # type: ignore[return-value]  # one of them is
        problem = typed.problem() if typed else None
        try:
            if problem is None:
                return act(request.state.caller)
        except AccountError as error:
            problem = problem_of(error)
        if problem == "changed":
            user = self._found(request, name)
            if isinstance(user, Response):
                return user
        status = HTTPStatus.CONFLICT if problem == "changed" else HTTPStatus.UNPROCESSABLE_ENTITY
        return self._one(request, user, status, typed=typed, problem=problem)

    def _found(self, request: Request, name: str) -> User | Response:
        try:
            return one_user(self._engine, request.state.caller, name.replace("\x00", ""))
        except NoSuchAccountError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)

    def _back(self, name: str, done: str) -> Response:
        return RedirectResponse(f"{ROOM}/{quote(name, safe='')}?done={done}", HTTPStatus.SEE_OTHER)

    def _code(self, request: Request, name: str, code: str) -> Response:
        link = f"{request.url.scheme}://{request.headers.get('host', '')}/new-password?code={code}"
        return self._frame.render(request, "system_code.html", name=name, code=code, link=link)

    def _list(
        self, request: Request, status: int = HTTPStatus.OK, *, typed: TypedAccount | None = None, problem: str = ""
    ) -> Response:
        return self._frame.render(
            request,
            "system_users.html",
            status,
            users=users_within(self._engine, request.state.caller),
            sessions=count_sessions(self._engine, self._frame.now()),
            typed=typed or TypedAccount("", (), "", everywhere=False, office=""),
            problem=problem,
            **choices(),
        )

    def _one(
        self,
        request: Request,
        user: User,
        status: int = HTTPStatus.OK,
        *,
        typed: TypedAccount | None = None,
        problem: str | None = None,
    ) -> Response:
        done = request.query_params.get("done")
        return self._frame.render(
            request,
            "system_user.html",
            status,
            user=user,
            version=rights_version(user),
            own=user.name == request.state.caller.name,
            sessions=count_sessions(self._engine, self._frame.now()).get(user.name, 0),
            typed=typed or TypedAccount.of(user),
            problem=problem,
            done=done if done in DONE else None,
            **choices(),
        )


def choices() -> dict[str, Any]:
    """What the form of an account offers."""
    return {"roles": PERSON_ROLES, "offices": shipped_powers().powers}

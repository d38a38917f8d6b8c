"""Accounts of people for administrators: list, add, change, lock out, reset, sign out; and choosing one's password."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field
from sqlalchemy import Engine

from violations.accounts.caller import PERSON_ROLES, Caller
from violations.accounts.password_codes import use_code, user_of_code
from violations.accounts.passwords import chosen
from violations.accounts.sessions import count_sessions
from violations.accounts.users import Rights, User, rights_version
from violations.api.access import allow, public
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
from violations.api.etags import is_read, version_tag
from violations.api.problems import problems
from violations.api.session import Secret
from violations.api.values import Answer, Text
from violations.audit.log import Note, note, note_view
from violations.cases.states import Role
from violations.store.database import writing

ADMIN = allow(Role.ADMIN)
CODES_PER_MINUTE = 12
CODES = public(per_minute=CODES_PER_MINUTE, counted_as="one-time code")
PAGE_OF_CODES = "/new-password"
Name = Annotated[str, Path(max_length=80, pattern=r"^[^\x00]*$", description="Name of the account.")]
District = Annotated[str, Field(max_length=40)]


class RightsIn(Answer):
    roles: list[Role] = Field(max_length=len(PERSON_ROLES), description="Of people: a device's is refused.")
    districts: list[District] | None = Field(default=None, max_length=500, description="null: every district.")
    office: Annotated[str | None, Field(max_length=80)] = None


class UserIn(RightsIn):
    name: Text


class DisabledIn(Answer):
    disabled: bool


class CodeIn(Answer):
    code: Text
    password: Secret


class UserOut(Answer):
    name: str
    roles: list[Role]
    districts: list[str] | None = Field(description="null: every district.")
    office: str | None = Field(description="The office under which the person decides fines.")
    disabled: bool
    provider: bool = Field(description="Signs in with the identity provider, which says the roles and districts.")
    sessions: int = Field(description="Browsers that are signed in now.")
    created_at: datetime


class UsersOut(Answer):
    users: list[UserOut] = Field(description="In order of name; only those within the caller's own districts.")


class CodeOut(Answer):
    """Shown once: whoever has it chooses the account's password, within a day."""

    name: str
    code: str
    page: str = Field(description="Where the person enters it.")


class EndedOut(Answer):
    name: str
    ended: int


class PasswordSet(Answer):
    name: str


def build_users_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["users"])
    _reads(router, engine, now)
    _changes(router, engine, now)
    _access(router, engine, now)
    return router


def _reads(router: APIRouter, engine: Engine, now: Callable[[], datetime]) -> None:
    @router.get("/users", summary="List the accounts", responses=problems())
    def get_users(caller: Annotated[Caller, ADMIN]) -> UsersOut:
        note_view(engine, caller, Note("user.list", "users"), now())
        sessions = count_sessions(engine, now())
        return UsersOut(users=[_user(one, sessions.get(one.name, 0)) for one in users_within(engine, caller)])

    @router.get("/users/{name}", summary="Read one account", responses=problems(404, 422))
    def get_user(name: Name, response: Response, caller: Annotated[Caller, ADMIN]) -> UserOut:
        """Send the ETag back as If-Match with new rights: whoever changes an account that changed meanwhile is told."""
        user = one_user(engine, caller, name)
        response.headers["etag"] = version_tag(rights_version(user))
        return _user(user, count_sessions(engine, now()).get(name, 0))


def _changes(router: APIRouter, engine: Engine, now: Callable[[], datetime]) -> None:
    desk = Desk(engine, now)

    @router.post("/users", status_code=201, summary="Add an account", responses=problems(400, 403, 409, 413, 422))
    def post_user(said: UserIn, caller: Annotated[Caller, ADMIN]) -> CodeOut:
        """The answer holds the one-time code with which the person chooses the password."""
        user, code = add_account(desk, caller, said.name, _rights(said))
        return CodeOut(name=user.name, code=code, page=PAGE_OF_CODES)

    @router.put(
        "/users/{name}/rights",
        summary="Say what an account may do, and where",
        responses=problems(400, 403, 404, 412, 413, 422),
    )
    def put_rights(
        name: Name, said: RightsIn, request: Request, response: Response, caller: Annotated[Caller, ADMIN]
    ) -> UserOut:
        """From the account's next request on. Nobody changes their own, and the last administrator stays one.

        412 with an If-Match of another version: nothing is changed, and the sentence says how the account stands.
        """
        user = change_rights(desk, caller, name, _rights(said), partial(is_read, request))
        response.headers["etag"] = version_tag(rights_version(user))
        return _user(user, count_sessions(engine, now()).get(name, 0))

    @router.put(
        "/users/{name}/disabled",
        summary="Lock an account out, or let it in again",
        responses=problems(400, 403, 404, 413, 422),
    )
    def put_disabled(name: Name, said: DisabledIn, caller: Annotated[Caller, ADMIN]) -> UserOut:
        """Its sessions end at once. Accounts are never deleted: their names stand in the audit log."""
        return _user(set_disabled(desk, caller, name, disabled=said.disabled), 0)


def _access(router: APIRouter, engine: Engine, now: Callable[[], datetime]) -> None:
    desk = Desk(engine, now)

    @router.post("/users/{name}/code", summary="Reset the password: a one-time code", responses=problems(403, 404, 422))
    def post_code(name: Name, caller: Annotated[Caller, ADMIN]) -> CodeOut:
        """The old password and the sessions hold no longer."""
        return CodeOut(name=name, code=reset_password(desk, caller, name), page=PAGE_OF_CODES)

    @router.delete("/users/{name}/sessions", summary="End every session of an account", responses=problems(404, 422))
    def delete_sessions(name: Name, caller: Annotated[Caller, ADMIN]) -> EndedOut:
        return EndedOut(name=name, ended=end_sessions(desk, caller, name))

    @router.post(
        "/new-password", summary="Choose a password with a one-time code", responses=problems(400, 404, 413, 422)
    )
    def post_new_password(said: CodeIn, caller: Annotated[Caller, CODES]) -> PasswordSet:
        return PasswordSet(name=choose_password(desk, caller, said.code, said.password.get_secret_value()))


def choose_password(desk: Desk, caller: Caller, code: str, password: str) -> str:
    """Whose password it is now. Raises WrongCodeError and AccountValueError."""
    user_of_code(desk.engine, code, desk.now())  # a wrong code costs no hash
    ready = chosen(password)
    with writing(desk.engine) as session:
        user = use_code(session, code, ready, desk.now())
        note(session, caller, Note("user.password", f"user/{user.name}", {"by": "code"}), desk.now())
    return user.name


def _rights(said: RightsIn) -> Rights:
    districts = None if said.districts is None else frozenset(said.districts)
    return Rights(frozenset(said.roles), districts, said.office)


def _user(user: User, sessions: int) -> UserOut:
    return UserOut(
        name=user.name,
        roles=sorted(user.roles),
        districts=None if user.districts is None else sorted(user.districts),
        office=user.office,
        disabled=user.disabled,
        provider=user.identity is not None,
        sessions=sessions,
        created_at=user.created_at,
    )

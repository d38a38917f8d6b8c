"""Signing in and out for programs; the pages do the same with a form."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from violations.accounts.caller import Caller
from violations.accounts.passwords import LONGEST, chosen
from violations.accounts.sessions import WHOLE, begin_session, end_session, prove
from violations.accounts.users import User, set_password
from violations.api.access import COOKIE, SECURE_COOKIE, address_of, public, secret_of, signed_in
from violations.api.problems import problems
from violations.api.values import Answer, Text
from violations.audit.log import Note, note
from violations.cases.states import Role
from violations.store.database import writing

Secret = Annotated[SecretStr, Field(max_length=LONGEST)]


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Text
    password: Secret


class NewPassword(BaseModel):
    model_config = ConfigDict(extra="forbid")

    old: Secret
    new: Secret


class CallerOut(Answer):
    """Who the centre takes the caller for."""

    name: str
    roles: list[Role]
    districts: list[str] | None = Field(description="null: every district.")
    office: str | None = Field(description="The office under which the person decides fines.")
    local: bool = Field(
        description="True while there are no accounts and whoever is at this machine may do everything."
    )


class SignedOut(Answer):
    signed_in: bool = False


def build_session_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["session"])

    @router.post(
        "/session",
        summary="Sign in; the session comes as a cookie",
        responses=problems(400, 401, 413, 422, 429),
        dependencies=[public(per_minute=60)],
    )
    def post_session(said: SignIn, request: Request, response: Response) -> CallerOut:
        """The cookie is HttpOnly and SameSite; the one before it holds no longer."""
        caller = sign_in(engine, request, response, now(), name=said.name, password=said.password.get_secret_value())
        return _caller(caller)

    @router.get("/session", summary="Say who I am", responses=problems())
    def get_session(caller: Annotated[Caller, signed_in()]) -> CallerOut:
        return _caller(caller)

    @router.delete("/session", summary="Sign out", responses=problems())
    def delete_session(request: Request, response: Response, caller: Annotated[Caller, signed_in()]) -> SignedOut:
        sign_out(engine, request, response, caller, now())
        return SignedOut()

    @router.put("/session/password", summary="Choose another password", responses=problems(400, 401, 413, 422, 429))
    def put_password(said: NewPassword, request: Request, caller: Annotated[Caller, signed_in()]) -> SignedOut:
        """Every session of the account ends, this one too."""
        prove(engine, caller.name, said.old.get_secret_value(), address_of(request), now())
        ready = chosen(said.new.get_secret_value())
        with writing(engine) as session:
            set_password(session, caller.name, ready, now())
            note(session, caller, Note("user.password", f"user/{caller.name}"), now())
        return SignedOut()

    return router


def sign_in(engine: Engine, request: Request, response: Response, now: datetime, *, name: str, password: str) -> Caller:
    """Begin a session and set its cookie on the response. Raises WrongPasswordError and TooManyTriesError."""
    user = prove(engine, name, password, address_of(request), now)
    with writing(engine) as session:
        return let_in(session, request, response, user, now, by="password")


def let_in(session: Session, request: Request, response: Response, user: User, now: datetime, *, by: str) -> Caller:
    """Inside the transaction of whatever proved it: a session of this user, with its cookie on the response."""
    caller = _caller_of(user, address_of(request))
    secret = begin_session(session, user.name, secret_of(request), now)
    note(session, caller, Note("session.begin", f"user/{user.name}", {"by": by}), now)
    secure = request.url.scheme == "https"
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        secret,
        max_age=int(WHOLE / timedelta(seconds=1)),
        path="/",
        secure=secure,
        httponly=True,
        # Not `strict`: a link in a letter to the office would then ask everybody to sign in again.
        samesite="lax",
    )
    return caller


def sign_out(engine: Engine, request: Request, response: Response, caller: Caller, now: datetime) -> None:
    secret = secret_of(request)
    if secret is not None:
        with writing(engine) as session:
            end_session(session, secret)
            note(session, caller, Note("session.end", f"user/{caller.name}"), now)
    for name, secure in ((COOKIE, False), (SECURE_COOKIE, True)):
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def _caller_of(user: User, address: str) -> Caller:
    return Caller(user.name, user.roles, user.districts, address, user.office)


def _caller(caller: Caller) -> CallerOut:
    return CallerOut(
        name=caller.name,
        roles=sorted(caller.roles - {Role.DEVICE}),
        districts=None if caller.districts is None else sorted(caller.districts),
        office=caller.office,
        local=caller.local,
    )

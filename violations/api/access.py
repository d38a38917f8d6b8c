"""Which roles a route is for: declared beside it, checked before it, written into the OpenAPI document.

A route that declares nothing is nobody's: `check_declared` stops the app before it serves a single request.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.routing import RouteContext, iter_route_contexts
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from violations.accounts.caller import PERSON_ROLES, Caller, nobody, said
from violations.accounts.door import Credentials, Door
from violations.accounts.errors import NotAllowedError, NotSignedInError, OpenRouteError
from violations.accounts.rates import Rate
from violations.api.problems import problems
from violations.cases.states import Role

PUBLIC = "public"
COOKIE = "ngatu_session"
# A browser takes a cookie of this name only over TLS, from this very host, for all of it.
SECURE_COOKIE = f"__Host-{COOKIE}"
BEARER = "bearer "
SECURITY: list[dict[str, list[str]]] = [{"session": []}, {"device": []}]
SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Given by POST /api/session."},
    "device": {"type": "http", "scheme": "bearer", "description": "The token of an enrolled agent."},
}


def open_door(engine: Engine, now: Callable[[], datetime], *, local: bool) -> Door:
    """What `app.state.door` must hold. `local`: the server can be reached from this machine only."""
    return Door(engine, now, local=local)


class Access:
    """The dependency that `allow` and `public` declare. `roles` empty: anybody. It answers with the caller.

    counted_as: the name under which requests count against `rate`; empty for the route's own path.
    """

    def __init__(self, roles: frozenset[Role], rate: Rate | None = None, counted_as: str = "") -> None:
        self.roles = roles
        self.rate = rate
        self.counted_as = counted_as

    async def __call__(self, request: Request) -> Caller:
        """Only somebody new costs a question to the database, and so a thread."""
        door: Door = request.app.state.door
        caller = door.remembered(credentials_of(request))
        if caller is None:
            caller = await run_in_threadpool(identify, door, request)
        request.state.caller = caller
        door.slow_down(caller)
        if self.rate is not None:
            door.slow_down(caller, self.counted_as or request.scope["route"].path, self.rate)
        if self.roles and not caller.signed_in:
            raise NotSignedInError("account: wanted a session or a token, found none that holds; sign in")
        if self.roles and not caller.may(*self.roles):
            raise NotAllowedError(f"role: wanted one of {said(self.roles)}; found {said(caller.roles)}")
        return caller


def allow(*roles: Role) -> Any:
    """Declare the roles of a route: in its `dependencies`, or as `Annotated[Caller, allow(...)]` where it asks who."""
    if not roles:
        raise OpenRouteError("route: wanted at least one role to allow, found none; say public() if that is meant")
    return Depends(Access(frozenset(roles)))


def signed_in() -> Any:
    """Declare a route for every account of a person."""
    return allow(*PERSON_ROLES)


def public(per_minute: int | None = None, counted_as: str = "") -> Any:
    """Declare a route for anybody. `per_minute`: a limit of its own for each address, a third of it at once; routes
    with the same `counted_as`, such as a page and its JSON, share it."""
    rate = None if per_minute is None else Rate(per_minute / 60, max(5, per_minute // 3))
    return Depends(Access(frozenset(), rate, counted_as))


def identify(door: Door, connection: HTTPConnection) -> Caller:
    """Who asks. Raises NotSignedInError for a token that is none of ours, TooManyTriesError for many of them."""
    given = credentials_of(connection)
    try:
        return door.caller(given)
    except NotSignedInError:
        door.slow_down(nobody(given.address))
        raise


def credentials_of(connection: HTTPConnection) -> Credentials:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return Credentials(
        cookie=secret_of(connection),
        token=token.strip() if scheme.lower() == "bearer" else None,
        address=address_of(connection),
        forwarded="x-forwarded-for" in connection.headers or "forwarded" in connection.headers,
    )


def secret_of(connection: HTTPConnection) -> str | None:
    """The session's secret in the cookie; None without one."""
    return connection.cookies.get(SECURE_COOKIE if connection.url.scheme == "https" else COOKIE) or None


def address_of(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else "-"


def check_declared(app: FastAPI) -> None:
    """Raise OpenRouteError unless every route of the app has exactly one declaration."""
    for context in iter_route_contexts(app.routes):
        found = len(list(_declared(context)))
        if found != 1:
            where = f"{','.join(sorted(context.methods or ()))} {context.path}"
            raise OpenRouteError(
                f"route {where}: wanted one declaration of its roles (violations.api.access), found {found}"
            )


def route_roles(app: FastAPI) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(method, path, roles) of every route, roles in alphabet; `public` alone for those that anybody may call."""
    for context in iter_route_contexts(app.routes):
        access = next(_declared(context))
        for method in sorted((context.methods or set()) - {"HEAD"}):
            yield method, context.path or "", tuple(sorted(access.roles)) or (PUBLIC,)


def describe_access(app: FastAPI, document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with each operation's `x-roles`, its security, and the refusals that follow from them."""
    document.setdefault("components", {})["securitySchemes"] = SCHEMES
    for method, path, roles in route_roles(app):
        operation = document["paths"].get(path, {}).get(method.lower())
        if operation is None:
            continue
        operation["x-roles"] = list(roles)
        operation["security"] = [] if roles == (PUBLIC,) else SECURITY
        refusals = problems(429) if roles == (PUBLIC,) else problems(401, 403, 429)
        for status, answer in refusals.items():
            operation["responses"].setdefault(str(status), answer)
    return document


def _declared(context: RouteContext) -> Iterator[Access]:
    """The declarations among a route's dependencies, at whatever depth. A route of another kind has none."""
    dependant = getattr(context, "dependant", None)
    waiting = [] if dependant is None else list(dependant.dependencies)
    while waiting:
        one = waiting.pop()
        if isinstance(one.call, Access):
            yield one.call
        waiting += one.dependencies

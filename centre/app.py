"""The monitoring centre as one app: cases and evidence, counts, signal timing, and the pages on top of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse

from centre.counts import build_counts_router
from centre.facts import build_facts_router
from centre.guards import SECURITY_HEADERS, BodyLimit, SameSite, SecurityHeaders
from centre.housekeeping import keep_house
from centre.junctions.comparing import Comparisons
from centre.junctions.desk import SignalDesk
from centre.junctions.facts_feed import FactsFeed
from centre.junctions.holidays import known_holidays
from centre.junctions.pages import SignalPages
from centre.junctions.plan_pages import PlanPages
from centre.junctions.routes import build_junctions_router
from centre.junctions.siblings import HandOn, junctions_run
from centre.junctions.waves import Measured, WavePages, build_waves_router
from centre.masked import MaskedExports, MaskedPictures
from centre.pages.cameras import CameraPages
from centre.pages.routes import build_frame
from centre.pages.routes import build_router as build_centre_pages
from centre.scenes.dry_runs import DryRuns
from centre.scenes.pictures import CameraPictures
from centre.scenes.routes import SceneDesk, build_scenes_router
from centre.scenes.uploads import build_uploads_router
from signals.api.routes import router as signals_router
from signals.live.room import LiveRoom
from signals.live.shelf import PlanShelf
from signals.live.wired import wired_to
from violations.accounts.errors import AccountError, NotSignedInError, TooManyTriesError
from violations.api.access import check_declared, describe_access, open_door, public, signed_in
from violations.api.problems import (
    ProblemError,
    crash_problem,
    fault_problem,
    http_problem,
    install_problem_handlers,
    problems,
    with_problems,
)
from violations.api.routes import build_router as build_violations_router
from violations.api.values import Answer
from violations.store.database import open_database
from violations.store.evidence_bucket import open_place
from violations.store.evidence_files import EvidenceShelf
from violations.store.parts import forget_old_parts
from violations.web.copies import Copies
from violations.web.error_pages import error_page, wants_page
from violations.web.frame import Frame
from violations.web.pages import build_router as build_review_pages
from violations.web.preferences import keep_preferences, preferences_of

THREADS = 16
JSON_ROOMS = ("/api/", "/healthz")


@dataclass(frozen=True, slots=True)
class Settings:
    """`hosts`: the only names the centre answers to, None for any. `place`: the office's own name for its pages.

    `local`: only this machine can reach the centre, so that without accounts whoever is here may do everything.
    `evidence`: s3://BUCKET/PREFIX of the evidence files, None for the data folder. `several`: processes serve it.
    """

    database_url: str
    data: Path
    hosts: frozenset[str] | None = None
    place: str | None = None
    local: bool = False
    evidence: str | None = None
    several: bool = False


class HealthOut(Answer):
    status: str
    version: str


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, now: Callable[[], datetime] = utc_now) -> FastAPI:
    """The ready app on an open, up-to-date database, which it closes when it stops.

    Raises the store's DatabaseError, and OSError where the data folder cannot be used.
    """
    engine = open_database(settings.database_url)
    shelf = _open_shelf(engine, settings)
    forget_old_parts(shelf)
    pictures = CameraPictures(settings.data)
    pictures.forget_unfinished()
    scenes = SceneDesk(engine, pictures, DryRuns(pictures.root), now)
    room = LiveRoom(
        PlanShelf(settings.data / "signals", now), known_holidays, wired=wired_to(settings.data / "signals")
    )
    signals = SignalDesk(engine, room, known_holidays, now, Comparisons(room.shelf, now))
    daily = partial(keep_house, shelf, settings.data, now)
    feed = FactsFeed(engine, room, now)
    junctions = partial(junctions_run, room, feed=feed, several=settings.several, at_end=signals.comparisons.close)
    app = _bare_app(engine, scenes.runs, junctions, daily)
    app.state.door = open_door(engine, now, local=settings.local)
    frame = build_frame(settings.place, now)
    copies = Copies(MaskedPictures(shelf, settings.data), MaskedExports(shelf, settings.data, now))
    app.include_router(build_review_pages(engine, shelf, frame, copies))
    app.include_router(build_violations_router(engine, shelf, now))
    app.include_router(build_counts_router(engine))
    app.include_router(build_facts_router(engine))
    app.include_router(build_scenes_router(scenes))
    app.include_router(build_uploads_router(scenes))
    app.include_router(build_junctions_router(signals))
    app.include_router(build_waves_router(Measured(engine, now)))
    app.include_router(signals_router, prefix="/api", dependencies=[signed_in()], responses=problems(400, 413))
    app.include_router(_operations_router(engine, app))
    app.include_router(build_centre_pages(engine, frame))
    app.include_router(CameraPages(scenes, frame).router())
    app.include_router(WavePages(frame, Measured(engine, now)).router())
    app.include_router(SignalPages(signals, frame).router())
    app.include_router(PlanPages(signals, frame).router())
    _install_errors(app, frame)
    check_declared(app)
    # The last one added is the first a request meets.
    app.add_middleware(HandOn, room=room)
    app.add_middleware(BodyLimit)
    app.add_middleware(SameSite, hosts=settings.hosts)
    app.add_middleware(SecurityHeaders)
    return app


def _open_shelf(engine: Engine, settings: Settings) -> EvidenceShelf:
    root = settings.data / "evidence"
    try:
        return EvidenceShelf(engine, root, place=open_place(settings.evidence, root))
    except BaseException:
        engine.dispose()
        raise


def _bare_app(
    engine: Engine,
    runs: DryRuns,
    junctions: Callable[[FastAPI], AbstractAsyncContextManager[None]],
    daily: Callable[[], Coroutine[Any, Any, None]],
) -> FastAPI:
    """No documentation pages: FastAPI's load their scripts from elsewhere. The document itself is there."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        housekeeping = asyncio.create_task(daily())
        # Python runs one of them at a time: forty only make each other wait.
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        async with junctions(app):
            yield
        housekeeping.cancel()
        with suppress(asyncio.CancelledError):
            await housekeeping
        runs.close()
        engine.dispose()

    app = FastAPI(
        title="Ngã Tư",
        summary="Traffic counts, signal timing and reviewed offences of watched junctions.",
        version=version("ngatu"),
        license_info={"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        # Served by a route of our own, which declares its roles like every other.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        lifespan=lifespan,
    )
    plain_document = app.openapi
    app.openapi = partial(_document, app, plain_document)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _document(app: FastAPI, plain_document: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return with_problems(describe_access(app, plain_document()))


def _operations_router(engine: Engine, app: FastAPI) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", summary="Whether the centre can work", responses=problems(503), dependencies=[public()])
    def get_health() -> HealthOut:
        """200 when the database answers."""
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE, "no-database", "The database does not answer", "try again later"
            ) from error
        return HealthOut(status="ok", version=version("ngatu"))

    @router.get("/api/openapi.json", include_in_schema=False, dependencies=[public()])
    def get_document() -> JSONResponse:
        return JSONResponse(app.openapi())

    return router


def _install_errors(app: FastAPI, frame: Frame) -> None:
    """Problem+json for programs; a page in their language for people who look at pages."""
    install_problem_handlers(app)

    def for_reader(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
        if wants_page(request) and not request.url.path.startswith(JSON_ROOMS):
            return error_page(frame, request, status)
        return http_problem(request, error) if isinstance(error, HTTPException) else crash_problem(request, error)

    def for_crash(request: Request, error: Exception) -> Response:
        """Starlette answers crashes outside of every middleware, so the headers are put on here."""
        response = for_reader(request, error)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def for_account(request: Request, error: Exception) -> Response:
        """Who lacks a session is sent to sign in and comes back; who lacks a role is told so."""
        if not wants_page(request) or request.url.path.startswith(JSON_ROOMS):
            return fault_problem(request, error)
        if isinstance(error, NotSignedInError):
            back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            after = f"?{urlencode({'next': back})}" if request.method == "GET" else ""
            response = RedirectResponse(f"/sign-in{after}", HTTPStatus.SEE_OTHER)
            keep_preferences(request, response, preferences_of(request))
            return response
        busy = isinstance(error, TooManyTriesError)
        return error_page(frame, request, HTTPStatus.TOO_MANY_REQUESTS if busy else HTTPStatus.FORBIDDEN)

    app.add_exception_handler(AccountError, for_account)
    app.add_exception_handler(HTTPException, for_reader)
    app.add_exception_handler(Exception, for_crash)

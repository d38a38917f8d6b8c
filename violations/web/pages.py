"""The one door of this room: a router with every page of the review desk and the files they need."""

from http import HTTPStatus

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from violations.store.evidence_files import EvidenceShelf
from violations.web.error_pages import error_page
from violations.web.frame import Frame
from violations.web.review import ReviewPages
from violations.web.static_files import answer


def build_router(engine: Engine, shelf: EvidenceShelf, frame: Frame) -> APIRouter:
    """`frame` is shared with the other rooms' pages.

    Left out of the OpenAPI document: it describes the JSON beside these pages.
    """
    router = APIRouter(include_in_schema=False)
    ReviewPages(engine, shelf, frame).add_to(router)

    @router.get("/")
    def home(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/queue{query}", HTTPStatus.SEE_OTHER)

    @router.get("/static/{name}")
    def static(request: Request, name: str) -> Response:
        file = frame.static.get(name)
        return answer(request, file) if file else error_page(frame, request, HTTPStatus.NOT_FOUND)

    return router

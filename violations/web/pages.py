"""The one door of this room: a router with every page of the review desk and the files they need."""

import os
from http import HTTPStatus

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from violations.accounts.caller import Caller
from violations.accounts.oidc_provider import Provider
from violations.accounts.oidc_settings import load_provider
from violations.api.access import public
from violations.api.desk_setup import load_setup
from violations.cases.states import Role
from violations.store.evidence_files import EvidenceShelf
from violations.web.case_file import CaseFilePages
from violations.web.citizen import CitizenPages
from violations.web.copies import Copies
from violations.web.desk import DeskPages
from violations.web.error_ledger import ErrorLedgerPages
from violations.web.error_pages import error_page
from violations.web.frame import CASE_ROLES, Frame
from violations.web.new_password import NewPasswordPage
from violations.web.paper_pages import PaperPages
from violations.web.provider_sign_in import ProviderPages
from violations.web.queue import QueuePages
from violations.web.review import ReviewPages
from violations.web.sign_in import SignInPages
from violations.web.static_files import answer
from violations.web.system_devices import SystemDevicePages
from violations.web.system_users import SystemUserPages

HOMES = (("/queue", CASE_ROLES), ("/signals", (Role.ENGINEER,)))


def build_router(engine: Engine, shelf: EvidenceShelf, frame: Frame, copies: Copies) -> APIRouter:
    """`frame` is shared with the other rooms' pages. Raises as `load_setup` for a wrong file of the office's own.

    Left out of the OpenAPI document: it describes the JSON beside these pages.
    """
    router = APIRouter(include_in_schema=False)
    desk = load_setup(engine, shelf.root.parent)
    QueuePages(engine, frame, desk.rules).add_to(router)
    ReviewPages(engine, shelf, frame, desk.rules).add_to(router)
    CaseFilePages(engine, shelf, frame, desk.registrar, copies.export, rules=desk.rules).add_to(router)
    PaperPages(engine, shelf, frame, desk).add_to(router)
    DeskPages(engine, frame, desk.rules).add_to(router)
    ErrorLedgerPages(engine, frame, desk).add_to(router)
    CitizenPages(engine, shelf, frame, desk, copies.pictures).add_to(router)
    settings = load_provider(shelf.root.parent, os.environ)
    provider = None if settings is None else Provider(settings)
    sign_in = SignInPages(engine, frame, provider)
    sign_in.add_to(router)
    ProviderPages(engine, frame, provider, sign_in).add_to(router)
    NewPasswordPage(engine, frame).add_to(router)
    SystemUserPages(engine, frame).add_to(router)
    SystemDevicePages(engine, frame).add_to(router)

    @router.get("/", dependencies=[public()])
    def home(request: Request) -> Response:
        """The room where the caller's work waits; who is nobody yet signs in on the way there."""
        query = f"?{request.url.query}" if request.url.query else ""
        caller: Caller = request.state.caller
        if not caller.signed_in:
            return RedirectResponse(f"/sign-in{query}", HTTPStatus.SEE_OTHER)
        room = next((room for room, roles in HOMES if caller.may(*roles)), "/counts")
        return RedirectResponse(f"{room}{query}", HTTPStatus.SEE_OTHER)

    @router.get("/static/{name}", dependencies=[public()])
    def static(request: Request, name: str) -> Response:
        file = frame.static.get(name)
        return answer(request, file) if file else error_page(frame, request, HTTPStatus.NOT_FOUND)

    return router

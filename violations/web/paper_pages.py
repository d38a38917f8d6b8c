"""The papers of a case: as a page to print, as PDF, and the forms as data."""

import json
from http import HTTPStatus

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.acting import acting
from violations.api.case_answers import hidden_from, seen_by
from violations.api.desk_setup import DeskSetup
from violations.audit.log import Note, note_view
from violations.cases.states import Role
from violations.papers.errors import PrintingError
from violations.papers.facts import PaperFacts
from violations.papers.forms import form_01, form_03
from violations.papers.printing import Paper, as_pdf
from violations.store.case_papers import notice_of, owner_of
from violations.store.cases import file_cases, get_case
from violations.store.errors import CaseNotFoundError
from violations.store.evidence_files import EvidenceShelf
from violations.web.error_pages import error_page
from violations.web.frame import Frame
from violations.web.package import read_package
from violations.web.paper_facts import paper_facts
from violations.web.preferences import preferences_of

JUDGES = (Role.REVIEWER, Role.SUPERVISOR)
READS = allow(*JUDGES, Role.AUDITOR)
FORMS = {Paper.FORM_01: form_01, Paper.FORM_03: form_03}
INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class PaperPages:
    def __init__(self, engine: Engine, shelf: EvidenceShelf, frame: Frame, desk: DeskSetup) -> None:
        self._engine = engine
        self._shelf = shelf
        self._frame = frame
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        path = "/cases/{case_id:int}/papers"
        router.add_api_route(f"{path}/{{name}}.pdf", self.pdf, methods=["GET"], dependencies=[READS])
        router.add_api_route(f"{path}/{{name}}.json", self.data, methods=["GET"], dependencies=[READS])

    def pdf(self, request: Request, case_id: int, name: str) -> Response:
        facts = self._facts(request, case_id, name)
        if facts is None:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        language = preferences_of(request).language
        try:
            page = as_pdf(Paper(name), facts, language.value, self._frame.texts(request).term, self._desk.wording)
        except PrintingError:
            return error_page(self._frame, request, HTTPStatus.SERVICE_UNAVAILABLE)
        headers = {
            "content-disposition": f'inline; filename="case-{case_id}-{name}.pdf"',
            "cache-control": "no-store",
            "content-security-policy": INERT,
        }
        return Response(page, media_type="application/pdf", headers=headers)

    def data(self, request: Request, case_id: int, name: str) -> Response:
        facts = self._facts(request, case_id, name)
        if facts is None or Paper(name) not in FORMS:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        body = json.dumps(FORMS[Paper(name)](facts, self._desk.wording), ensure_ascii=False, indent=2)
        headers = {
            "content-disposition": f'attachment; filename="case-{case_id}-{name}.json"',
            "cache-control": "no-store",
        }
        return Response(body, media_type="application/json", headers=headers)

    def _facts(self, request: Request, case_id: int, name: str) -> PaperFacts | None:
        """None for a case or a paper that is not there."""
        caller: Caller = request.state.caller
        if name not in Paper.__members__.values():
            return None
        try:
            case = get_case(self._engine, case_id, caller.districts)
        except CaseNotFoundError:
            return None
        judge = acting(caller, preferences_of(request).reviewer or None) if caller.may(*JUDGES) else None
        blind = hidden_from(case, judge, self._desk.rules)
        case = seen_by(case, judge, self._desk.rules)
        now = self._frame.now()
        note_view(self._engine, caller, Note("paper.print", f"case/{case_id}", {"paper": name}), now)
        return paper_facts(
            case,
            file_cases(self._engine, case, caller.districts),
            owner=None if blind else owner_of(self._engine, case_id),
            notice=notice_of(self._engine, case_id),
            record=read_package(self._shelf, case.finding.package).record,
            office=self._desk.office,
            now=now,
        )

"""The pages of citizens: check a notice with its code and the plate, see what it rests on, appeal, keep a receipt.

Nothing can be listed: whoever does not know both the code and the plate is told the same sentence, whichever is wrong.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from violations.accounts.caller import Caller
from violations.api.access import public
from violations.api.appealing import (
    APPEALS_PER_MINUTE,
    CONTACT_MAX,
    MOST_FILES,
    TRIES_PER_MINUTE,
    TypedAppeal,
    record_appeal,
)
from violations.api.desk_setup import DeskSetup
from violations.audit.log import Note, note_view
from violations.cases.errors import CaseError
from violations.cases.law_clocks import Running, law_clocks
from violations.cases.moves import Step, open_steps
from violations.cases.reasons import NOTE_MAX
from violations.cases.states import Role
from violations.papers.short_code import read_code
from violations.store.case_papers import appeals_of, find_notice, notice_of
from violations.store.evidence_files import EvidenceShelf
from violations.store.records import CaseRecord
from violations.web.appeal_form import Sent, read_sent
from violations.web.copies import Masked
from violations.web.error_pages import error_page, forged_page
from violations.web.errors import ForgedForm, FormTooLarge
from violations.web.forms import check_form
from violations.web.frame import Frame
from violations.web.law_words import place_of
from violations.web.package import read_package

LOOKS_PER_MINUTE = 60
TYPED_MAX = 60


class CitizenPages:
    def __init__(self, engine: Engine, shelf: EvidenceShelf, frame: Frame, desk: DeskSetup, masked: Masked) -> None:
        self._engine = engine
        self._shelf = shelf
        self._frame = frame
        self._desk = desk
        self._masked = masked

    def add_to(self, router: APIRouter) -> None:
        looks, tries = public(per_minute=LOOKS_PER_MINUTE), public(per_minute=TRIES_PER_MINUTE, counted_as="notice")
        router.add_api_route("/notice", self.ask, methods=["GET"], dependencies=[looks])
        router.add_api_route("/notice/{code}", self.ask, methods=["GET"], dependencies=[looks])
        router.add_api_route("/notice", self.check, methods=["POST"], dependencies=[tries])
        appeals = public(per_minute=APPEALS_PER_MINUTE, counted_as="appeal")
        router.add_api_route("/notice/appeal", self.appeal, methods=["POST"], dependencies=[appeals])

    def ask(self, request: Request, code: str = "") -> Response:
        """The form; a QR code brings the code along, never the plate."""
        return self._ask(request, code[:TYPED_MAX], "")

    def check(self, request: Request, sent: Annotated[Sent | FormTooLarge, Depends(read_sent)]) -> Response:
        found = self._found(request, sent)
        if isinstance(found, Response) or isinstance(sent, FormTooLarge):
            return found if isinstance(found, Response) else self._too_large(request)
        return self._show(request, found, sent)

    def appeal(self, request: Request, sent: Annotated[Sent | FormTooLarge, Depends(read_sent)]) -> Response:
        """Record the appeal and give its receipt; whatever is wrong is said with the words still in their field."""
        found = self._found(request, sent)
        if isinstance(found, Response) or isinstance(sent, FormTooLarge):
            return found if isinstance(found, Response) else self._too_large(request)
        typed = sent.appeal()
        problem = typed.problem()
        if problem:
            return self._show(
                request, found, sent, HTTPStatus.UNPROCESSABLE_ENTITY, problem=f"citizen.{problem}", typed=typed
            )
        try:
            receipt = self._record(request, found, typed)
        except CaseError:
            return self._show(request, found, sent, HTTPStatus.CONFLICT, problem="citizen.cannot_appeal", typed=typed)
        case = find_notice(self._engine, _code(sent), sent.fields.get("plate", "")) or found
        return self._show(request, case, sent, receipt=receipt)

    def _found(self, request: Request, sent: Sent | FormTooLarge) -> CaseRecord | Response:
        if isinstance(sent, FormTooLarge):
            return self._too_large(request)
        try:
            check_form(request, sent.fields)
        except ForgedForm as fault:
            return forged_page(self._frame, request, fault, back="/notice")
        code, plate = _code(sent), sent.fields.get("plate", "")[:TYPED_MAX]
        case = find_notice(self._engine, code, plate) if code else None
        if case is None:
            typed = sent.fields.get("code", "")[:TYPED_MAX]
            return self._ask(request, typed, plate, HTTPStatus.NOT_FOUND, problem="citizen.not_found")
        caller: Caller = request.state.caller
        note_view(self._engine, caller, Note("notice.view", f"case/{case.id}"), self._frame.now())
        return case

    def _record(self, request: Request, case: CaseRecord, typed: TypedAppeal) -> str:
        """Raises the CaseError of a case that cannot be appealed now."""
        return record_appeal(
            self._engine,
            self._shelf,
            request.state.caller,
            case,
            typed,
            now=self._frame.now(),
            rules=self._desk.rules,
        )

    def _too_large(self, request: Request) -> Response:
        return error_page(self._frame, request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def _ask(
        self,
        request: Request,
        code: str,
        plate: str,
        status: int = HTTPStatus.OK,
        problem: str | None = None,
    ) -> Response:
        return self._frame.render(
            request, "citizen_check.html", status, code=code, plate=plate, problem=problem, **self._words(request)
        )

    def _show(
        self,
        request: Request,
        case: CaseRecord,
        sent: Sent,
        status: int = HTTPStatus.OK,
        *,
        problem: str | None = None,
        typed: TypedAppeal | None = None,
        receipt: str | None = None,
    ) -> Response:
        record = read_package(self._shelf, case.finding.package).record
        now = self._frame.now()
        clocks = {one.clock: one for one in law_clocks(case.life, now) if isinstance(one, Running)}
        return self._frame.render(
            request,
            "citizen_notice.html",
            status,
            case=case,
            place_name=(record.papers.site if record and record.papers else None) or case.camera,
            code=_code(sent),
            typed_plate=sent.fields.get("plate", "")[:TYPED_MAX],
            notice=notice_of(self._engine, case.id),
            clocks_running=clocks,
            fine=case.life.fine,
            place_of=place_of,
            pictures=self._masked(case),
            may_appeal=Step.APPEAL in open_steps(case.state, Role.CITIZEN),
            appeals=appeals_of(self._engine, case.id),
            receipt=receipt,
            problem=problem,
            typed=typed,
            note_max=NOTE_MAX,
            contact_max=CONTACT_MAX,
            most_files=MOST_FILES,
            **self._words(request),
        )

    def _words(self, request: Request) -> dict[str, Any]:
        language = self._frame.texts(request).language.value
        return {"office": self._desk.office, "law_says": lambda name: self._desk.wording.named(name).said(language)}


def _code(sent: Sent) -> str:
    """Empty for one that nobody can have been given."""
    return read_code(sent.fields.get("code", "")[:TYPED_MAX]) or ""

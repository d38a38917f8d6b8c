"""The pages where people decide: queue, cases, one case, and the form that records a verdict."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from violations.cases.errors import WrongStateError
from violations.cases.reasons import NOTE_MAX, REJECTION_REASONS
from violations.cases.states import FIRST_STATE, Actor, CaseState, Role
from violations.law.catalogue import fine
from violations.store.cases import case_history, count_cases, get_case, give_verdict, list_cases
from violations.store.errors import CaseNotFoundError, VersionConflictError
from violations.store.evidence_files import EvidenceShelf
from violations.store.records import CaseRecord
from violations.web.error_pages import error_page, forged_page
from violations.web.errors import ForgedForm, FormTooLarge
from violations.web.forms import check_form, read_form
from violations.web.frame import Frame
from violations.web.lamp_picture import LampPicture, lamp_picture
from violations.web.law_words import place_of
from violations.web.package import PackageFacts, read_package
from violations.web.preferences import keep_reviewer
from violations.web.texts import Language, Texts
from violations.web.verdict_form import TypedVerdict
from violations.web.views import line_of_record, view_of
from violations.web.waiting import first_waiting, next_waiting, previous_waiting, waiting_cases
from vision.events.bodies import Finding

ON_A_PAGE = 50


async def form_fields(request: Request) -> Mapping[str, str] | FormTooLarge:
    """The form, or the fault that the page should explain."""
    try:
        return await read_form(request)
    except FormTooLarge as fault:
        return fault


class ReviewPages:
    def __init__(self, engine: Engine, shelf: EvidenceShelf, frame: Frame) -> None:
        self._engine = engine
        self._shelf = shelf
        self._frame = frame

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/queue", self.queue, methods=["GET"])
        router.add_api_route("/cases", self.cases, methods=["GET"])
        router.add_api_route("/cases/{case_id:int}", self.case, methods=["GET"])
        router.add_api_route("/cases/{case_id:int}", self.decide, methods=["POST"])

    def queue(self, request: Request) -> Response:
        return self._frame.render(
            request,
            "queue.html",
            cases=waiting_cases(self._engine, ON_A_PAGE),
            waiting=count_cases(self._engine)[FIRST_STATE],
            decided=self._decided(request),
        )

    def cases(self, request: Request) -> Response:
        wanted = request.query_params.get("state")
        state = CaseState(wanted) if wanted is not None and wanted in CaseState.__members__.values() else None
        before = _number(request.query_params.get("before"))
        page = list_cases(self._engine, state=state, limit=ON_A_PAGE, before=before)
        here = f"/cases?state={state}" if state else "/cases?"
        numbers = count_cases(self._engine)
        return self._frame.render(
            request,
            "cases.html",
            cases=[line_of_record(case) for case in page.cases],
            total=numbers[state] if state else sum(numbers.values()),
            states=list(CaseState),
            chosen=state,
            newer=here.rstrip("?") if before is not None else None,
            older=f"{here}&before={page.next_before}" if page.next_before is not None else None,
        )

    def case(self, request: Request, case_id: int) -> Response:
        try:
            case = get_case(self._engine, case_id)
        except CaseNotFoundError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        return self._review(request, case)

    def decide(
        self, request: Request, case_id: int, fields: Annotated[Mapping[str, str] | FormTooLarge, Depends(form_fields)]
    ) -> Response:
        """Record the verdict and go on to the next case; whatever is wrong is said on the page with the typed words."""
        if isinstance(fields, FormTooLarge):
            return error_page(self._frame, request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            check_form(request, fields)
        except ForgedForm as fault:
            return forged_page(self._frame, request, fault, back=f"/cases/{case_id}")
        try:
            return self._record(request, get_case(self._engine, case_id), TypedVerdict.read(fields))
        except CaseNotFoundError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)

    def _record(self, request: Request, case: CaseRecord, typed: TypedVerdict) -> Response:
        t = self._frame.texts(request)
        problem = typed.problem()
        if problem:
            sentence = t(f"problem.{problem}", most=NOTE_MAX)
            return self._review(request, case, HTTPStatus.UNPROCESSABLE_ENTITY, typed=typed, problem=sentence)
        actor = Actor(typed.reviewer, Role.REVIEWER)
        try:
            give_verdict(
                self._engine, case.id, typed.ruling(), actor=actor, version=typed.version, now=self._frame.now()
            )
        except (VersionConflictError, WrongStateError):
            now_is = get_case(self._engine, case.id)
            sentence = t("problem.conflict", state=t(f"state.{now_is.state}"))
            return self._review(request, now_is, HTTPStatus.CONFLICT, typed=typed, problem=sentence)
        following = next_waiting(self._engine, case) or first_waiting(self._engine)
        place = f"/cases/{following}" if following else "/queue"
        response = RedirectResponse(f"{place}?decided={case.id}", HTTPStatus.SEE_OTHER)
        keep_reviewer(request, response, typed.reviewer)
        return response

    def _review(self, request: Request, case: CaseRecord, status: int = HTTPStatus.OK, **typed: Any) -> HTMLResponse:
        t = self._frame.texts(request)
        package = read_package(self._shelf, case.finding.package)
        words = reason_words(t)
        return self._frame.render(
            request,
            "review.html",
            status,
            case=view_of(case, case_history(self._engine, case.id), package),
            lamp=_lamp_picture(case.finding, package),
            fine=fine(case.finding.offence, case.finding.vehicle, case.at),
            place_of=place_of,
            reasons=REJECTION_REASONS,
            reason_words=lambda code: words.get(code, code),
            note_max=NOTE_MAX,
            next=next_waiting(self._engine, case),
            previous=previous_waiting(self._engine, case),
            decided=self._decided(request),
            **({"typed": None, "problem": None} | typed),
        )

    def _decided(self, request: Request) -> CaseRecord | None:
        """The case of the verdict just given, so that the page can announce it; None unless it really is decided."""
        case_id = _number(request.query_params.get("decided"))
        if case_id is None:
            return None
        try:
            case = get_case(self._engine, case_id)
        except CaseNotFoundError:
            return None
        return case if case.state is not FIRST_STATE else None


def reason_words(t: Texts) -> dict[str, str]:
    return {reason.code: reason.vi if t.language is Language.VI else reason.en for reason in REJECTION_REASONS}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _lamp_picture(finding: Finding, package: PackageFacts) -> LampPicture | None:
    """From all lamps the package knows, else from the one the finding names; None where neither tells of any."""
    record = package.record
    known = record.lamps if record and record.lamps else (finding.lamp,) if finding.lamp else ()
    return lamp_picture(known, finding.at_s, record.at_error_s if record else None) if known else None

"""The page where people decide: one case, and the forms that record a verdict and take it back."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.acting import acting
from violations.api.case_answers import SAYS_THE_VERDICT, hidden_from, seen_by
from violations.audit.evidence import note_case
from violations.audit.log import Note, note
from violations.cases.case import Lock
from violations.cases.desk_rules import DeskRules, shipped_desk_rules
from violations.cases.errors import CaseError
from violations.cases.moves import Event, Step
from violations.cases.reasons import NOTE_MAX, REJECTION_REASONS
from violations.cases.states import WAITING, Role, Verdict
from violations.cases.verdicts import why_two_people
from violations.store.case_steps import give_verdict, take_steps
from violations.store.cases import case_history, file_cases, get_case
from violations.store.database import one_reader
from violations.store.errors import CaseNotFoundError, VersionConflictError
from violations.store.evidence_files import EvidenceShelf
from violations.store.journeys import DOUBT, journeys_of
from violations.store.records import CaseRecord
from violations.store.waiting import after_verdict, beside, lead
from violations.web.error_pages import error_page, forged_page
from violations.web.errors import ForgedForm, FormTooLarge
from violations.web.forms import check_form, read_form
from violations.web.frame import Frame
from violations.web.lamp_picture import LampPicture, lamp_picture
from violations.web.law_words import place_of
from violations.web.package import PackageFacts, read_package
from violations.web.paper_facts import together_points
from violations.web.preferences import keep_reviewer, preferences_of
from violations.web.queue import READS, just_decided
from violations.web.texts import Language, Texts
from violations.web.verdict_form import TypedVerdict
from violations.web.views import view_of
from vision.events.bodies import Finding

JUDGES = (Role.REVIEWER, Role.SUPERVISOR)
DECIDES = allow(*JUDGES)
STAYS = "x-ngatu-stays"
"""The header of a script that shows the next case itself."""
ONWARD = "x-ngatu-onward"


async def form_fields(request: Request) -> Mapping[str, str] | FormTooLarge:
    """The form, or the fault that the page should explain."""
    try:
        return await read_form(request)
    except FormTooLarge as fault:
        return fault


class ReviewPages:
    """rules: the office's own for its desk; those that ship when None."""

    def __init__(self, engine: Engine, shelf: EvidenceShelf, frame: Frame, rules: DeskRules | None = None) -> None:
        self._engine = engine
        self._shelf = shelf
        self._frame = frame
        self._rules = rules or shipped_desk_rules()

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/cases/{case_id:int}", self.case, methods=["GET"], dependencies=[READS])
        router.add_api_route("/cases/{case_id:int}", self.decide, methods=["POST"], dependencies=[DECIDES])
        router.add_api_route("/cases/{case_id:int}/undo", self.undo, methods=["POST"], dependencies=[DECIDES])

    def case(self, request: Request, case_id: int) -> Response:
        caller: Caller = request.state.caller
        with one_reader(self._engine):
            try:
                case = get_case(self._engine, case_id, caller.districts)
            except CaseNotFoundError:
                return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
            note_case(self._engine, caller, case, self._frame.now())
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
            case = get_case(self._engine, case_id, request.state.caller.districts)
            return self._record(request, case, TypedVerdict.read(fields, request.state.caller))
        except CaseNotFoundError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)

    def _record(self, request: Request, case: CaseRecord, typed: TypedVerdict) -> Response:
        t = self._frame.texts(request)
        problem = typed.problem()
        if problem:
            sentence = t(f"problem.{problem}", most=NOTE_MAX)
            return self._review(request, case, HTTPStatus.UNPROCESSABLE_ENTITY, typed=typed, problem=sentence)
        try:
            decided = self._give(request, case, typed)
        except VersionConflictError:
            return self._too_late(request, get_case(self._engine, case.id), typed)
        except CaseError as refusal:
            now_is = get_case(self._engine, case.id)
            if now_is.version != case.version or now_is.state not in WAITING:
                return self._too_late(request, now_is, typed)
            sentence = t(f"refusal.{refusal.why}") if refusal.why else str(refusal)
            return self._review(request, now_is, HTTPStatus.CONFLICT, typed=typed, problem=sentence)
        districts, who = request.state.caller.districts, acting(request.state.caller, typed.reviewer).name
        following = after_verdict(self._engine, (case.at, case.id), districts, who, self._frame.now())
        place = f"/cases/{following}?decided={case.id}" if following else f"/queue?decided={case.id}"
        response = self._onward(request, decided, place)
        keep_reviewer(request, response, typed.reviewer)
        return response

    def _onward(self, request: Request, decided: CaseRecord, place: str) -> Response:
        """A script that holds the next case already is told what was recorded and where to go on."""
        if STAYS not in request.headers:
            return RedirectResponse(place, HTTPStatus.SEE_OTHER)
        response = self._frame.render(request, "decided.html", decided=decided)
        response.headers[ONWARD] = place
        return response

    def _give(self, request: Request, case: CaseRecord, typed: TypedVerdict) -> CaseRecord:
        caller: Caller = request.state.caller
        now = self._frame.now()
        told = Note("case.verdict", f"case/{case.id}", {"verdict": typed.verdict})
        return give_verdict(
            self._engine,
            case.id,
            typed.ruling(),
            actor=acting(caller, typed.reviewer),
            version=typed.version,
            now=now,
            districts=caller.districts,
            rules=self._rules,
            record=lambda session, _: note(session, caller, told, now),
            known=case,
        )

    def _too_late(self, request: Request, now_is: CaseRecord, typed: TypedVerdict) -> Response:
        t = self._frame.texts(request)
        sentence = t("problem.conflict", state=t(f"state.{now_is.state}"))
        return self._review(request, now_is, HTTPStatus.CONFLICT, typed=typed, problem=sentence)

    def undo(
        self, request: Request, case_id: int, fields: Annotated[Mapping[str, str] | FormTooLarge, Depends(form_fields)]
    ) -> Response:
        """Take one's own verdict back while it is fresh, and see the case again."""
        if isinstance(fields, FormTooLarge):
            return error_page(self._frame, request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        caller: Caller = request.state.caller
        now = self._frame.now()
        try:
            check_form(request, fields)
            case = take_steps(
                self._engine,
                case_id,
                [Event(Step.UNDO)],
                actor=acting(caller, fields.get("reviewer") or preferences_of(request).reviewer),
                version=None,
                now=now,
                districts=caller.districts,
                rules=self._rules,
                record=lambda session, _: note(session, caller, Note("case.undo", f"case/{case_id}"), now),
            )
        except ForgedForm as fault:
            return forged_page(self._frame, request, fault, back=f"/cases/{case_id}")
        except CaseNotFoundError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        except CaseError as refusal:
            case = get_case(self._engine, case_id, caller.districts)
            sentence = self._frame.texts(request)(f"refusal.{refusal.why}")
            return self._review(request, case, HTTPStatus.CONFLICT, problem=sentence)
        return RedirectResponse(f"/cases/{case.id}", HTTPStatus.SEE_OTHER)

    def _review(self, request: Request, case: CaseRecord, status: int = HTTPStatus.OK, **typed: Any) -> HTMLResponse:
        t = self._frame.texts(request)
        caller: Caller = request.state.caller
        package = read_package(self._shelf, case.finding.package)
        words = reason_words(t)
        judge = acting(caller, preferences_of(request).reviewer) if caller.may(*JUDGES) else None
        who = judge.name if judge else ""
        blind = hidden_from(case, judge, self._rules)
        case = seen_by(case, judge, self._rules)
        file = file_cases(self._engine, case, caller.districts)
        history = case_history(self._engine, case.id)
        shown = [line for line in history if not (blind and line.action in SAYS_THE_VERDICT)]
        # Without accounts a name proves nothing, so that nothing can be kept for anybody.
        around = lead if judge and not caller.local else beside
        previous, following = around(self._engine, (case.at, case.id), caller.districts, who, self._frame.now())
        return self._frame.render(
            request,
            "review.html",
            status,
            case=view_of(case, shown, package, judges=judge is not None),
            blind=blind,
            lock=_lock_of_another(case, who, self._frame.now()),
            two_people=why_two_people(case.life, self._rules),
            first_of_two=_first_of_two(case, self._rules),
            lamp=_lamp_picture(case.finding, package),
            fine=case.life.fine,
            place_of=place_of,
            joined=len(file),
            points=together_points(file),
            elsewhere=journeys_of(self._engine, case.id, caller.districts) if DOUBT in case.life.doubts else (),
            reasons=REJECTION_REASONS,
            reason_words=lambda code: words.get(code, code),
            note_max=NOTE_MAX,
            next=following,
            previous=previous,
            decided=just_decided(self._engine, request),
            **({"typed": None, "problem": None} | typed),
        )


def reason_words(t: Texts) -> dict[str, str]:
    return {reason.code: reason.vi if t.language is Language.VI else reason.en for reason in REJECTION_REASONS}


def _first_of_two(case: CaseRecord, rules: DeskRules) -> bool:
    """Whether an acceptance now would still wait for a second person."""
    accepted = any(look.verdict is Verdict.ACCEPT for look in case.life.looks)
    return bool(why_two_people(case.life, rules)) and not accepted


def _lock_of_another(case: CaseRecord, name: str, now: datetime) -> Lock | None:
    lock = case.life.lock
    return lock if lock and lock.holds(now) and lock.holder != name else None


def _lamp_picture(finding: Finding, package: PackageFacts) -> LampPicture | None:
    """From all lamps the package knows, else from the one the finding names; None where neither tells of any."""
    record = package.record
    known = record.lamps if record and record.lamps else (finding.lamp,) if finding.lamp else ()
    return lamp_picture(known, finding.at_s, record.at_error_s if record else None) if known else None

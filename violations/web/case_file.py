"""The case file: everything about one case on one page, the steps after the verdict, its papers and its package."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.acting import acting
from violations.api.case_answers import SAYS_THE_VERDICT, check_seen, hidden_from, seen_by
from violations.api.case_steps import move_case
from violations.audit.log import EntriesWanted, Note, list_entries, note_view
from violations.cases.desk_rules import DeskRules, shipped_desk_rules
from violations.cases.errors import CaseError
from violations.cases.law_clocks import Running, law_clocks
from violations.cases.moves import Event, Step, open_steps
from violations.cases.reasons import NOTE_MAX, REJECTION_REASONS
from violations.cases.routing import office_for
from violations.cases.states import Actor, Role
from violations.errors import EvidenceError
from violations.papers.printing import Paper
from violations.registry.errors import RegistryError
from violations.registry.looking import look_for_case
from violations.registry.port import Ground, Registrar
from violations.store.case_papers import appeals_of, notice_of, owner_of
from violations.store.cases import case_history, file_cases, get_case
from violations.store.errors import CaseNotFoundError, EvidenceNotFoundError, VersionConflictError
from violations.store.evidence_files import EvidenceShelf
from violations.store.records import CaseRecord
from violations.web.copies import Export
from violations.web.error_pages import error_page, forged_page
from violations.web.errors import ForgedForm, FormTooLarge
from violations.web.forms import check_form
from violations.web.frame import Frame
from violations.web.law_words import place_of
from violations.web.paper_facts import together_points
from violations.web.preferences import preferences_of
from violations.web.review import form_fields, reason_words
from violations.web.views import line_of_record

READS = allow(Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR)
JUDGES = (Role.REVIEWER, Role.SUPERVISOR)
MOVES = allow(*JUDGES)
GROUNDS: tuple[Ground, ...] = get_args(Ground)
OFFERED = (
    Step.DOUBT,
    Step.IDENTIFY,
    Step.NOTIFY,
    Step.MINUTES,
    Step.PAY,
    Step.APPEAL,
    Step.UPHOLD,
    Step.WITHDRAW,
    Step.CLOSE,
    Step.RELEASE,
)
WITH_REASON = frozenset({Step.WITHDRAW})
LOOKED = frozenset(
    {
        "case.view",
        "evidence.view",
        "package.download",
        "registry.look",
        "paper.print",
        "notice.view",
        "notice.appeal",
    }
)
VIEWERS_SHOWN = 50
Fields = Mapping[str, str] | FormTooLarge


class CaseFilePages:
    def __init__(
        self,
        engine: Engine,
        shelf: EvidenceShelf,
        frame: Frame,
        registrar: Registrar,
        export: Export,
        *,
        rules: DeskRules | None = None,
    ) -> None:
        self._engine = engine
        self._export = export
        self._shelf = shelf
        self._frame = frame
        self._registrar = registrar
        self._rules = rules or shipped_desk_rules()

    def add_to(self, router: APIRouter) -> None:
        path = "/cases/{case_id:int}"
        router.add_api_route(f"{path}/file", self.show, methods=["GET"], dependencies=[READS])
        router.add_api_route(f"{path}/package.zip", self.package, methods=["GET"], dependencies=[READS])
        router.add_api_route(f"{path}/steps", self.step, methods=["POST"], dependencies=[MOVES])
        router.add_api_route(f"{path}/registry", self.look, methods=["POST"], dependencies=[MOVES])

    def show(self, request: Request, case_id: int) -> Response:
        caller: Caller = request.state.caller
        try:
            case = get_case(self._engine, case_id, caller.districts)
        except CaseNotFoundError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        note_view(self._engine, caller, Note("case.view", f"case/{case_id}"), self._frame.now())
        return self._page(request, case)

    def package(self, request: Request, case_id: int) -> Response:
        """The masked package, for `ngatu verify`; the sealed original leaves the shelf only by hand, with a reason."""
        caller: Caller = request.state.caller
        try:
            case = get_case(self._engine, case_id, caller.districts)
            file = self._export(case)
        except (CaseNotFoundError, EvidenceNotFoundError):
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        except EvidenceError:
            return error_page(self._frame, request, HTTPStatus.SERVICE_UNAVAILABLE)
        note_view(self._engine, caller, Note("package.download", f"case/{case_id}"), self._frame.now())
        name = f"case-{case_id}-{case.finding.package[:12]}.zip"
        return FileResponse(file, media_type="application/zip", filename=name, headers={"cache-control": "no-store"})

    def step(self, request: Request, case_id: int, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        """One step after the verdict; whatever stands in its way is said on the page with what was typed."""
        caller: Caller = request.state.caller
        refused = self._refused(request, case_id, fields)
        if refused is not None or isinstance(fields, FormTooLarge):
            return refused or error_page(self._frame, request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        step, version = fields.get("step", ""), fields.get("version", "")
        if step not in [one.value for one in OFFERED] or not (version.isascii() and version.isdigit()):
            return error_page(self._frame, request, HTTPStatus.UNPROCESSABLE_ENTITY)
        event = Event(Step(step), fields.get("reason") or None, fields.get("note", "").replace("\r\n", "\n"))
        try:
            move_case(
                self._engine,
                caller,
                case_id,
                event,
                version=int(version[:9]),
                now=self._frame.now(),
                rules=self._rules,
                typed=preferences_of(request).reviewer or None,
            )
        except CaseNotFoundError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        except CaseError as refusal:
            return self._again(request, case_id, f"refusal.{refusal.why}", event)
        except VersionConflictError:
            return self._again(request, case_id, "refusal.wrong_state", event)
        return RedirectResponse(f"/cases/{case_id}/file?done={step}", HTTPStatus.SEE_OTHER)

    def look(self, request: Request, case_id: int, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        refused = self._refused(request, case_id, fields)
        if refused is not None or isinstance(fields, FormTooLarge):
            return refused or error_page(self._frame, request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        caller: Caller = request.state.caller
        ground = next((one for one in GROUNDS if one == fields.get("ground")), None)
        if ground is None:
            return error_page(self._frame, request, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            case = get_case(self._engine, case_id, caller.districts)
            check_seen(case, acting(caller, preferences_of(request).reviewer or None), self._rules)
            look_for_case(
                self._engine,
                self._registrar,
                case,
                ground,
                caller=caller,
                now=self._frame.now(),
                rules=self._rules,
            )
        except CaseNotFoundError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        except CaseError as refusal:
            return self._again(request, case_id, f"refusal.{refusal.why}", None)
        except RegistryError:
            key = "file.registry_down" if case.life.plate else "refusal.no_plate"
            return self._again(request, case_id, key, None)
        return RedirectResponse(f"/cases/{case_id}/file?done=registry", HTTPStatus.SEE_OTHER)

    def _refused(self, request: Request, case_id: int, fields: Fields) -> Response | None:
        if isinstance(fields, FormTooLarge):
            return None
        try:
            check_form(request, fields)
        except ForgedForm as fault:
            return forged_page(self._frame, request, fault, back=f"/cases/{case_id}/file")
        return None

    def _again(self, request: Request, case_id: int, key: str, event: Event | None) -> Response:
        case = get_case(self._engine, case_id, request.state.caller.districts)
        problem = self._frame.texts(request)(key)
        return self._page(request, case, HTTPStatus.CONFLICT, problem=problem, typed=event)

    def _page(
        self,
        request: Request,
        case: CaseRecord,
        status: int = HTTPStatus.OK,
        *,
        problem: str | None = None,
        typed: Event | None = None,
    ) -> Response:
        caller: Caller = request.state.caller
        t, now = self._frame.texts(request), self._frame.now()
        judge = acting(caller, preferences_of(request).reviewer or None) if caller.may(*JUDGES) else None
        blind = hidden_from(case, judge, self._rules)
        case = seen_by(case, judge, self._rules)
        file = file_cases(self._engine, case, caller.districts)
        words = reason_words(t)
        history = case_history(self._engine, case.id)
        return self._frame.render(
            request,
            "case_file.html",
            status,
            case=case,
            head=line_of_record(case),
            blind=blind,
            history=[line for line in history if not (blind and line.action in SAYS_THE_VERDICT)],
            viewers=list(self._viewers(case.id)),
            clocks_running=[one for one in law_clocks(case.life, now) if isinstance(one, Running)],
            steps=self._offered(case, judge),
            with_reason=WITH_REASON,
            reasons=REJECTION_REASONS,
            reason_words=lambda code: words.get(code, code),
            note_max=NOTE_MAX,
            office=office_for(case.life, now),
            fine=case.life.fine,
            place_of=place_of,
            papers=list(Paper),
            notice=notice_of(self._engine, case.id),
            owner=None if blind else owner_of(self._engine, case.id),
            grounds=GROUNDS,
            file=file if len(file) > 1 else (),
            points=together_points(file),
            appeals=appeals_of(self._engine, case.id),
            judges=judge is not None,
            day=day_shown,
            done=request.query_params.get("done"),
            problem=problem,
            typed=typed,
        )

    def _offered(self, case: CaseRecord, judge: Actor | None) -> Sequence[Step]:
        possible = open_steps(case.state, judge.role) if judge else ()
        return [step for step in OFFERED if step in possible]

    def _viewers(self, case_id: int) -> Iterator[dict[str, Any]]:
        """Who looked, newest first."""
        wanted = EntriesWanted(subject=f"case/{case_id}")
        for stored in list_entries(self._engine, wanted, limit=VIEWERS_SHOWN):
            entry = stored.entry
            if entry.action in LOOKED:
                yield {"who": entry.who, "at": entry.at, "action": entry.action}


def day_shown(text: str | None) -> str:
    """`2026-11-21`, as the store keeps it, the Vietnamese way; empty for none."""
    return date.fromisoformat(text).strftime("%d/%m/%Y") if text else ""

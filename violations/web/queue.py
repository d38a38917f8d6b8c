"""The lists of cases: what waits for a decision, and everything there is, by state and by plate."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.acting import acting
from violations.api.case_answers import found_by, seen_by
from violations.audit.log import Note, note_view
from violations.cases.desk_rules import DeskRules, shipped_desk_rules
from violations.cases.states import WAITING, CaseState, Role
from violations.store.case_numbers import CaseNumbers
from violations.store.cases import get_case, list_cases
from violations.store.errors import CaseNotFoundError
from violations.store.records import CaseRecord
from violations.store.waiting import waiting_page
from violations.web.drawn_rows import DrawnRows
from violations.web.frame import Frame
from violations.web.preferences import preferences_of
from violations.web.queue_filters import DUE, QueueFilters, place_asked
from violations.web.views import line_of_record
from violations.web.waiting import queue_lines

ON_A_PAGE = 50
JUDGES = (Role.REVIEWER, Role.SUPERVISOR)
READS = allow(*JUDGES, Role.AUDITOR)
LISTED = Note("case.list", "queue")
ALWAYS_A_TAB = (CaseState.DETECTED, CaseState.ACCEPTED, CaseState.REJECTED)


class QueuePages:
    """rules: the office's own for its desk; those that ship when None."""

    def __init__(self, engine: Engine, frame: Frame, rules: DeskRules | None = None) -> None:
        self._engine = engine
        self._frame = frame
        self._rules = rules or shipped_desk_rules()
        self._numbers = CaseNumbers(engine)
        self._queue_rows = DrawnRows(frame, "queue_row.html")
        self._case_rows = DrawnRows(frame, "case_row.html")

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/queue", self.queue, methods=["GET"], dependencies=[READS])
        router.add_api_route("/cases", self.cases, methods=["GET"], dependencies=[READS])

    def queue(self, request: Request) -> Response:
        caller: Caller = request.state.caller
        filters, after = QueueFilters.read(request), place_asked(request)
        self._note(caller, Note("case.search", "queue", {"plate": filters.plate}) if filters.plate else LISTED)
        wanted = filters.wanted(caller.districts, self._frame.now())
        page = waiting_page(self._engine, wanted, limit=ON_A_PAGE, after=after)
        numbers = self._numbers.by_state(caller.districts)
        return self._frame.render(
            request,
            "queue.html",
            cases=list(queue_lines(page.cases, self._rules, filters.plate or None)),
            row=self._queue_rows.of(request),
            waiting=sum(numbers[state] for state in WAITING),
            decided=just_decided(self._engine, request),
            filters=filters,
            first=filters.address() if after else None,
            following=filters.address(page.next_after) if page.next_after else None,
            offences=self._frame.texts(request).group("offence"),
            dues=tuple(DUE),
        )

    def cases(self, request: Request) -> Response:
        caller: Caller = request.state.caller
        wanted = request.query_params.get("state")
        state = CaseState(wanted) if wanted is not None and wanted in CaseState.__members__.values() else None
        plate = request.query_params.get("plate", "").strip()[:40] or None
        before = _number(request.query_params.get("before"))
        self._note(caller, Note("case.search", "cases", {"plate": plate}) if plate else Note("case.list", "cases"))
        page = list_cases(
            self._engine, districts=caller.districts, state=state, plate=plate, limit=ON_A_PAGE, before=before
        )
        judge = acting(caller, preferences_of(request).reviewer or None) if caller.may(*JUDGES) else None
        found = [case for case in page.cases if found_by(case, plate, judge, self._rules)]
        here = {name: value for name, value in (("state", state), ("plate", plate)) if value}
        numbers = self._numbers.by_state(caller.districts)
        return self._frame.render(
            request,
            "cases.html",
            cases=[line_of_record(seen_by(case, judge, self._rules)) for case in found],
            row=self._case_rows.of(request),
            total=None if plate else numbers[state] if state else sum(numbers.values()),
            states=[one for one in CaseState if numbers[one] or one in ALWAYS_A_TAB],
            chosen=state,
            plate_wanted=plate or "",
            newer=_link("/cases", here) if before is not None else None,
            older=_link("/cases", here | {"before": page.next_before}) if page.next_before is not None else None,
        )

    def _note(self, caller: Caller, what: Note) -> None:
        note_view(self._engine, caller, what, self._frame.now())


def just_decided(engine: Engine, request: Request) -> CaseRecord | None:
    """The case of the verdict just given, so that the page can announce it; None unless it really was judged."""
    case_id = _number(request.query_params.get("decided"))
    if case_id is None:
        return None
    try:
        case = get_case(engine, case_id, request.state.caller.districts)
    except CaseNotFoundError:
        return None
    return case if case.life.looks or case.state not in WAITING else None


def _link(path: str, query: Mapping[str, object]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None

"""The lists of cases: what waits for a decision, and everything there is, by state and by plate."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.audit.log import Note, note_view
from violations.cases.states import WAITING, CaseState, Role
from violations.store.cases import count_cases, get_case, list_cases
from violations.store.errors import CaseNotFoundError
from violations.store.records import CaseRecord
from violations.web.frame import Frame
from violations.web.views import line_of_record
from violations.web.waiting import waiting_cases

ON_A_PAGE = 50
READS = allow(Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR)
ALWAYS_A_TAB = (CaseState.DETECTED, CaseState.ACCEPTED, CaseState.REJECTED)


class QueuePages:
    def __init__(self, engine: Engine, frame: Frame) -> None:
        self._engine = engine
        self._frame = frame

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/queue", self.queue, methods=["GET"], dependencies=[READS])
        router.add_api_route("/cases", self.cases, methods=["GET"], dependencies=[READS])

    def queue(self, request: Request) -> Response:
        caller: Caller = request.state.caller
        self._note(caller, Note("case.list", "queue"))
        numbers = count_cases(self._engine, caller.districts)
        return self._frame.render(
            request,
            "queue.html",
            cases=waiting_cases(self._engine, ON_A_PAGE, caller.districts),
            waiting=sum(numbers[state] for state in WAITING),
            decided=just_decided(self._engine, request),
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
        here = {name: value for name, value in (("state", state), ("plate", plate)) if value}
        numbers = count_cases(self._engine, caller.districts)
        return self._frame.render(
            request,
            "cases.html",
            cases=[line_of_record(case) for case in page.cases],
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

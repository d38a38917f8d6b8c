"""The pages of room *Tín hiệu*: the junctions, one junction live with its plans and measures, and a green wave."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from centre.junctions.answers import JunctionPath, StateOut
from centre.junctions.believed import doubts_of, told_doubts
from centre.junctions.desk import CALENDAR_DAYS, ENGINEERS, TRACERS, SignalDesk
from centre.junctions.drawing import calendar_rows, stage_diagram
from centre.junctions.flow_form import MOST_PER_H, read_number, read_whole
from centre.junctions.measures import measures
from centre.junctions.posting import Typed, answer_post
from centre.junctions.queues import queues
from centre.junctions.traces import traces
from signals.live.control import Control, Happening, chosen_control
from signals.live.errors import UnknownJunctionError
from signals.live.wishes import LONGEST_HOLD_S
from violations.accounts.caller import PERSON_ROLES, Caller
from violations.api.access import allow
from violations.audit.entry import Entry
from violations.audit.log import Note, note_view
from violations.web.error_pages import error_page
from violations.web.frame import Frame
from violations.web.posted import Fields, form_fields
from violations.web.preferences import preferences_of

LOOKS, ACTS = allow(*PERSON_ROLES), allow(*ENGINEERS)
ROOM = "/signals"
TRACES_SHOWN, HAPPENED_SHOWN = 25, 8


class SignalPages:
    def __init__(self, desk: SignalDesk, frame: Frame) -> None:
        self._desk, self._frame = desk, frame

    def router(self) -> APIRouter:
        """Left out of the OpenAPI document, like all pages."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(ROOM, self.list, methods=["GET"], dependencies=[LOOKS])
        router.add_api_route(ROOM, self.propose_new, methods=["POST"], dependencies=[ACTS])
        router.add_api_route(f"{ROOM}/{{junction}}", self.show, methods=["GET"], dependencies=[LOOKS])
        router.add_api_route(f"{ROOM}/{{junction}}", self.act, methods=["POST"], dependencies=[ACTS])
        return router

    def list(self, request: Request) -> Response:
        return self._list(request)

    def propose_new(self, request: Request, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        """The first plans of a junction that is not here yet."""

        def do(typed: Typed) -> Response:
            name = typed.get("junction", "").strip()
            self._propose(request, name, typed)
            return RedirectResponse(f"{ROOM}/{quote(name)}#plans", HTTPStatus.SEE_OTHER)

        def again(status: HTTPStatus, problem: str, typed: Typed) -> Response:
            return self._list(request, status, problem=problem, typed=typed)

        return answer_post(self._frame, request, fields, ROOM, do=do, again=again)

    def show(self, request: Request, junction: JunctionPath) -> Response:
        return self._show(request, junction)

    def act(
        self, request: Request, junction: JunctionPath, fields: Annotated[Fields, Depends(form_fields)]
    ) -> Response:
        """Hold, release, propose, decide or roll back; what was refused is said with what was typed still there."""
        way = f"{ROOM}/{quote(junction)}"

        def do(typed: Typed) -> Response:
            self._do(request, junction, typed)
            return RedirectResponse(way, HTTPStatus.SEE_OTHER)

        def again(status: HTTPStatus, problem: str, typed: Typed) -> Response:
            return self._show(request, junction, status, problem=problem, typed=typed)

        return answer_post(self._frame, request, fields, way, do=do, again=again)

    def _do(self, request: Request, name: str, fields: Mapping[str, str]) -> None:
        caller: Caller = request.state.caller
        desk, reason = self._desk, fields.get("reason", "").strip()
        match fields.get("deed"):
            case "hold":
                seconds = read_number("seconds", fields.get("seconds", ""), 0.0, MOST_PER_H)
                stage = fields.get("stage", "")
                desk.room.junction(name).hold(stage, seconds, caller.name, reason, desk.room.now_s())
                desk.write_down(caller, "hold", name, stage=stage, seconds=round(seconds), reason=reason)
            case "release":
                desk.room.junction(name).release()
                desk.write_down(caller, "release", name)
            case "control":
                control = chosen_control(fields.get("control", ""))
                desk.room.set_control(name, control, caller.name, reason)
                desk.write_down(caller, "control", name, control=control, reason=reason)
            case "propose":
                self._propose(request, name, fields)
            case "approve":
                number = read_whole("version", fields.get("version") or "0")
                desk.room.approve(name, number, caller.name, reason, alone=caller.local)
                desk.write_down(caller, "approve", name, version=number, reason=reason)
            case "reject":
                number = read_whole("version", fields.get("version") or "0")
                desk.room.shelf.decide(name, number, caller.name, reason, approve=False, alone=caller.local)
                desk.write_down(caller, "reject", name, version=number, reason=reason)
            case "roll_back":
                made = desk.room.roll_back(name, caller.name, reason)
                desk.write_down(caller, "roll_back", name, version=made.number, reason=reason)

    def _propose(self, request: Request, name: str, fields: Mapping[str, str]) -> None:
        caller: Caller = request.state.caller
        reason, text = fields.get("reason", ""), fields.get("library", "").replace("\r\n", "\n")
        base = read_whole("base", fields.get("base") or "0")
        made = self._desk.room.shelf.propose(name, text.encode(), caller.name, reason, base)
        self._desk.write_down(caller, "propose", name, version=made.number, reason=reason)

    def _list(
        self,
        request: Request,
        status: int = HTTPStatus.OK,
        *,
        problem: str | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        desk, caller = self._desk, request.state.caller
        if not desk.room.runs_here:  # nobody who runs them could be reached either (centre/junctions/siblings.py)
            return error_page(self._frame, request, HTTPStatus.SERVICE_UNAVAILABLE)
        running = desk.room.names()
        return self._frame.render(
            request,
            "signals.html",
            status,
            junctions=[desk.state(name) for name in running],
            waiting=[name for name in desk.room.shelf.names() if name not in running],
            acts=caller.may(*ENGINEERS),
            problem=problem,
            typed=typed or {},
        )

    def _show(
        self,
        request: Request,
        name: str,
        status: int = HTTPStatus.OK,
        *,
        problem: str | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        desk, caller = self._desk, request.state.caller
        if not desk.room.runs_here:
            return error_page(self._frame, request, HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            versions = desk.room.shelf.versions(name)
        except UnknownJunctionError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        state = desk.state(name) if name in desk.room.names() else None
        newest = versions[-1]
        return self._frame.render(
            request,
            "junction.html",
            status,
            name=name,
            state=state,
            versions=versions[::-1],
            newest=newest,
            library_text=(typed or {}).get("library") or desk.room.shelf.text(name, newest.number),
            acts=caller.may(*ENGINEERS),
            alone=caller.local,
            longest_hold_s=round(LONGEST_HOLD_S),
            controls=[one.value for one in Control],
            happened=self._happened(name) if state else (),
            problem=problem,
            typed=typed or {},
            traces=self._traces(caller, name),
            **self._drawn(name, state, preferences_of(request).language),
        )

    def _happened(self, name: str) -> Sequence[Happening]:
        """Newest first."""
        return list(self._desk.room.junction(name).happened)[: -HAPPENED_SHOWN - 1 : -1]

    def _traces(self, caller: Caller, name: str) -> Sequence[Entry] | None:
        """The newest deeds, for those who may ask; looking at them is in the log as over the API."""
        if not caller.may(*TRACERS):
            return None
        note_view(self._desk.engine, caller, Note("signals.audit", f"junction/{name}"), self._desk.now())
        return traces(self._desk.engine, name, TRACES_SHOWN)

    def _drawn(self, name: str, state: StateOut | None, language: str) -> dict[str, object]:
        """Stage diagram, calendar and measures of what runs; nothing of them while nothing does."""
        desk = self._desk
        if state is None or state.version is None:
            nothing = ("calendar", "approaches", "stages", "queues", "doubts")
            return {"diagram": None, "plan_name": None, **dict.fromkeys(nothing, ())}
        described, library = desk.room.shelf.load(name, state.version)
        plan_name = state.position.plan if state.position else library.at(desk.room.local(), desk.holidays())
        plan = library.plans[plan_name]
        today = desk.room.local().date()
        days = [today + timedelta(days=n) for n in range(CALENDAR_DAYS)]
        return {
            "diagram": stage_diagram(plan, library.junction),
            "plan_name": plan_name,
            "calendar": calendar_rows(library, days, desk.holidays()),
            "approaches": measures(desk.engine, library.junction, plan, described.approaches, desk.now()),
            "queues": queues(desk.engine, library.junction, described.approaches, desk.now()),
            "doubts": told_doubts(doubts_of(desk.engine, described.approaches, desk.now()), language),
            "stages": [stage.name for stage in library.junction.stages],
        }

"""Running junctions as JSON: live state, plans with approval and roll-back, stages held by hand, priority.

Every write names its author and goes into the audit log before its answer; what the lamps then do is the guard's.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from centre.junctions.answers import (
    CalendarOut,
    DecideIn,
    HoldIn,
    HoldOut,
    JournalOut,
    JunctionPath,
    JunctionsOut,
    LibraryOut,
    PlanVersionOut,
    PlanVersionsOut,
    PriorityIn,
    PriorityOut,
    ProposeIn,
    ReasonIn,
    RequestPath,
    StateOut,
    TracesOut,
    VersionPath,
    entry_out,
    trace_out,
    version_out,
)
from centre.junctions.comparison_routes import add_comparisons
from centre.junctions.control_routes import add_control
from centre.junctions.desk import CALENDAR_DAYS, Asker, Engineer, Listener, Looker, SignalDesk, Tracer
from centre.junctions.traces import traces
from signals.api.problems import ProblemRoute
from signals.live.errors import UnknownJunctionError
from signals.live.spat import spat
from signals.live.wishes import PriorityRequest
from signals.sentences import said
from violations.api.problems import problems
from violations.audit.log import Note, note_view

# Browsers ask again by themselves; a stream that ends now and then lets a centre stop and a session end.
STREAM_EVERY_S, STREAM_AT_MOST_S = 1.0, 60
MOST_TRACES = 200
TraceLimit = Annotated[int, Query(ge=1, le=MOST_TRACES, description="Entries at most, the newest ones.")]


def build_junctions_router(desk: SignalDesk) -> APIRouter:
    router = APIRouter(prefix="/api/signals/junctions", tags=["junctions"], route_class=ProblemRoute)
    _add_states(router, desk)
    _add_plans(router, desk)
    add_comparisons(router, desk)
    add_control(router, desk)
    _add_wishes(router, desk)
    return router


def _add_states(router: APIRouter, desk: SignalDesk) -> None:
    @router.get("", summary="The junctions that run here")
    def list_junctions(caller: Looker) -> JunctionsOut:
        running = desk.room.names()
        waiting = [name for name in desk.room.shelf.names() if name not in running]
        return JunctionsOut(junctions=[desk.state(name) for name in running], waiting=waiting)

    @router.get("/{junction}", summary="What a junction shows now", responses=problems(404, 422))
    def get_state(junction: JunctionPath, caller: Listener) -> StateOut:
        """Live: `GET /api/signals/junctions/NAME/stream` sends the same as server-sent events, once a second."""
        return desk.state(junction)

    @router.get("/{junction}/spat", summary="The same in the words of SAE J2735", responses=problems(404, 422))
    def get_spat(junction: JunctionPath, caller: Listener) -> dict[str, object]:
        return dict(spat(desk.room.state(junction), desk.room.utc()))

    @router.get("/{junction}/stream", include_in_schema=False)
    async def stream(
        request: Request,
        junction: JunctionPath,
        caller: Listener,
        seconds: Annotated[int, Query(ge=1, le=STREAM_AT_MOST_S)] = STREAM_AT_MOST_S,
    ) -> Response:
        await run_in_threadpool(desk.state, junction)
        events = _events(desk, junction, request, seconds)
        return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @router.get("/{junction}/calendar", summary="Which plan runs when, in two weeks", responses=problems(404, 422))
    def get_calendar(
        junction: JunctionPath,
        caller: Looker,
        since: Annotated[date | None, Query(description="First day; today where not given.")] = None,
    ) -> CalendarOut:
        library = desk.room.junction(junction).library
        first = since or desk.room.local().date()
        days = [first + timedelta(days=n) for n in range(CALENDAR_DAYS)] if first < date(9000, 1, 1) else [first]
        holidays = desk.holidays()
        return CalendarOut(
            days={
                day: {one.at.isoformat("minutes"): one.plan for one in library.entries_of(day, holidays)}
                for day in days
            }
        )


def _add_plans(router: APIRouter, desk: SignalDesk) -> None:
    shelf = desk.room.shelf

    @router.get("/{junction}/plans", summary="Every version of a junction's plans", responses=problems(404, 422))
    def list_plans(junction: JunctionPath, caller: Looker) -> PlanVersionsOut:
        return PlanVersionsOut(versions=[version_out(one) for one in reversed(shelf.versions(junction))])

    @router.get("/{junction}/plans/{number}", summary="One version with its text", responses=problems(404, 422))
    def get_plans(junction: JunctionPath, number: VersionPath, caller: Looker) -> LibraryOut:
        told = version_out(shelf.version(junction, number))
        return LibraryOut(**told.model_dump(), library=shelf.text(junction, number))

    @router.post(
        "/{junction}/plans",
        summary="Propose plans; they run once a second person approved them",
        status_code=HTTPStatus.CREATED,
        responses=problems(409, 422),
    )
    def propose(junction: JunctionPath, asked: ProposeIn, caller: Engineer) -> PlanVersionOut:
        """422 names every line that is wrong and every plan that would be unsafe; 409: a newer version than `base`."""
        made = shelf.propose(junction, asked.library.encode(), caller.name, asked.reason, asked.base)
        desk.write_down(caller, "propose", junction, version=made.number, reason=asked.reason)
        return version_out(made)

    @router.post("/{junction}/plans/{number}/decision", summary="Approve or reject", responses=problems(404, 409, 422))
    def decide(junction: JunctionPath, number: VersionPath, asked: DecideIn, caller: Engineer) -> PlanVersionOut:
        """Approved plans run from the next cycle on. 409 for the author's own, and for what was decided already."""
        if asked.approve:
            made = desk.room.approve(junction, number, caller.name, asked.reason, alone=caller.local)
        else:
            made = shelf.decide(junction, number, caller.name, asked.reason, approve=False, alone=caller.local)
        what = "approve" if asked.approve else "reject"
        desk.write_down(caller, what, junction, version=number, reason=asked.reason)
        return version_out(made)

    @router.post("/{junction}/plans/roll-back", summary="Run again what ran before", responses=problems(404, 409, 422))
    def roll_back(junction: JunctionPath, asked: ReasonIn, caller: Engineer) -> PlanVersionOut:
        made = desk.room.roll_back(junction, caller.name, asked.reason)
        desk.write_down(caller, "roll_back", junction, version=made.number, reason=asked.reason)
        return version_out(made)

    @router.get("/{junction}/journal", summary="Who proposed, approved and rolled back", responses=problems(404, 422))
    def get_journal(junction: JunctionPath, caller: Looker) -> JournalOut:
        return JournalOut(entries=[entry_out(one) for one in shelf.journal(junction)])

    @router.get("/{junction}/audit", summary="Everything done at a junction", responses=problems(404, 422))
    def get_audit(junction: JunctionPath, caller: Tracer, limit: TraceLimit = 100) -> TracesOut:
        """Plans, holds, releases, priority: from the audit log, newest first. Reading it is in the log."""
        shelf.versions(junction)
        note_view(desk.engine, caller, Note("signals.audit", f"junction/{junction}"), desk.now())
        return TracesOut(entries=[trace_out(one) for one in traces(desk.engine, junction, limit)])


def _add_wishes(router: APIRouter, desk: SignalDesk) -> None:
    room = desk.room

    @router.post("/{junction}/hold", summary="Hold a stage by hand for a while", responses=problems(404, 422))
    def hold(junction: JunctionPath, asked: HoldIn, caller: Engineer) -> HoldOut:
        """Ends by itself. The guard still keeps minimums, intergreens and the longest red of everybody else."""
        live, now_s = room.junction(junction), room.now_s()
        made = live.hold(asked.stage, asked.seconds, caller.name, asked.reason, now_s)
        desk.write_down(caller, "hold", junction, stage=asked.stage, seconds=round(asked.seconds), reason=asked.reason)
        return HoldOut(stage=made.stage, person=made.person, reason=made.reason, left_s=made.until_s - now_s)

    @router.delete(
        "/{junction}/hold",
        summary="Give the junction back to its plan",
        status_code=HTTPStatus.NO_CONTENT,
        responses=problems(404, 422),
    )
    def release(junction: JunctionPath, caller: Engineer) -> None:
        live = room.junction(junction)
        desk.write_down(caller, "release", junction)
        live.release()

    @router.post(
        "/{junction}/priorities",
        summary="Ask for green for a bus or an emergency vehicle",
        status_code=HTTPStatus.CREATED,
        responses=problems(404, 422),
    )
    def ask(junction: JunctionPath, asked: PriorityIn, caller: Asker) -> PriorityOut:
        live, now_s = room.junction(junction), room.now_s()
        lapses_s = now_s + max(asked.lapses_in_s, asked.comes_in_s)
        live.ask(
            PriorityRequest(asked.name, asked.kind, asked.movement, caller.name, now_s + asked.comes_in_s, lapses_s),
            now_s,
        )
        desk.write_down(caller, "priority", junction, request=asked.name, kind=asked.kind, movement=asked.movement)
        return PriorityOut(
            name=asked.name,
            kind=asked.kind,
            movement=asked.movement,
            comes_in_s=asked.comes_in_s,
            lapses_in_s=lapses_s - now_s,
        )

    @router.delete(
        "/{junction}/priorities/{request}",
        summary="The vehicle has passed, or does not come",
        status_code=HTTPStatus.NO_CONTENT,
        responses=problems(404, 422),
    )
    def cancel(junction: JunctionPath, request: RequestPath, caller: Asker) -> None:
        live = room.junction(junction)
        if live.cancel(request) is None:
            raise UnknownJunctionError(
                "request",
                said("{junction} has no open priority request {request}.", junction=junction, request=request),
            )
        desk.write_down(caller, "priority_over", junction, request=request)


async def _events(desk: SignalDesk, name: str, request: Request, seconds: int) -> AsyncIterator[str]:
    """Server-sent events until the reader goes away or the time is over; then browsers ask again by themselves."""
    for _ in range(round(seconds / STREAM_EVERY_S)):
        state = await run_in_threadpool(desk.state, name)
        yield f"event: state\ndata: {state.model_dump_json()}\n\n"
        if await request.is_disconnected():
            return
        await asyncio.sleep(STREAM_EVERY_S)

"""What waits for a decision, for any client: the queue with its clocks, filters and pages."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field, TypeAdapter
from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.cases import PlateWanted
from violations.api.problems import problems
from violations.api.values import Answer, Cursor, CursorOf, Text, UtcMoment, WholeNumber, known_queries
from violations.audit.log import Note, note_view
from violations.cases.desk_rules import DeskRules, shipped_desk_rules
from violations.cases.due import recorded_until
from violations.cases.states import WAITING, CaseState, Role
from violations.cases.waiting_plate import may_be_found, shown_plate
from violations.law.clocks import deadline
from violations.law.dated import day_in_vietnam
from violations.store.case_numbers import CaseNumbers
from violations.store.waiting import Place, WaitingCase, WaitingWanted, waiting_page

PLACE: CursorOf[Place] = CursorOf(TypeAdapter(tuple[UtcMoment, WholeNumber]))
READS = allow(Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR)
DueWithin = Annotated[
    int | None,
    Query(ge=-1, le=366, description="Only cases whose notice has at most so many days left; -1: those overdue."),
]


class DueOut(Answer):
    last_day: date | None = Field(description="Still in time, in Vietnam; null where the law's data do not reach.")
    days_left: int | None = Field(description="Negative once it is over.")


class WaitingOut(Answer):
    id: int
    offence: str
    vehicle: str
    plate: str | None
    camera: str
    district: str
    place: str | None
    at: datetime = Field(description="UTC label of the recording.")
    state: CaseState
    version: int
    still: str | None = Field(description="Its picture at the moment is at /api/evidence/{still}.")
    notify: DueOut
    limitation: DueOut


class QueueOut(Answer):
    """Oldest recording first: its days end first."""

    waiting: int = Field(description="How many wait in all, whatever the filters; a moment old at most.")
    cases: list[WaitingOut]
    next: str | None = Field(description="Pass as `cursor` for the following page; null on the last.")


def build_queue_router(engine: Engine, now: Callable[[], datetime], rules: DeskRules | None = None) -> APIRouter:
    """`now` gives aware UTC. rules: the office's own; those that ship when None."""
    router = APIRouter(tags=["cases"])
    desk = rules or shipped_desk_rules()
    numbers = CaseNumbers(engine)

    @router.get(
        "/queue",
        summary="List what waits for a decision, the most urgent first",
        responses=problems(422),
        dependencies=[Depends(known_queries)],
    )
    def get_queue(
        *,
        caller: Annotated[Caller, READS],
        offence: Annotated[Text | None, Query(description="Only this offence, by its code.")] = None,
        camera: Annotated[Text | None, Query(description="Only this camera's cases.")] = None,
        plate: PlateWanted = None,
        due_within: DueWithin = None,
        limit: Annotated[int, Query(ge=1, le=200, description="Cases per page.")] = 50,
        cursor: Cursor = None,
    ) -> QueueOut:
        searched = Note("case.search", "queue", {"plate": plate[:80]}) if plate else Note("case.list", "queue")
        note_view(engine, caller, searched, now())
        until = None if due_within is None else recorded_until("notify", due_within, now())
        wanted = WaitingWanted(offence, camera, plate, until=until, districts=caller.districts)
        page = waiting_page(engine, wanted, limit=limit, after=PLACE.read(cursor))
        today = day_in_vietnam(now(), "queue")
        shown = ((case, shown_plate(case.id, case.plate, case.machine_plate, desk)) for case in page.cases)
        cases = [_case(case, reads, today) for case, reads in shown if may_be_found(reads, plate)]
        by_state = numbers.by_state(caller.districts)
        waiting = sum(by_state[state] for state in WAITING)
        return QueueOut(waiting=waiting, cases=cases, next=PLACE.write(page.next_after))

    return router


def _case(case: WaitingCase, plate: str | None, today: date) -> WaitingOut:
    return WaitingOut(
        id=case.id,
        offence=case.offence,
        vehicle=case.vehicle,
        plate=plate,
        camera=case.camera,
        district=case.district,
        place=case.place,
        at=case.at,
        state=CaseState(case.state),
        version=case.version,
        still=case.still,
        notify=_due("notify", case.at, today),
        limitation=_due("limitation", case.at, today),
    )


def _due(clock: str, recorded: datetime, today: date) -> DueOut:
    last = deadline(clock, recorded)
    return (
        DueOut(last_day=last.last_day, days_left=last.days_left(today))
        if last
        else DueOut(last_day=None, days_left=None)
    )

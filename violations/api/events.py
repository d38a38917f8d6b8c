"""Stored events for whoever wants to compute with them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field, TypeAdapter
from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.problems import problems
from violations.api.values import Answer, Cursor, CursorOf, Since, Text, Until, UtcMoment, known_queries
from violations.audit.log import Note, note_view
from violations.cases.states import Role
from violations.store.events import EventsWanted, list_events
from vision.events.envelope import Event

PLACE: CursorOf[tuple[datetime, str]] = CursorOf(TypeAdapter(tuple[UtcMoment, Text]))


class EventOut(Answer):
    event: Event
    received_at: datetime = Field(description="When the centre stored it, UTC.")


class EventsOut(Answer):
    events: list[EventOut]
    next: str | None = Field(description="Pass as `cursor` for the following page; null on the last.")


def build_events_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["events"])

    @router.get(
        "/events",
        summary="List events, oldest first",
        responses=problems(422),
        dependencies=[Depends(known_queries)],
    )
    def get_events(
        *,
        caller: Annotated[Caller, allow(Role.SUPERVISOR, Role.AUDITOR)],
        camera: Annotated[Text | None, Query(description="Only this camera's events.")] = None,
        type_: Annotated[Text | None, Query(alias="type", description="For instance vn.ngatu.counts.v1.")] = None,
        since: Since = None,
        until: Until = None,
        limit: Annotated[int, Query(ge=1, le=500, description="Events per page.")] = 100,
        cursor: Cursor = None,
    ) -> EventsOut:
        """In order of the events' own time. Only of cameras in the caller's districts; findings may hold plates."""
        wanted = EventsWanted(camera, type_, since, until, caller.districts)
        note_view(engine, caller, Note("event.list", f"camera/{camera or '*'}"), now())
        page = list_events(engine, wanted, limit=limit, after=PLACE.read(cursor))
        events = [EventOut(event=stored.event, received_at=stored.received_at) for stored in page.events]
        return EventsOut(events=events, next=PLACE.write(page.next_after))

    return router

"""What every route and page of running junctions needs, and who may use them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from sqlalchemy import Engine

from centre.junctions.answers import StateOut, state_out
from centre.junctions.comparing import Comparisons
from signals.live.room import LiveRoom
from violations.accounts.caller import PERSON_ROLES, Caller
from violations.api.access import allow
from violations.audit.entry import Detail
from violations.audit.log import Note, note
from violations.cases.states import Role
from violations.store.database import writing

ENGINEERS = (Role.ENGINEER, Role.SUPERVISOR, Role.ADMIN)
TRACERS = (*ENGINEERS, Role.AUDITOR)
CALENDAR_DAYS = 14

Looker = Annotated[Caller, allow(*PERSON_ROLES)]
Listener = Annotated[Caller, allow(*PERSON_ROLES, Role.DEVICE)]
Engineer = Annotated[Caller, allow(*ENGINEERS)]
Asker = Annotated[Caller, allow(*ENGINEERS, Role.DEVICE)]
Tracer = Annotated[Caller, allow(*TRACERS)]
Holidays = Callable[[], frozenset[date]]


@dataclass(frozen=True, slots=True)
class SignalDesk:
    """now: aware UTC."""

    engine: Engine
    room: LiveRoom
    holidays: Holidays
    now: Callable[[], datetime]
    comparisons: Comparisons

    def state(self, name: str) -> StateOut:
        room = self.room
        return state_out(name, room.shelf.running(name), room.state(name), room.utc(), room.now_s())

    def write_down(self, caller: Caller, action: str, junction: str, **details: Detail) -> None:
        with writing(self.engine) as session:
            note(session, caller, Note(f"signals.{action}", f"junction/{junction}", details), self.now())

"""A look into the registry for one case: written down, asked, kept with the case, and doubted where it does not fit."""

from datetime import datetime

from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.audit.log import Note, note
from violations.cases.desk_rules import DeskRules
from violations.cases.moves import Event, Step
from violations.cases.states import Actor, CaseState, Role
from violations.cases.verdicts import accepted_by_enough
from violations.law.dated import day_in_vietnam
from violations.registry.port import Ground, Registrar
from violations.registry.suspicion import suspicions
from violations.store.case_papers import Owner, keep_owner
from violations.store.case_steps import take_steps
from violations.store.cases import get_case
from violations.store.database import writing
from violations.store.records import CaseRecord

DESK = Actor("centre", Role.SYSTEM)


def look_for_case(
    engine: Engine,
    registrar: Registrar,
    case: CaseRecord,
    ground: Ground,
    *,
    caller: Caller,
    now: datetime,
    rules: DeskRules,
) -> Owner:
    """Raises the registry's errors; an answer that did not come leaves the case as it was, and the entry in the log.

    Where the answer makes one acceptance too few, the case goes back to wait for a second person.
    """

    def write_down(case_id: int, plate: str, seen: Ground) -> None:
        what = Note("registry.look", f"case/{case_id}", {"plate": plate, "ground": seen, "source": registrar.name})
        with writing(engine) as session:
            note(session, caller, what, now)

    vehicle = registrar.look(case.id, case.life.plate, ground, write_down)
    day = day_in_vietnam(case.at, "registry")
    doubts = suspicions(vehicle, case.finding.vehicle, ground, day)
    kept = None if vehicle is None else vehicle.model_dump(mode="json")
    owner = Owner(now, caller.name, registrar.name, kept, tuple(one.value for one in doubts))
    keep_owner(engine, case.id, owner)
    again = get_case(engine, case.id)
    if again.state in {CaseState.ACCEPTED, CaseState.IDENTIFIED} and not accepted_by_enough(again.life, rules):
        event = Event(Step.DOUBT, note=", ".join(owner.suspicions))
        take_steps(engine, case.id, [event], actor=DESK, version=None, now=now, rules=rules)
    return owner

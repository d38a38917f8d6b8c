"""Closes settled cases that nobody took up again, so that their files need not be kept for ever."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from violations.cases.desk_rules import DeskRules
from violations.cases.moves import Event, Step
from violations.cases.states import Actor, Role
from violations.errors import ViolationsError
from violations.retention.rules import CentreRules
from violations.store.case_steps import take_steps
from violations.store.database import reading
from violations.store.tables import CaseRow

AT_ONCE = 500
CLOCK = Actor("centre", Role.SYSTEM)


def close_settled(engine: Engine, rules: CentreRules, now: datetime, desk: DeskRules) -> int:
    """How many were closed. A case that moves meanwhile is left to the next run."""
    closed = 0
    for state, days in rules.close_after_days.items():
        after = 0
        while True:
            query = select(CaseRow.id).where(CaseRow.id > after, CaseRow.state == state)
            query = query.where(CaseRow.changed_at < now - timedelta(days=days)).order_by(CaseRow.id).limit(AT_ONCE)
            with reading(engine) as session:
                found = list(session.scalars(query))
            closed += sum(_close(engine, case_id, now, desk) for case_id in found)
            if len(found) < AT_ONCE:
                break
            after = found[-1]
    return closed


def _close(engine: Engine, case_id: int, now: datetime, desk: DeskRules) -> bool:
    try:
        take_steps(engine, case_id, [Event(Step.CLOSE)], actor=CLOCK, version=None, now=now, rules=desk)
    except ViolationsError:
        return False
    return True

"""A notice for whoever holds it: its code and the plate together, and nothing for less."""

from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.api.access import public
from violations.api.problems import ProblemError, problems
from violations.api.values import Answer
from violations.audit.log import Note, note_view
from violations.cases.law_clocks import Running, law_clocks
from violations.cases.moves import Step, open_steps
from violations.cases.states import CaseState, Role
from violations.papers.short_code import read_code
from violations.store.case_papers import find_notice
from violations.store.records import CaseRecord

TRIES_PER_MINUTE = 12
Typed = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")]


class NoticeIn(Answer):
    code: Typed = Field(description="As printed; spaces, hyphens and case do not count.")
    plate: Typed


class NoticeOut(Answer):
    """What the notice itself says. Owner, pictures and who worked on it are not in it."""

    state: CaseState
    offence: str
    vehicle: str
    plate: str | None
    at: datetime
    camera: str
    from_vnd: int | None = Field(description="Null where the law's data hold no amount.")
    to_vnd: int | None
    points: int | None
    codes: list[str] = Field(description="Where it is written: decree and year, article, clause, point.")
    reply_by: date | None
    limitation: date | None = Field(description="Last day on which it can be decided.")
    may_appeal: bool


def build_notices_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["notices"])

    @router.post(
        "/notices/check", summary="Check a notice by its code and plate", responses=problems(400, 404, 413, 422)
    )
    def post_check(said: NoticeIn, caller: Annotated[Caller, public(per_minute=TRIES_PER_MINUTE)]) -> NoticeOut:
        """404 whichever of the two is wrong."""
        code = read_code(said.code)
        case = find_notice(engine, code, said.plate) if code else None
        if case is None:
            raise ProblemError(
                HTTPStatus.NOT_FOUND,
                "no-such-notice",
                "No such notice",
                "notice: wanted a code and the plate it was sent for, found no notice with both",
            )
        note_view(engine, caller, Note("notice.view", f"case/{case.id}"), now())
        return _out(case, now())

    return router


def _out(case: CaseRecord, now: datetime) -> NoticeOut:
    last = {one.clock: one.last_day for one in law_clocks(case.life, now) if isinstance(one, Running)}
    fine = case.life.fine
    return NoticeOut(
        state=case.state,
        offence=case.finding.offence,
        vehicle=case.finding.vehicle,
        plate=case.life.plate,
        at=case.at,
        camera=case.camera,
        from_vnd=fine.from_vnd if fine else None,
        to_vnd=fine.to_vnd if fine else None,
        points=fine.points if fine else None,
        codes=list(fine.codes) if fine else [],
        reply_by=last.get("no_reply"),
        limitation=last.get("limitation"),
        may_appeal=Step.APPEAL in open_steps(case.state, Role.CITIZEN),
    )

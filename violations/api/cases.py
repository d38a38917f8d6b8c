"""Cases for any client: list, read, decide."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field, StringConstraints, TypeAdapter
from sqlalchemy import Engine

from violations.api.problems import problems
from violations.api.values import Answer, Cursor, CursorOf, WholeNumber, known_queries
from violations.cases.reasons import NOTE_MAX, REJECTION_REASONS, Ruling
from violations.cases.states import Actor, CaseState, Role, Verdict, open_verdicts
from violations.store.cases import LARGEST_ID, case_history, get_case, give_verdict, list_cases
from violations.store.records import CaseRecord, HistoryEntry
from vision.events.bodies import Finding

PLACE: CursorOf[int] = CursorOf(TypeAdapter(WholeNumber))
CaseId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number of the case.")]
StateWanted = Annotated[CaseState | None, Query(description="Only cases in this state; absent: all.")]
PageSize = Annotated[int, Query(ge=1, le=200, description="Cases per page.")]
WHO_MAX = 80


class CaseOut(Answer):
    """A possible offence and where it stands. Files of `finding.media` are at /api/evidence/{sha256}."""

    id: int
    event_id: str
    camera: str
    at: datetime = Field(description="UTC label of the offence; exact times are media seconds in `finding`.")
    state: CaseState
    version: int = Field(description="Grows with every step; send it back with a verdict.")
    verdicts: list[Verdict] = Field(description="What may be decided now.")
    created_at: datetime
    changed_at: datetime
    finding: Finding


class StepOut(Answer):
    at: datetime
    who: str
    action: str = Field(description="`opened` or the verdict.")
    from_state: CaseState | None
    to_state: CaseState
    reason: str | None
    note: str


class CaseWithHistory(CaseOut):
    history: list[StepOut] = Field(description="Oldest first; never changed, only added to.")


class CasesOut(Answer):
    cases: list[CaseOut]
    next: str | None = Field(description="Pass as `cursor` for the following page; null on the last.")


class ReasonOut(Answer):
    code: str
    vi: str
    en: str


class VerdictIn(Answer):
    """`reason` is a code of /api/rejection-reasons: needed to reject, absent to accept."""

    verdict: Verdict
    reason: str | None = None
    note: Annotated[str, StringConstraints(max_length=NOTE_MAX)] = ""
    reviewer: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=WHO_MAX, pattern=r"^[^\x00-\x1f]*$")
    ] = Field(description="Who decides, as they call themselves: there are no accounts yet.")
    version: Annotated[int, Field(ge=1, le=LARGEST_ID, description="The case's version the reviewer saw.")]


def build_cases_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["cases"])

    @router.get(
        "/cases",
        summary="List cases, newest first",
        responses=problems(422),
        dependencies=[Depends(known_queries)],
    )
    def get_cases(state: StateWanted = None, limit: PageSize = 50, cursor: Cursor = None) -> CasesOut:
        page = list_cases(engine, state=state, limit=limit, before=PLACE.read(cursor))
        return CasesOut(cases=[_case(case) for case in page.cases], next=PLACE.write(page.next_before))

    @router.get("/cases/{case_id}", summary="Read one case with its history", responses=problems(404, 422))
    def get_one_case(case_id: CaseId) -> CaseWithHistory:
        return _with_history(get_case(engine, case_id), case_history(engine, case_id))

    @router.post(
        "/cases/{case_id}/verdict",
        summary="Accept or reject a case",
        responses=problems(400, 403, 404, 409, 413, 422),
    )
    def post_verdict(case_id: CaseId, said: VerdictIn) -> CaseWithHistory:
        """409 when the case is decided already, or moved since `version`: read it again before deciding."""
        ruling = Ruling(said.verdict, said.reason, said.note)
        actor = Actor(said.reviewer, Role.REVIEWER)
        case = give_verdict(engine, case_id, ruling, actor=actor, version=said.version, now=now())
        return _with_history(case, case_history(engine, case_id))

    @router.get("/rejection-reasons", summary="List the reasons for rejecting a case", responses=problems())
    def get_reasons() -> list[ReasonOut]:
        return [ReasonOut(code=reason.code, vi=reason.vi, en=reason.en) for reason in REJECTION_REASONS]

    return router


def _case(case: CaseRecord) -> CaseOut:
    return CaseOut(
        id=case.id,
        event_id=case.event_id,
        camera=case.camera,
        at=case.at,
        state=case.state,
        version=case.version,
        verdicts=list(open_verdicts(case.state, Role.REVIEWER)),
        created_at=case.created_at,
        changed_at=case.changed_at,
        finding=case.finding,
    )


def _with_history(case: CaseRecord, history: tuple[HistoryEntry, ...]) -> CaseWithHistory:
    steps = [
        StepOut(
            at=step.at,
            who=step.who,
            action=step.action,
            from_state=step.from_state,
            to_state=step.to_state,
            reason=step.reason,
            note=step.note,
        )
        for step in history
    ]
    return CaseWithHistory(**dict(_case(case)), history=steps)

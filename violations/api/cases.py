"""Cases for any client: list, read, judge."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field, StringConstraints, TypeAdapter
from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.api.access import allow, signed_in
from violations.api.acting import acting
from violations.api.case_answers import CaseOut, CaseWithHistory, case_out, found_by, whole_case
from violations.api.problems import problems
from violations.api.values import Answer, Cursor, CursorOf, Text, WholeNumber, known_queries
from violations.audit.log import Note, note, note_view
from violations.cases.desk_rules import DeskRules, shipped_desk_rules
from violations.cases.reasons import NOTE_MAX, REJECTION_REASONS, Ruling
from violations.cases.states import Actor, CaseState, Role, Verdict
from violations.store.case_steps import give_verdict
from violations.store.cases import LARGEST_ID, case_history, get_case, list_cases
from violations.store.plate_search import PLATE_KEY_MAX

PLACE: CursorOf[int] = CursorOf(TypeAdapter(WholeNumber))
CaseId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number of the case.")]
StateWanted = Annotated[CaseState | None, Query(description="Only cases in this state; absent: all.")]
PlateWanted = Annotated[
    Text | None, Query(description="Only plates that begin so; spaces, marks and case do not count.")
]
PageSize = Annotated[int, Query(ge=1, le=200, description="Cases per page.")]
WHO_MAX = 80
READS = allow(Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR)
JUDGES = allow(Role.REVIEWER, Role.SUPERVISOR)
Typed = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=WHO_MAX, pattern=r"^[^\x00-\x1f]*$")
]
Version = Annotated[int, Field(ge=1, le=LARGEST_ID, description="The case's version the person saw.")]
Plate = Annotated[str, StringConstraints(max_length=PLATE_KEY_MAX, pattern=r"^[^\x00-\x1f]*$")]


class CasesOut(Answer):
    cases: list[CaseOut]
    next: str | None = Field(description="Pass as `cursor` for the following page; null on the last.")


class ReasonOut(Answer):
    code: str
    vi: str
    en: str


class VerdictIn(Answer):
    """`reason` is a code of /api/rejection-reasons: needed to reject, absent otherwise."""

    verdict: Verdict
    reason: str | None = None
    note: Annotated[str, StringConstraints(max_length=NOTE_MAX)] = ""
    plate: Annotated[Plate | None, Field(description="The plate as the person reads it; absent: as it stands.")] = None
    reviewer: Annotated[Typed | None, Field(description="A name, used only while there are no accounts.")] = None
    version: Version


def build_cases_router(engine: Engine, now: Callable[[], datetime], rules: DeskRules | None = None) -> APIRouter:
    """`now` gives aware UTC. rules: the office's own; those that ship when None."""
    router = APIRouter(tags=["cases"])
    desk = rules or shipped_desk_rules()

    @router.get(
        "/cases",
        summary="List cases, newest first",
        responses=problems(422),
        dependencies=[Depends(known_queries)],
    )
    def get_cases(
        caller: Annotated[Caller, READS],
        state: StateWanted = None,
        plate: PlateWanted = None,
        limit: PageSize = 50,
        cursor: Cursor = None,
    ) -> CasesOut:
        searched = Note("case.search", "cases", {"plate": plate[:80]}) if plate else Note("case.list", "cases")
        note_view(engine, caller, searched, now())
        before = PLACE.read(cursor)
        page = list_cases(engine, districts=caller.districts, state=state, plate=plate, limit=limit, before=before)
        judge = judge_of(caller)
        found = [case for case in page.cases if found_by(case, plate, judge, desk)]
        cases = [case_out(case, judge, now(), desk) for case in found]
        return CasesOut(cases=cases, next=PLACE.write(page.next_before))

    @router.get("/cases/{case_id}", summary="Read one case with its history", responses=problems(404, 422))
    def get_one_case(case_id: CaseId, caller: Annotated[Caller, READS]) -> CaseWithHistory:
        case = get_case(engine, case_id, caller.districts)
        note_view(engine, caller, Note("case.view", f"case/{case_id}"), now())
        return whole_case(case, case_history(engine, case_id), judge_of(caller), now(), desk)

    @router.post(
        "/cases/{case_id}/verdict",
        summary="Accept or reject a case, or ask for another look",
        responses=problems(400, 403, 404, 409, 413, 422),
    )
    def post_verdict(case_id: CaseId, said: VerdictIn, caller: Annotated[Caller, JUDGES]) -> CaseWithHistory:
        """Takes the case first where it lies free. 409 when it is decided already, lies before somebody else, or moved
        since `version`: read it again before deciding."""
        actor = acting(caller, said.reviewer)
        told = Note("case.verdict", f"case/{case_id}", {"verdict": said.verdict.value})
        case = give_verdict(
            engine,
            case_id,
            Ruling(said.verdict, said.reason, said.note, said.plate),
            actor=actor,
            version=said.version,
            now=now(),
            districts=caller.districts,
            rules=desk,
            record=lambda session, _: note(session, caller, told, now()),
        )
        return whole_case(case, case_history(engine, case_id), actor, now(), desk)

    @router.get(
        "/rejection-reasons",
        summary="List the reasons for rejecting a case",
        responses=problems(),
        dependencies=[signed_in()],
    )
    def get_reasons() -> list[ReasonOut]:
        return [ReasonOut(code=reason.code, vi=reason.vi, en=reason.en) for reason in REJECTION_REASONS]

    return router


def judge_of(caller: Caller) -> Actor | None:
    """The caller as somebody who may judge; None for one who only reads."""
    return acting(caller) if caller.may(Role.REVIEWER, Role.SUPERVISOR) else None

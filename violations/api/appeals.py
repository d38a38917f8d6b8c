"""Appeals for those who decide them: list, read, decide. What a citizen sends is in `notices`."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field, StringConstraints, TypeAdapter
from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.case_answers import CaseWithHistory, whole_case
from violations.api.case_steps import move_case
from violations.api.cases import READS, Typed, Version, judge_of
from violations.api.problems import problems
from violations.api.values import Answer, Cursor, CursorOf, WholeNumber, known_queries
from violations.audit.log import Note, note_view
from violations.cases.desk_rules import DeskRules
from violations.cases.moves import Event, Step, open_steps
from violations.cases.reasons import NOTE_MAX
from violations.cases.states import Actor, CaseState, Role
from violations.store.appeals import AppealRecord, get_appeal, list_appeals
from violations.store.cases import LARGEST_ID, case_history

PLACE: CursorOf[int] = CursorOf(TypeAdapter(WholeNumber))
AppealId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number of the appeal.")]
DECISIONS = (Step.UPHOLD, Step.WITHDRAW)


class DecisionIn(Answer):
    """`uphold`: the accusation stands, and `note` says why. `withdraw`: it falls; `reason` is a code of
    /api/rejection-reasons."""

    decision: Literal["uphold", "withdraw"]
    reason: str | None = None
    note: Annotated[str, StringConstraints(max_length=NOTE_MAX)] = ""
    actor: Annotated[Typed | None, Field(description="A name, used only while there are no accounts.")] = None
    version: Version


class AppealOut(Answer):
    """Files are at /api/evidence/{sha256}."""

    id: int
    case_id: int
    district: str
    camera: str
    offence: str
    at: datetime
    receipt: str
    words: str
    contact: str
    files: list[str] = Field(description="SHA-256 of what the citizen attached.")
    state: CaseState = Field(description="Where the case stands now.")
    version: int = Field(description="The case's; send it back with a decision.")
    decisions: list[Step] = Field(description="What the caller's role may decide now; the case may still refuse it.")


class AppealsOut(Answer):
    appeals: list[AppealOut]
    next: str | None = Field(description="Pass as `cursor` for the following page; null on the last.")


def build_appeals_router(engine: Engine, now: Callable[[], datetime], rules: DeskRules) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["appeals"])

    @router.get(
        "/appeals",
        summary="List appeals, newest first",
        responses=problems(422),
        dependencies=[Depends(known_queries)],
    )
    def get_appeals(
        caller: Annotated[Caller, READS],
        *,
        undecided: Annotated[bool, Query(description="Only those whose case still waits for the answer.")] = False,
        limit: Annotated[int, Query(ge=1, le=200, description="Appeals per page.")] = 50,
        cursor: Cursor = None,
    ) -> AppealsOut:
        """Only of the caller's districts."""
        note_view(engine, caller, Note("appeal.list", "appeals"), now())
        before = PLACE.read(cursor)
        found = list_appeals(engine, caller.districts, undecided=undecided, limit=limit + 1, before=before)
        last = found[limit - 1].id if len(found) > limit else None
        return AppealsOut(appeals=[_appeal(one, judge_of(caller)) for one in found[:limit]], next=PLACE.write(last))

    @router.get("/appeals/{appeal_id}", summary="Read one appeal", responses=problems(404, 422))
    def get_one_appeal(appeal_id: AppealId, caller: Annotated[Caller, READS]) -> AppealOut:
        found = get_appeal(engine, appeal_id, caller.districts)
        note_view(engine, caller, Note("appeal.view", f"case/{found.case_id}"), now())
        return _appeal(found, judge_of(caller))

    @router.post(
        "/appeals/{appeal_id}/decision",
        summary="Decide an appeal",
        responses=problems(400, 403, 404, 409, 413, 422),
    )
    def post_decision(
        appeal_id: AppealId, said: DecisionIn, caller: Annotated[Caller, allow(Role.SUPERVISOR)]
    ) -> CaseWithHistory:
        """409 when it is decided already or moved since `version`. Nobody decides on what they judged themselves."""
        found = get_appeal(engine, appeal_id, caller.districts)
        event = Event(Step(said.decision), said.reason, said.note)
        moved = move_case(
            engine, caller, found.case_id, event, version=said.version, now=now(), rules=rules, typed=said.actor
        )
        return whole_case(moved, case_history(engine, moved.id), judge_of(caller), now(), rules)

    return router


def _appeal(found: AppealRecord, actor: Actor | None) -> AppealOut:
    steps = open_steps(found.state, actor.role) if actor and found.state is CaseState.APPEALED else ()
    return AppealOut(
        id=found.id,
        case_id=found.case_id,
        district=found.district,
        camera=found.camera,
        offence=found.offence,
        at=found.appeal.at,
        receipt=found.appeal.receipt,
        words=found.appeal.words,
        contact=found.appeal.contact,
        files=list(found.appeal.files),
        state=found.state,
        version=found.version,
        decisions=[step for step in DECISIONS if step in steps],
    )

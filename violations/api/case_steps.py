"""Everything that happens to a case besides the verdict: locks, undoing, the registry, notice, minutes, appeal, end."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.acting import acting
from violations.api.case_answers import CaseWithHistory, check_seen, whole_case
from violations.api.cases import JUDGES, CaseId, Plate, Typed, Version, judge_of
from violations.api.problems import problems
from violations.api.values import Answer
from violations.audit.log import Note, note
from violations.cases.desk_rules import DeskRules, shipped_desk_rules
from violations.cases.moves import Event, Step
from violations.cases.reasons import NOTE_MAX
from violations.cases.states import Role
from violations.papers.short_code import new_code
from violations.registry.looking import look_for_case
from violations.registry.port import Ground, Registrar, Vehicle
from violations.store.case_papers import put_notice
from violations.store.case_steps import take_steps
from violations.store.cases import LARGEST_ID, case_history, get_case
from violations.store.records import CaseRecord

STEPS_BY_HAND = Literal[
    "take",
    "release",
    "edit_plate",
    "undo",
    "merge",
    "doubt",
    "identify",
    "notify",
    "minutes",
    "pay",
    "appeal",
    "uphold",
    "withdraw",
    "close",
]


class StepIn(Answer):
    """One step. `reason`: a code of /api/rejection-reasons, for withdraw. `into`: for merge."""

    step: STEPS_BY_HAND
    reason: str | None = None
    note: Annotated[str, StringConstraints(max_length=NOTE_MAX)] = ""
    plate: Plate | None = None
    into: Annotated[int | None, Field(ge=1, le=LARGEST_ID)] = None
    actor: Annotated[Typed | None, Field(description="A name, used only while there are no accounts.")] = None
    version: Version


class LookIn(Answer):
    ground: Ground = Field(description="The colour under the plate's characters, as seen.")


class RegistryOut(Answer):
    """The registry's vehicle, null where it has none, and what about it does not fit what the camera saw."""

    source: str
    vehicle: Vehicle | None
    suspicions: list[str]


def build_case_steps_router(
    engine: Engine, now: Callable[[], datetime], registrar: Registrar, rules: DeskRules | None = None
) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["cases"])
    desk = rules or shipped_desk_rules()

    @router.post(
        "/cases/{case_id}/steps",
        summary="Take one step of a case",
        responses=problems(400, 403, 404, 409, 413, 422),
    )
    def post_step(case_id: CaseId, said: StepIn, caller: Annotated[Caller, JUDGES]) -> CaseWithHistory:
        """409 when the case is in another state or other hands, moved since `version`, or its year is over."""
        event = Event(Step(said.step), said.reason, said.note, said.plate, said.into)
        case = move_case(engine, caller, case_id, event, version=said.version, now=now(), rules=desk, typed=said.actor)
        return whole_case(case, case_history(engine, case_id), judge_of(caller), now(), desk)

    @router.post(
        "/cases/{case_id}/registry",
        summary="Look the case's plate up in the vehicle registry",
        responses=problems(400, 403, 404, 409, 422, 503),
    )
    def post_look(
        case_id: CaseId, said: LookIn, caller: Annotated[Caller, allow(Role.REVIEWER, Role.SUPERVISOR)]
    ) -> RegistryOut:
        """Every look is an entry of the audit log before the registry is asked. What does not fit becomes a reason not
        to fine, and an accepted case then needs a second person."""
        case = get_case(engine, case_id, caller.districts)
        check_seen(case, judge_of(caller), desk)
        owner = look_for_case(engine, registrar, case, said.ground, caller=caller, now=now(), rules=desk)
        return RegistryOut(
            source=owner.source,
            vehicle=None if owner.vehicle is None else Vehicle.model_validate(owner.vehicle),
            suspicions=list(owner.suspicions),
        )

    return router


def move_case(
    engine: Engine,
    caller: Caller,
    case_id: int,
    event: Event,
    *,
    version: int | None,
    now: datetime,
    rules: DeskRules,
    typed: str | None = None,
) -> CaseRecord:
    """One step by the caller, with its entry in the audit log; a notice gets its short code in the same transaction."""

    def record(session: Session, case: CaseRecord) -> None:
        if event.step is Step.NOTIFY:
            put_notice(session, case, new_code, now)
        note(session, caller, Note("case.step", f"case/{case_id}", {"step": event.step.value}), now)

    return take_steps(
        engine,
        case_id,
        [event],
        actor=acting(caller, typed),
        version=version,
        now=now,
        districts=caller.districts,
        rules=rules,
        record=record,
    )

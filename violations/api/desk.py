"""The desk for its supervisors: throughput, age of what waits, agreement, people, cameras; and stopping a camera."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field, StringConstraints
from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.desk_report import Camera, desk_report
from violations.api.figures import AgreementOut, CameraOut
from violations.api.problems import problems
from violations.api.values import Answer
from violations.audit.log import Note, note, note_view
from violations.cases.agreement import kappa_error
from violations.cases.desk_rules import DeskRules, shipped_desk_rules
from violations.cases.states import Role
from violations.store.camera_stops import REASON_MAX, CameraDeed, set_camera
from violations.store.database import writing

READS = allow(Role.SUPERVISOR, Role.AUDITOR)
STOPS = allow(Role.SUPERVISOR)
CameraName = Annotated[str, Path(max_length=80, pattern=r"^[\w.-]+$", description="As its events say it.")]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=REASON_MAX, pattern=r"^[^\x00]*$")
]


class DayOut(Answer):
    day: date = Field(description="In Vietnam.")
    accept: int
    reject: int
    another_look: int


class PersonOut(Answer):
    name: str
    accepted: int
    rejected: int
    another_look: int
    overturned: int = Field(description="Accepted by this person, withdrawn later.")
    days: int = Field(description="On how many days they gave a verdict.")


class StopOut(Answer):
    at: datetime
    who: str
    reason: str


class DeskCameraOut(CameraOut):
    above_limit: bool = Field(description="Even the lower end of the interval lies above the limit.")
    stop: StopOut | None = Field(description="Null while it runs.")


class DeskOut(Answer):
    days: list[DayOut] = Field(description="Verdicts of the last 14 days that stand.")
    ages: dict[str, int] = Field(description="Undecided cases by days left to notify: past, today, soon, week, calm.")
    agreement: AgreementOut
    kappa_error: float | None = Field(description="Half of the 95 % interval of kappa.")
    people: list[PersonOut]
    cameras: list[DeskCameraOut] = Field(description="Over the last 90 days.")
    limit: float = Field(description="The share of wrong findings from which the desk proposes to stop a camera.")


class DeedIn(Answer):
    stopped: bool = Field(description="True stops the camera: what it sends from now on is information only.")
    reason: Reason


class DeedOut(Answer):
    camera: str
    stopped: bool
    at: datetime
    who: str
    reason: str


def build_desk_router(engine: Engine, now: Callable[[], datetime], rules: DeskRules | None = None) -> APIRouter:
    """`now` gives aware UTC. rules: the office's own; those that ship when None."""
    router = APIRouter(tags=["figures"])
    desk = rules or shipped_desk_rules()

    @router.get("/figures/desk", summary="How the desk gets on", responses=problems())
    def get_desk(caller: Annotated[Caller, READS]) -> DeskOut:
        """Of the caller's districts. Names of reviewers are in it: each look at it is in the audit log."""
        note_view(engine, caller, Note("figures.read", "desk"), now())
        found = desk_report(engine, now(), caller.districts, desk)
        one = found.agreement
        return DeskOut(
            days=[DayOut(day=day, **{verdict.value: n for verdict, n in said.items()}) for day, said in found.days],
            ages=dict(found.ages),
            agreement=AgreementOut(pairs=one.n, observed=one.observed, expected=one.expected, kappa=one.kappa),
            kappa_error=kappa_error(one),
            people=[PersonOut(**{name: getattr(p, name) for name in PersonOut.model_fields}) for p in found.people],
            cameras=[_camera(camera) for camera in found.cameras],
            limit=found.limit,
        )

    @router.post(
        "/cameras/{camera}/stop", summary="Stop a camera, or start it again", responses=problems(404, 409, 422)
    )
    def post_stop(camera: CameraName, body: DeedIn, caller: Annotated[Caller, STOPS]) -> DeedOut:
        """What a stopped camera sends is kept for information only, with this reason, and reaches no queue.

        Cases that wait already are left to the reviewers.
        """
        deed = act_on_camera(engine, caller, camera, stopped=body.stopped, reason=body.reason, now=now())
        return DeedOut(camera=deed.camera, stopped=deed.stopped, at=deed.at, who=deed.who, reason=deed.reason)

    return router


def act_on_camera(
    engine: Engine, caller: Caller, camera: str, *, stopped: bool, reason: str, now: datetime
) -> CameraDeed:
    """The deed and its entry in the audit log, both or neither. Raises CameraNotFoundError and CameraStateError."""
    deed = CameraDeed(camera, now, caller.name, stopped, reason)
    with writing(engine) as session:
        set_camera(session, deed, caller.districts)
        what = "camera.stop" if stopped else "camera.start"
        note(session, caller, Note(what, f"camera/{camera}", {"reason": reason}), now)
    return deed


def _camera(camera: Camera) -> DeskCameraOut:
    stop = camera.stop
    return DeskCameraOut(
        **{name: getattr(camera.errors, name) for name in CameraOut.model_fields},
        above_limit=camera.above_limit,
        stop=StopOut(at=stop.at, who=stop.who, reason=stop.reason) if stop else None,
    )

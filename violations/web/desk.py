"""The page of supervisors: how the desk gets on, how often each camera is wrong, and the button that stops one."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.desk import act_on_camera
from violations.api.desk_report import DAYS_OF_CAMERAS, DAYS_OF_VERDICTS, desk_report
from violations.audit.log import Note, note_view
from violations.cases.agreement import kappa_error
from violations.cases.desk_rules import DeskRules
from violations.cases.states import Role
from violations.store.camera_stops import REASON_MAX
from violations.store.errors import CameraNotFoundError, CameraStateError
from violations.web.desk_charts import KINDS, day_chart, share_bar
from violations.web.frame import Frame
from violations.web.posted import Fields, form_fields, sound_form

READS = allow(Role.SUPERVISOR, Role.AUDITOR)
STOPS = allow(Role.SUPERVISOR)
ROOM = "/system/desk"
CAMERA_MAX = 80


class DeskPages:
    def __init__(self, engine: Engine, frame: Frame, rules: DeskRules) -> None:
        self._engine = engine
        self._frame = frame
        self._rules = rules

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(ROOM, self.desk, methods=["GET"], dependencies=[READS])
        router.add_api_route(f"{ROOM}/camera", self.act, methods=["POST"], dependencies=[STOPS])

    def desk(self, request: Request) -> Response:
        return self._show(request)

    def act(self, request: Request, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        """Stop or start one camera; a missing reason is said with what was typed still there."""
        sound = sound_form(self._frame, request, fields, ROOM)
        if isinstance(sound, Response):
            return sound
        camera, reason = sound.get("camera", "")[:CAMERA_MAX], sound.get("reason", "").strip()
        stopped = sound.get("deed") != "start"
        if not reason or len(reason) > REASON_MAX or "\x00" in reason:
            return self._refuse(request, HTTPStatus.UNPROCESSABLE_ENTITY, "desk.no_reason", camera, reason)
        caller: Caller = request.state.caller
        try:
            act_on_camera(self._engine, caller, camera, stopped=stopped, reason=reason, now=self._frame.now())
        except CameraNotFoundError:
            return self._refuse(request, HTTPStatus.NOT_FOUND, "desk.no_camera", "", reason)
        except CameraStateError:
            return self._refuse(request, HTTPStatus.CONFLICT, "desk.stands_so", camera, reason)
        return RedirectResponse(f"{ROOM}#cameras", HTTPStatus.SEE_OTHER)

    def _refuse(self, request: Request, status: HTTPStatus, problem: str, camera: str, reason: str) -> Response:
        return self._show(request, status, problem=problem, camera=camera, reason=reason)

    def _show(
        self,
        request: Request,
        status: int = HTTPStatus.OK,
        *,
        problem: str | None = None,
        camera: str = "",
        reason: str = "",
    ) -> Response:
        caller: Caller = request.state.caller
        note_view(self._engine, caller, Note("figures.read", "desk"), self._frame.now())
        report = desk_report(self._engine, self._frame.now(), caller.districts, self._rules)
        highest = max((one.errors.high for one in report.cameras if one.errors.decided), default=1.0)
        return self._frame.render(
            request,
            "desk.html",
            status,
            report=report,
            chart=day_chart(report.days),
            kinds=KINDS,
            kappa_error=kappa_error(report.agreement),
            bar=lambda one: share_bar(one.rate, one.low, one.high, report.limit, max(highest, 2 * report.limit)),
            days_of_verdicts=DAYS_OF_VERDICTS,
            days_of_cameras=DAYS_OF_CAMERAS,
            may_stop=caller.may(Role.SUPERVISOR),
            problem=problem,
            typed_camera=camera,
            typed_reason=reason,
            reason_max=REASON_MAX,
        )

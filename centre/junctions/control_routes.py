"""Who chooses the stages of a junction, as JSON, and the ear for detectors that say what they see."""

from collections.abc import Collection
from http import HTTPStatus
from threading import Lock
from time import monotonic
from typing import Annotated

from fastapi import APIRouter
from sqlalchemy import Engine

from centre.junctions.answers import JunctionPath
from centre.junctions.control_answers import (
    ControlHistoryOut,
    ControlIn,
    ControlOut,
    TrafficIn,
    control_out,
    happening_out,
    words_of,
)
from centre.junctions.desk import Engineer, Listener, SignalDesk
from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.problems import problems
from violations.cases.states import Role
from violations.store.districts import list_districts
from violations.store.errors import WrongDistrictError

Detector = Annotated[Caller, allow(Role.DEVICE)]
DISTRICTS_S = 30.0


def add_control(router: APIRouter, desk: SignalDesk) -> None:
    room, cameras = desk.room, CameraDistricts(desk.engine)

    @router.get("/{junction}/control", summary="Who chooses the stages, and why this one", responses=problems(404, 422))
    def get_control(junction: JunctionPath, caller: Listener) -> ControlHistoryOut:
        live = room.junction(junction)
        told = control_out(room.state(junction).control)
        happened = [happening_out(one) for one in reversed(list(live.happened))]
        return ControlHistoryOut(**told.model_dump(), happened=happened)

    @router.put("/{junction}/control", summary="Let plans or traffic choose the stages", responses=problems(404, 422))
    def set_control(junction: JunctionPath, asked: ControlIn, caller: Engineer) -> ControlOut:
        """Holds over every restart, until somebody changes it or a version that states another begins to run. While
        traffic cannot be believed the stored plan runs by itself. 422 where only plans can run, with the reason."""
        room.set_control(junction, asked.control, caller.name, asked.reason)
        desk.write_down(caller, "control", junction, control=asked.control, reason=asked.reason)
        return control_out(room.state(junction).control)

    @router.post(
        "/{junction}/traffic",
        summary="Say what detectors see now",
        status_code=HTTPStatus.NO_CONTENT,
        responses=problems(403, 404, 422),
    )
    def hear(junction: JunctionPath, asked: TrafficIn, caller: Detector) -> None:
        """Kept only until the next word; nothing is stored. 403 where a movement's camera is of another district than
        the device."""
        live = room.junction(junction)
        named = live.approaches.at if live.approaches is not None else {}
        cameras.check(caller, {named[name].camera for name in asked.approaches if name in named})
        live.tell(words_of(asked), room.now_s() - asked.age_s)


class CameraDistricts:
    """Which camera is of which district; of those that have one the database is asked every half minute at most."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, Lock()
        self._known: dict[str, str] = {}
        self._until_s = -1.0

    def check(self, caller: Caller, cameras: Collection[str]) -> None:
        """Raises WrongDistrictError where the caller is of another district than a camera."""
        if caller.districts is None:
            return
        with self._lock:
            if monotonic() >= self._until_s or not set(cameras) <= self._known.keys():
                self._known, self._until_s = dict(list_districts(self._engine)), monotonic() + DISTRICTS_S
        for camera in sorted(cameras):
            district = self._known.get(camera)
            if district is not None and district not in caller.districts:
                raise WrongDistrictError(f"camera {camera}: wanted one of your district, found one of another")

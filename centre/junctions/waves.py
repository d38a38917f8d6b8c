"""Green waves: a street as somebody describes it, coordinated and drawn, as JSON, SVG and a page. Nothing is stored."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from markupsafe import Markup
from pydantic import Field
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from centre.junctions.asked import Asked
from centre.junctions.desk import Looker
from centre.junctions.posting import Typed, answer_post
from signals.api.problems import ProblemRoute
from signals.library.described import StreetIn as Described
from signals.library.files import load_street
from signals.live.errors import LiveError
from signals.live.shelf import MOST_BYTES
from signals.optimize.corridor.coordinate import Coordination, coordinate
from signals.optimize.corridor.street import Street
from signals.report.arrivals import arrivals_at, cameras_of
from signals.report.time_space import Arrival, draw_time_space, on_green
from signals.report.wave_document import wave_document
from signals.report.words import Language, words
from signals.sentences import said
from violations.accounts.caller import PERSON_ROLES, Caller
from violations.api.access import allow
from violations.api.problems import problems
from violations.store.events import EventsWanted, list_events
from violations.web.frame import Frame
from violations.web.posted import Fields, form_fields
from violations.web.preferences import preferences_of
from vision.sentences import in_language

LOOKS = allow(*PERSON_ROLES)
ROOM = "/signals/wave"
# What a server may spend on one request; the command has no such bound.
MOST_STOPS = 8
LATELY, MOST_CROSSINGS = timedelta(minutes=15), 2000


@dataclass(frozen=True, slots=True)
class Measured:
    """What cameras told lately. now: aware UTC."""

    engine: Engine
    now: Callable[[], datetime]

    def arrivals(self, street: Described, caller: Caller) -> list[Arrival]:
        """Of the last quarter hour, by the cameras that the street names and that are in the caller's districts."""
        until = self.now()
        found: list[Arrival] = []
        for camera in sorted(cameras_of(street)):
            wanted = EventsWanted(camera, "vn.ngatu.crossing.v1", until - LATELY, until, caller.districts)
            page = list_events(self.engine, wanted, limit=MOST_CROSSINGS)
            found += arrivals_at(street, (stored.event for stored in page.events))
        return found


class StreetIn(Asked):
    street: Annotated[str, Field(min_length=1, max_length=MOST_BYTES, description="YAML: stops, flows and links.")]


def build_waves_router(measured: "Measured") -> APIRouter:
    router = APIRouter(prefix="/api/signals", tags=["signals"], route_class=ProblemRoute)

    @router.post("/wave", summary="Coordinate a street", responses=problems(422))
    def wave(asked: StreetIn, caller: Looker) -> dict[str, object]:
        """One cycle, splits, orders of stages and offsets with the widest green bands; 422 says what is wrong, and with
        too much traffic what would make it possible."""
        described, street, found = _coordinated(asked.street)
        return wave_document(street, found, measured.arrivals(described, caller))

    @router.post(
        "/wave/diagram",
        summary="The same as a time-space diagram (SVG)",
        response_class=Response,
        responses={
            200: {"description": "SVG.", "content": {"image/svg+xml": {"schema": {"type": "string"}}}},
            **problems(422),
        },
    )
    def diagram(asked: StreetIn, request: Request, caller: Looker) -> Response:
        described, street, found = _coordinated(asked.street)
        drawing = _drawn(street, found, measured.arrivals(described, caller), preferences_of(request).language)
        return Response(drawing, media_type="image/svg+xml")

    return router


class WavePages:
    def __init__(self, frame: Frame, measured: "Measured") -> None:
        self._frame, self._measured = frame, measured

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(ROOM, self.show, methods=["GET"], dependencies=[LOOKS])
        router.add_api_route(ROOM, self.work_out, methods=["POST"], dependencies=[LOOKS])
        return router

    def show(self, request: Request) -> Response:
        return self._page(request, {})

    def work_out(self, request: Request, fields: Annotated[Fields, Depends(form_fields)]) -> Response:

        def do(typed: Typed) -> Response:
            described, street, found = _coordinated(typed.get("street", ""))
            came = self._measured.arrivals(described, request.state.caller)
            drawing = _drawn(street, found, came, preferences_of(request).language)
            met = on_green(street, found, came) if cameras_of(described) else None
            return self._page(request, typed, found=found, drawing=drawing, met=met)

        def again(_status: HTTPStatus, problem: str, typed: Typed) -> Response:
            return self._page(request, typed, problem=problem)

        return answer_post(self._frame, request, fields, ROOM, do=do, again=again)

    def _page(
        self,
        request: Request,
        typed: Mapping[str, str],
        *,
        problem: str | None = None,
        found: Coordination | None = None,
        drawing: str = "",
        met: Mapping[tuple[str, bool], tuple[int, int]] | None = None,
    ) -> Response:
        """met: arrivals on green and all of them, by junction and way; None where no line is named."""
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
        # The drawing is our own: every word in it was escaped when it was drawn.
        language = preferences_of(request).language
        shown = Markup(drawing)  # noqa: S704 — see above
        return self._frame.render(
            request,
            "wave.html",
            status,
            typed=typed,
            problem=problem,
            found=found,
            drawing=shown,
            met=met,
            warnings=[in_language(one, language) for one in found.warnings] if found else [],
        )


def _coordinated(text: str) -> tuple[Described, Street, Coordination]:
    """Raises SignalsError; the file's name in its sentences is `street`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "street.yaml"
        file.write_text(text.replace("\r\n", "\n"), encoding="utf-8")
        described, street = load_street(file)
    if len(street.stops) > MOST_STOPS:
        sentence = said(
            "At most {most_stops} junctions are coordinated here, found {stops}: use ngatu signals wave.",
            most_stops=MOST_STOPS,
            stops=len(street.stops),
        )
        raise LiveError("street.stops", sentence)
    return described, street, coordinate(street)


def _drawn(street: Street, found: Coordination, came: Sequence[Arrival], language: str) -> str:
    return draw_time_space(street, found, came, words(Language(language))).markup()

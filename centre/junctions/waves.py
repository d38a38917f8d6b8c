"""Green waves: a street as somebody describes it, coordinated and drawn, as JSON, SVG and a page. Nothing is stored."""

import tempfile
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from markupsafe import Markup
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from centre.junctions.answers import Asked
from signals.api.problems import ProblemRoute
from signals.errors import CapacityError, SignalsError
from signals.library.files import load_street
from signals.live.errors import LiveError
from signals.live.shelf import MOST_BYTES
from signals.optimize.corridor.coordinate import Coordination, coordinate
from signals.optimize.corridor.street import Street
from signals.report.time_space import draw_time_space
from signals.report.wave_document import wave_document
from signals.report.words import Language, words
from violations.accounts.caller import PERSON_ROLES
from violations.api.access import allow
from violations.api.problems import problems
from violations.web.frame import Frame
from violations.web.posted import Fields, form_fields, sound_form
from violations.web.preferences import preferences_of

LOOKS = allow(*PERSON_ROLES)
ROOM = "/signals/wave"
# What a server may spend on one request; the command has no such bound.
MOST_STOPS = 8


class StreetIn(Asked):
    street: Annotated[str, Field(min_length=1, max_length=MOST_BYTES, description="YAML: stops, flows and links.")]


def build_waves_router() -> APIRouter:
    router = APIRouter(prefix="/api/signals", tags=["signals"], route_class=ProblemRoute)

    @router.post("/wave", summary="Coordinate a street", dependencies=[LOOKS], responses=problems(422))
    def wave(asked: StreetIn) -> dict[str, object]:
        """One cycle, splits, orders of stages and offsets with the widest green bands; 422 says what is wrong, and with
        too much traffic what would make it possible."""
        return wave_document(*_coordinated(asked.street), [])

    @router.post(
        "/wave/diagram",
        summary="The same as a time-space diagram (SVG)",
        dependencies=[LOOKS],
        response_class=Response,
        responses={
            200: {"description": "SVG.", "content": {"image/svg+xml": {"schema": {"type": "string"}}}},
            **problems(422),
        },
    )
    def diagram(asked: StreetIn, request: Request) -> Response:
        drawing = _drawn(*_coordinated(asked.street), preferences_of(request).language)
        return Response(drawing, media_type="image/svg+xml")

    return router


class WavePages:
    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(ROOM, self.show, methods=["GET"], dependencies=[LOOKS])
        router.add_api_route(ROOM, self.work_out, methods=["POST"], dependencies=[LOOKS])
        return router

    def show(self, request: Request) -> Response:
        return self._page(request, {})

    def work_out(self, request: Request, fields: Annotated[Fields, Depends(form_fields)]) -> Response:
        sound = sound_form(self._frame, request, fields, ROOM)
        if isinstance(sound, Response):
            return sound
        try:
            street, found = _coordinated(sound.get("street", ""))
        except SignalsError as error:
            ways = error.ways if isinstance(error, CapacityError) else ()
            return self._page(request, sound, problem=" ".join((str(error), *ways)))
        drawing = _drawn(street, found, preferences_of(request).language)
        return self._page(request, sound, found=found, drawing=drawing)

    def _page(
        self,
        request: Request,
        typed: Mapping[str, str],
        *,
        problem: str | None = None,
        found: Coordination | None = None,
        drawing: str = "",
    ) -> Response:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
        # The drawing is our own: every word in it was escaped when it was drawn.
        shown = Markup(drawing)  # noqa: S704 — see above
        return self._frame.render(
            request, "wave.html", status, typed=typed, problem=problem, found=found, drawing=shown
        )


def _coordinated(text: str) -> tuple[Street, Coordination]:
    """Raises SignalsError; the file's name in its sentences is `street`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "street.yaml"
        file.write_text(text.replace("\r\n", "\n"), encoding="utf-8")
        _, street = load_street(file)
    if len(street.stops) > MOST_STOPS:
        sentence = (
            f"At most {MOST_STOPS} junctions are coordinated here, found {len(street.stops)}: use ngatu signals wave."
        )
        raise LiveError("street.stops", sentence)
    return street, coordinate(street)


def _drawn(street: Street, found: Coordination, language: str) -> str:
    return draw_time_space(street, found, [], words(Language(language))).markup()

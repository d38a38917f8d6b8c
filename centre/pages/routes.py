"""The pages that only the centre has: counts of a line, and the cameras. They stand in the review desk's frame."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from centre.pages.chart import Interval, draw
from centre.scenes.routes import EDITORS
from violations.accounts.caller import Caller
from violations.api.access import signed_in
from violations.store.errors import IntervalTooFineError
from violations.store.scenes import scene_cameras
from violations.store.traffic import CountsWanted, count_page, counted_lines, latest_until, list_cameras
from violations.web.frame import Frame, utc_now
from vision.events.bodies import Direction
from vision.vehicles import KIND_NAMES

HERE = Path(__file__).parent
ROWS_AT_MOST = 400
CAMERA_NAME = r"[\w.-]{1,80}"
# HTML's patterns know no letters but those of ASCII behind a backslash.
CAMERA_NAME_IN_HTML = r"[\p{L}\p{N}_.\-]{1,80}"


def build_frame(place: str | None = None, now: Callable[[], datetime] = utc_now) -> Frame:
    """The review desk's frame with this room's templates, words and scripts added."""
    return Frame([HERE / "templates"], [HERE / "texts"], place=place, now=now, static=[HERE / "static"])


def build_router(engine: Engine, frame: Frame) -> APIRouter:
    """`frame` comes from `build_frame`. Left out of the OpenAPI document, like all pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/cameras", dependencies=[signed_in()])
    def cameras(request: Request) -> Response:
        asked = request.query_params.get("camera", "")
        if re.fullmatch(CAMERA_NAME, asked):
            return RedirectResponse(f"/cameras/{quote(asked)}", HTTPStatus.SEE_OTHER)
        return _cameras(request, engine, frame)

    @router.get("/counts", dependencies=[signed_in()])
    def counts(request: Request) -> Response:
        return _counts(request, engine, frame)

    return router


def _cameras(request: Request, engine: Engine, frame: Frame) -> Response:
    """Those that ever sent something, and those for which there is only a scene yet."""
    caller: Caller = request.state.caller
    cameras, scenes = list_cameras(engine), scene_cameras(engine)
    silent = sorted(scenes.keys() - {one.camera for one in cameras})
    return frame.render(
        request,
        "cameras.html",
        cameras=cameras,
        silent=silent,
        scenes=scenes,
        edits=caller.may(*EDITORS),
        name_pattern=CAMERA_NAME_IN_HTML,
        asked=request.query_params.get("camera", ""),
    )


# How far back the page looks, with the grid it shows then; None shows the intervals as the cameras measured them.
SPANS_H = {"1": None, "6": 300, "24": 900}


def _counts(request: Request, engine: Engine, frame: Frame) -> Response:
    """One line over the hours before its newest interval; the first line where none or an unknown one is asked for."""
    lines = counted_lines(engine)
    if not lines:
        return frame.render(request, "counts.html", shown=None)
    asked = (request.query_params.get("camera", ""), request.query_params.get("line", ""))
    camera, line = asked if asked in lines else lines[0]
    hours = request.query_params.get("hours", "")
    hours = hours if hours in SPANS_H else "1"
    intervals = _intervals(engine, camera, line, hours)
    return frame.render(
        request,
        "counts.html",
        shown={"camera": camera, "line": line},
        lines=[(one, f"/counts?{urlencode({'camera': one[0], 'line': one[1], 'hours': hours})}") for one in lines],
        spans=[(one, f"/counts?{urlencode({'camera': camera, 'line': line, 'hours': one})}") for one in SPANS_H],
        hours=hours,
        csv=f"/api/counts?{urlencode({'camera': camera, 'line': line, 'format': 'csv'})}",
        intervals=intervals,
        interval_s=_common_length_s(intervals),
        chart=draw(intervals),
        kinds=[kind for kind in KIND_NAMES if any(one.of(kind) for one in intervals)],
        directions=list(Direction),
    )


def _intervals(engine: Engine, camera: str, line: str, hours: str) -> list[Interval]:
    newest = latest_until(engine, camera, line)
    since = newest - timedelta(hours=int(hours)) if newest else None
    wanted = CountsWanted(camera, line, since, interval_s=SPANS_H[hours])
    try:
        page = count_page(engine, wanted, limit=ROWS_AT_MOST)
    except IntervalTooFineError:
        page = count_page(engine, CountsWanted(camera, line, since), limit=ROWS_AT_MOST)
    return [Interval(row.since, row.until, row.coverage, row.counts) for row in page.rows]


def _common_length_s(intervals: list[Interval]) -> float | None:
    """Of all intervals but perhaps the last, which a camera may have cut short; None where they differ."""
    lengths_s = {round((one.until - one.since).total_seconds(), 1) for one in intervals[:-1] or intervals}
    return lengths_s.pop() if len(lengths_s) == 1 else None

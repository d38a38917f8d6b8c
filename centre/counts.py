"""Counts as JSON or CSV, and the cameras that send them."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field, TypeAdapter
from sqlalchemy import Engine

from violations.api.access import signed_in
from violations.api.csv_text import CSV, Page, csv_answer, prefers_csv
from violations.api.problems import problems
from violations.api.values import Answer, Cursor, CursorOf, Since, Text, Until, WholeNumber, known_queries
from violations.store.traffic import Cell, CountsWanted, LineCounts, count_page, list_cameras
from vision.events.bodies import Direction, Health
from vision.vehicles import KindName

PLACE: CursorOf[Cell] = CursorOf(TypeAdapter(tuple[WholeNumber, Text, Text, Text]))
CSV_PAGE = 1000
COLUMNS = ("camera", "line", "since", "until", "coverage", "direction", "kind", "n")

IntervalName = Literal["15s", "1m", "5m", "15m", "1h"]
INTERVAL_S: dict[IntervalName, int] = {"15s": 15, "1m": 60, "5m": 300, "15m": 900, "1h": 3600}


class LineCountsOut(Answer):
    """One line over one interval. Kinds not seen are left out; with coverage 1 that is a zero."""

    camera: str
    line: str
    since: datetime
    until: datetime
    coverage: float = Field(ge=0, le=1, description="Share of the interval in which frames were really analysed.")
    counts: dict[Direction, dict[KindName, int]]


class CountsOut(Answer):
    interval: IntervalName | None = Field(description="null: the intervals as the cameras measured them.")
    rows: list[LineCountsOut]
    next: str | None = Field(description="Pass as `cursor` for the following page; null on the last.")


class CameraOut(Answer):
    camera: str
    received_at: datetime = Field(description="When the centre last stored anything of it, UTC.")
    time: datetime | None = Field(description="The camera's own UTC label of `health`.")
    health: Health | None = Field(description="The latest it said of itself; null if it never did.")


def build_counts_router(engine: Engine) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["traffic"])

    @router.get(
        "/counts",
        summary="Vehicles over lines, by interval, direction and kind",
        response_model=CountsOut,
        dependencies=[Depends(known_queries), signed_in()],
        responses={
            200: {"description": "One row per line and interval.", "content": {CSV: {"schema": {"type": "string"}}}},
            **problems(422),
        },
    )
    def get_counts(
        *,
        request: Request,
        camera: Annotated[Text | None, Query(description="Only this camera.")] = None,
        line: Annotated[Text | None, Query(description="Only this line.")] = None,
        since: Since = None,
        until: Until = None,
        interval: Annotated[IntervalName | None, Query(description="Grid; absent: as measured.")] = None,
        format_: Annotated[
            Literal["json", "csv"] | None, Query(alias="format", description="Absent: as Accept says, else JSON.")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=5000, description="Rows per page of JSON; CSV is always whole.")] = 1000,
        cursor: Cursor = None,
    ) -> CountsOut | Response:
        """Intervals are taken by their start, and belong wholly to the cell of the grid in which they start.

        A grid finer than the measured intervals is refused: it would show gaps that are none.
        """
        wanted = CountsWanted(camera, line, since, until, None if interval is None else INTERVAL_S[interval])
        if format_ == "csv" or (format_ is None and prefers_csv(request.headers.get("accept", ""))):
            return csv_answer("counts.csv", COLUMNS, partial(_csv_page, engine, wanted))
        page = count_page(engine, wanted, limit=limit, after=PLACE.read(cursor))
        return CountsOut(interval=interval, rows=[_row(row) for row in page.rows], next=PLACE.write(page.next_after))

    @router.get("/cameras", summary="Every camera and how it is", responses=problems(), dependencies=[signed_in()])
    def get_cameras() -> list[CameraOut]:
        return [
            CameraOut(camera=one.camera, received_at=one.received_at, time=one.time, health=one.health)
            for one in list_cameras(engine)
        ]

    return router


def _row(row: LineCounts) -> LineCountsOut:
    return LineCountsOut(
        camera=row.camera,
        line=row.line,
        since=row.since,
        until=row.until,
        coverage=row.coverage,
        counts={direction: dict(kinds) for direction, kinds in row.counts.items()},
    )


def _csv_page(engine: Engine, wanted: CountsWanted, after: Cell | None) -> Page[Cell]:
    page = count_page(engine, wanted, limit=CSV_PAGE, after=after)
    return [cells for row in page.rows for cells in _csv_rows(row)], page.next_after


def _csv_rows(row: LineCounts) -> Iterator[tuple[object, ...]]:
    """One row per direction and kind; an interval without vehicles has one row with n 0 and neither."""
    head = (row.camera, row.line, row.since.isoformat(), row.until.isoformat(), round(row.coverage, 4))
    if not any(row.counts.values()):
        yield (*head, "", "", 0)
    for direction, kinds in row.counts.items():
        for kind, n in kinds.items():
            yield (*head, direction.value, kind, n)

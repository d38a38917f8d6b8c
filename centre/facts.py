"""Traffic facts as JSON or CSV."""

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
from violations.api.values import Answer, Cursor, CursorOf, Since, Text, Until, UtcMoment, known_queries
from violations.store.facts import FactBody, FactRecord, FactsWanted, list_facts
from vision.events.fact_rows import FactRow, rows_of

PLACE: CursorOf[tuple[datetime, str]] = CursorOf(TypeAdapter(tuple[UtcMoment, Text]))
CSV_PAGE = 500
HEAD = ("camera", "type", "since", "until", "coverage", "pcu_table", "pcu_unit", "view_moved")
COLUMNS = (*HEAD, *FactRow._fields)

FactKind = Literal["line", "lane", "turning", "approach", "green"]
LengthName = Literal["15s", "1m", "5m", "15m"]
LENGTH_S: dict[LengthName, float] = {"15s": 15.0, "1m": 60.0, "5m": 300.0, "15m": 900.0}


class FactsOfPlace(Answer):
    """One place over one interval. Every number stands with its error, or with the reason why it is not known."""

    camera: str
    type: str
    place: str = Field(description="The line, lane or stop line; 'junction' for turning movements.")
    since: datetime
    until: datetime
    facts: FactBody


class FactsOut(Answer):
    rows: list[FactsOfPlace]
    next: str | None = Field(description="Pass as `cursor` for the following page; null on the last.")


def build_facts_router(engine: Engine) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["traffic"])

    @router.get(
        "/facts",
        summary="Traffic facts: volumes, speeds, queues, delays, turning movements",
        response_model=FactsOut,
        dependencies=[Depends(known_queries), signed_in()],
        responses={
            200: {
                "description": "JSON: one row per place and interval. CSV: one row per number.",
                "content": {CSV: {"schema": {"type": "string"}}},
            },
            **problems(422),
        },
    )
    def get_facts(
        *,
        request: Request,
        camera: Annotated[Text | None, Query(description="Only this camera.")] = None,
        kind: Annotated[FactKind | None, Query(description="Only facts of this kind.")] = None,
        place: Annotated[Text | None, Query(description="Only this line, lane or stop line.")] = None,
        since: Since = None,
        until: Until = None,
        interval: Annotated[LengthName | None, Query(description="Only intervals of this length; absent: all.")] = None,
        format_: Annotated[
            Literal["json", "csv"] | None, Query(alias="format", description="Absent: as Accept says, else JSON.")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=500, description="Rows per page of JSON; CSV is always whole.")] = 100,
        cursor: Cursor = None,
    ) -> FactsOut | Response:
        """Intervals are taken by their start. Greens have the length of the green and so no `interval`."""
        type_ = None if kind is None else f"vn.ngatu.{kind}_facts.v1"
        length_s = None if interval is None else LENGTH_S[interval]
        wanted = FactsWanted(camera, type_, place, since, until, length_s)
        if format_ == "csv" or (format_ is None and prefers_csv(request.headers.get("accept", ""))):
            return csv_answer("facts.csv", COLUMNS, partial(_csv_page, engine, wanted))
        page = list_facts(engine, wanted, limit=limit, after=PLACE.read(cursor))
        return FactsOut(rows=[_row(record) for record in page.records], next=PLACE.write(page.next_after))

    return router


def _row(record: FactRecord) -> FactsOfPlace:
    return FactsOfPlace(
        camera=record.camera,
        type=record.type,
        place=record.place,
        since=record.since,
        until=record.until,
        facts=record.facts,
    )


def _csv_page(engine: Engine, wanted: FactsWanted, after: tuple[datetime, str] | None) -> Page[tuple[datetime, str]]:
    page = list_facts(engine, wanted, limit=CSV_PAGE, after=after)
    return [cells for row in page.records for cells in _csv_rows(row)], page.next_after


def _csv_rows(record: FactRecord) -> Iterator[tuple[object, ...]]:
    facts = record.facts
    interval = (record.since.isoformat(), record.until.isoformat())
    head = (record.camera, record.type, *interval, facts.coverage, facts.pcu_table, facts.pcu_unit, facts.view_moved)
    for row in rows_of(facts):
        yield (*head, *row)

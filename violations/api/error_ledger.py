"""The public error ledger: how an office's findings came out, by month, camera and offence, for everybody to read."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as clock_time
from hashlib import sha256
from http import HTTPStatus
from threading import Lock
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from sqlalchemy import Engine

from violations.api.access import public
from violations.api.csv_text import CSV, csv_text, prefers_csv
from violations.api.etags import not_modified, version_tag
from violations.api.problems import problems
from violations.api.values import Answer, known_queries
from violations.cases.due import VIETNAM
from violations.cases.error_ledger import FEWEST, LedgerRow, error_ledger
from violations.law.dated import day_in_vietnam
from violations.store.case_figures import monthly_outcomes

MONTHS = 24
FRESH_S = 600
PER_MINUTE = 30
COLUMNS = ("month", "camera", "offence", "accepted", "rejected", "overturned")
Month = Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}$", description="Only this month, such as 2026-10.")]


@dataclass(frozen=True, slots=True)
class Ledger:
    """tag: the same for the same rows. made_at: when they were counted, UTC."""

    rows: Sequence[LedgerRow]
    tag: str
    made_at: datetime


class ErrorLedger:
    """Counts at most every ten minutes, whoever asks. Only months that have ended: they say nothing of single days.

    now: aware UTC. seconds: the monotonic clock.
    """

    def __init__(
        self, engine: Engine, now: Callable[[], datetime], seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._now = now
        self._seconds = seconds
        self._lock = Lock()
        self._kept: tuple[float, Ledger] | None = None

    def read(self) -> Ledger:
        with self._lock:
            if self._kept is None or self._seconds() - self._kept[0] >= FRESH_S:
                self._kept = (self._seconds(), self._count())
            return self._kept[1]

    def _count(self) -> Ledger:
        now = self._now()
        until = day_in_vietnam(now, "ledger").replace(day=1)
        months = until.year * 12 + until.month - 1 - MONTHS
        since = until.replace(year=months // 12, month=months % 12 + 1)
        begin, end = (datetime.combine(day, clock_time(), VIETNAM).astimezone(UTC) for day in (since, until))
        rows = error_ledger(monthly_outcomes(self._engine, since=begin, until=end))
        return Ledger(rows, sha256(repr(rows).encode()).hexdigest()[:16], now)


class LedgerRowOut(Answer):
    month: str
    camera: str = Field(description="`*` in the row that holds the small numbers of a month together.")
    offence: str
    accepted: int | None = Field(description="Null where the numbers are too small to be told.")
    rejected: int | None
    overturned: int | None = Field(description="Accepted first, let go later.")


class LedgerOut(Answer):
    """Cases by the month of their recording and how they came out so far; whole months only, no personal data."""

    made_at: datetime
    fewest: int = Field(description="Rows of fewer decided cases than this are put together or withheld.")
    rows: list[LedgerRowOut]


def build_error_ledger_router(ledger: ErrorLedger) -> APIRouter:
    router = APIRouter(tags=["figures"])

    @router.get(
        "/error-ledger",
        summary="How findings came out, by month, camera and offence",
        response_model=LedgerOut,
        responses={
            200: {"description": "Whole months only.", "content": {CSV: {"schema": {"type": "string"}}}},
            304: {"description": "You have it already."},
            **problems(422),
        },
        dependencies=[Depends(known_queries), public(per_minute=PER_MINUTE)],
    )
    def get_error_ledger(
        request: Request,
        response: Response,
        month: Month = None,
        format_: Annotated[
            Literal["json", "csv"] | None, Query(alias="format", description="Absent: as Accept says, else JSON.")
        ] = None,
    ) -> LedgerOut | Response:
        """Counted anew every ten minutes at most. Small numbers are withheld, and cannot be found by subtraction."""
        found = ledger.read()
        as_csv = format_ == "csv" or (format_ is None and prefers_csv(request.headers.get("accept", "")))
        tag = version_tag(f"{found.tag}-{'csv' if as_csv else 'json'}-{month or 'all'}")
        headers = {"etag": tag, "cache-control": f"public, max-age={FRESH_S}", "vary": "accept"}
        if not_modified(request, tag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        rows = [row for row in found.rows if month in {None, row.month}]
        if as_csv:
            headers["content-disposition"] = 'attachment; filename="error-ledger.csv"'
            lines = ([getattr(row, name) for name in COLUMNS] for row in rows)
            return Response(csv_text([COLUMNS, *lines]), headers=headers, media_type=f"{CSV}; charset=utf-8")
        response.headers.update(headers)
        out = [LedgerRowOut(**{name: getattr(row, name) for name in COLUMNS}) for row in rows]
        return LedgerOut(made_at=found.made_at, fewest=FEWEST, rows=out)

    return router

"""The public page of the error ledger: what the office's cameras got wrong, told before anybody asks."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from violations.api.access import public
from violations.api.desk_setup import DeskSetup
from violations.api.error_ledger import FRESH_S, PER_MINUTE, ErrorLedger, Ledger
from violations.cases.agreement import wilson
from violations.cases.error_ledger import FEWEST, TOGETHER, LedgerRow, total
from violations.web.frame import Frame

ROWS_AT_MOST = 400


class ErrorLedgerPages:
    """Its pages are drawn anew for each reader (language and theme), its numbers are not."""

    def __init__(self, engine: Engine, frame: Frame, desk: DeskSetup) -> None:
        self._frame = frame
        self._desk = desk
        self._ledger = ErrorLedger(engine, frame.now)

    def add_to(self, router: APIRouter) -> None:
        looks = [public(per_minute=2 * PER_MINUTE)]
        router.add_api_route("/error-ledger", self.ledger, methods=["GET"], dependencies=looks)

    def ledger(self, request: Request) -> Response:
        """One month by camera and offence, and all months by their sums."""
        found = self._ledger.read()
        months = list(dict.fromkeys(row.month for row in found.rows))
        asked = request.query_params.get("month", "")
        month = asked if asked in months else (months[0] if months else "")
        rows = [row for row in found.rows if row.month == month]
        language = self._frame.texts(request).language
        response = self._frame.render(
            request,
            "error_ledger.html",
            HTTPStatus.OK,
            made_at=found.made_at,
            month=month,
            months=[(one, f"/error-ledger?{urlencode({'month': one})}", _of(found, one)) for one in months],
            rows=rows[:ROWS_AT_MOST],
            left_out=max(0, len(rows) - ROWS_AT_MOST),
            sum_of_month=total(rows),
            withheld=[row for row in rows if row.decided is None],
            together=TOGETHER,
            fewest=FEWEST,
            fresh_min=FRESH_S // 60,
            interval=_interval,
            month_word=_month_word,
            office=self._desk.office,
            law_says=lambda name: self._desk.wording.named(name).said(language.value),
        )
        response.headers["cache-control"] = "private, max-age=60"
        return response


def _of(ledger: Ledger, month: str) -> LedgerRow:
    return total(row for row in ledger.rows if row.month == month)


def _interval(row: LedgerRow) -> Sequence[float]:
    """The share of wrong findings among the decided, and its 95 % interval; (0, 0, 1) without any."""
    wrong, decided = (row.rejected or 0) + (row.overturned or 0), row.decided or 0
    return (wrong / decided if decided else 0.0, *wilson(wrong, decided))


def _month_word(month: str) -> str:
    """`10/2026` of `2026-10`."""
    year, _, number = month.partition("-")
    return f"{number}/{year}"

"""Rows as CSV that spreadsheets cannot be tricked with."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from starlette.responses import StreamingResponse

CSV = "text/csv"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def prefers_csv(accept: str) -> bool:
    return CSV in {kind.partition(";")[0].strip().lower() for kind in accept.split(",")}


Place = TypeVar("Place")
Page = tuple[Iterable[Sequence[object]], Place | None]
"""Some rows, and after which place the next page follows; None on the last one."""


def csv_answer(file: str, columns: Sequence[str], read: Callable[[Place | None], Page[Place]]) -> StreamingResponse:
    """All pages as one file. The first is read before the answer starts, so that its errors are still answers."""
    headers = {"content-disposition": f'attachment; filename="{file}"'}
    return StreamingResponse(_parts(columns, read(None), read), headers=headers, media_type=f"{CSV}; charset=utf-8")


def _parts(columns: Sequence[str], first: Page[Place], read: Callable[[Place | None], Page[Place]]) -> Iterator[str]:
    yield csv_text([columns])
    rows, after = first
    yield csv_text(rows)
    while after is not None:
        rows, after = read(after)
        yield csv_text(rows)


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(tuple(_harmless(cell) for cell in row) for row in rows)
    return text.getvalue()


def _harmless(cell: object) -> object:
    """A spreadsheet runs text that looks like a formula; a leading apostrophe makes it text again (OWASP)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell

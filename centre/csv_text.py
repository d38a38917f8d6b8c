"""Rows as CSV that spreadsheets cannot be tricked with."""

import csv
import io
from collections.abc import Iterable, Sequence

CSV = "text/csv"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def prefers_csv(accept: str) -> bool:
    return CSV in {kind.partition(";")[0].strip().lower() for kind in accept.split(",")}


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(tuple(_harmless(cell) for cell in row) for row in rows)
    return text.getvalue()


def _harmless(cell: object) -> object:
    """A spreadsheet runs text that looks like a formula; a leading apostrophe makes it text again (OWASP)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell

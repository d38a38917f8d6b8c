"""Which districts a caller may see, as a condition of a query."""

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

Districts = frozenset[str] | None
"""The districts a caller may see; None for all of them."""

UNASSIGNED = "-"
"""The district of a camera that nobody has assigned: only who sees all districts sees it."""


def within(column: InstrumentedAttribute[str] | ColumnElement[str], districts: Districts) -> ColumnElement[bool]:
    """True of rows in these districts; an empty set sees nothing."""
    return true() if districts is None else column.in_(sorted(districts - {UNASSIGNED}))

"""Days and months of Vietnam inside a query, so that the database counts by them.

Vietnam has kept UTC+7 without summer time since 1975: seven hours are added, and no time-zone data are needed.
"""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class vietnam_day(FunctionElement[str]):  # noqa: N801  named as the function that it is in a query
    """`2026-11-21` of a column that holds a moment in UTC; its first seven letters are the month."""

    type = String()
    inherit_cache = True


@compiles(vietnam_day, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"strftime('%Y-%m-%d', {compiler.process(element.clauses, **options)}, '+7 hours')"


@compiles(vietnam_day, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'UTC' + interval '7 hours', 'YYYY-MM-DD')"

"""Months of events as PostgreSQL partitions: the database makes one when the first event of a month arrives.

Only for months near today (migration 0003 says which): a camera whose clock died must not make a thousand of them.
Events of other months lie in the partition `events_rest`. SQLite has one table and nothing to make.
"""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def make_months(session: Session, times: Collection[datetime]) -> None:
    """First thing in the transaction that inserts events of these times: a new partition locks the table."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for year, month in sorted({(time.astimezone(UTC).year, time.astimezone(UTC).month) for time in times}):
        session.execute(select(func.ngatu_event_month(datetime(year, month, 1, tzinfo=UTC))))

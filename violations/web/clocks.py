"""The two legal clocks a reviewer races: ten days to notify the owner, one year until the record has no force.

Counted in calendar days of Vietnam from the recorded moment, which is the earliest possible start and therefore the
strictest for us. Source: Circular 73/2024/TT-BCA as amended; shown on the page with the figure.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from violations.web.formats import VIETNAM

NOTIFY_DAYS = 10
SOON_DAYS = 3


class Urgency(StrEnum):
    CALM = "calm"
    SOON = "soon"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Deadline:
    """`last_day` still counts; `days_left` is negative once it is over."""

    last_day: date
    days_left: int

    @property
    def urgency(self) -> Urgency:
        if self.days_left < 0:
            return Urgency.PAST
        return Urgency.SOON if self.days_left <= SOON_DAYS else Urgency.CALM


@dataclass(frozen=True, slots=True)
class Clocks:
    notify: Deadline
    limitation: Deadline


def clocks(recorded_at: datetime, now: datetime) -> Clocks:
    today = now.astimezone(VIETNAM).date()
    recorded = recorded_at if recorded_at.tzinfo else recorded_at.replace(tzinfo=UTC)
    day = recorded.astimezone(VIETNAM).date()
    return Clocks(
        notify=_deadline(day + timedelta(days=NOTIFY_DAYS), today),
        limitation=_deadline(_a_year_after(day), today),
    )


def _deadline(last_day: date, today: date) -> Deadline:
    return Deadline(last_day, (last_day - today).days)


def _a_year_after(day: date) -> date:
    """29 February has no namesake next year; the day before is the strict reading."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)

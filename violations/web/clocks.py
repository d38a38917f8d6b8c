"""The two legal clocks a reviewer races: ten days to notify the owner, one year until the record has no force.

Counted by the law's data (`violations.law.clocks`) from the recorded moment, which is the earliest possible start and
therefore the strictest for us; where the data do not reach, no day is left.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from violations.law.clocks import deadline
from violations.web.formats import VIETNAM

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
    return Clocks(notify=_deadline("notify", day, today), limitation=_deadline("limitation", day, today))


def _deadline(clock: str, recorded: date, today: date) -> Deadline:
    last = deadline(clock, recorded)
    last_day = last.last_day if last else recorded
    return Deadline(last_day, (last_day - today).days)

"""The law's clocks of one case: which run, which were met, which are over. What the tiles and the case file show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from violations.cases.case import Case
from violations.cases.states import CaseState
from violations.law.clocks import Deadline, NoDeadline, deadline
from violations.law.dated import day_in_vietnam

SOON_DAYS = 3
ENDED = frozenset({CaseState.REJECTED, CaseState.WITHDRAWN, CaseState.PAID, CaseState.CLOSED, CaseState.EXPIRED})


class Urgency(StrEnum):
    """MET: what it waited for was done in time; LATE: done, and after its last day; PAST: not done, and over."""

    CALM = "calm"
    SOON = "soon"
    PAST = "past"
    MET = "met"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Running:
    """One clock of one case. done_on: the day of what it waits for, None while it runs."""

    clock: str
    deadline: Deadline
    today: date
    done_on: date | None

    @property
    def last_day(self) -> date:
        return self.deadline.last_day

    @property
    def days_left(self) -> int:
        return self.deadline.days_left(self.today)

    @property
    def urgency(self) -> Urgency:
        if self.done_on is not None:
            return Urgency.MET if self.done_on <= self.last_day else Urgency.LATE
        if self.today > self.last_day:
            return Urgency.PAST
        # A day off that may yet be a working day makes the end uncertain: then the earlier one warns.
        return Urgency.SOON if self.today >= self.deadline.safe_day - _days(SOON_DAYS) else Urgency.CALM


def law_clocks(case: Case, now: datetime) -> tuple[Running | NoDeadline, ...]:
    """Every clock that has started, in the order of the procedure; none for a case that has ended.

    The ten days count from the recording, the earliest moment that could be called detection. `now` is aware.
    """
    if case.state in ENDED:
        return ()
    return tuple(_clocks(case, day_in_vietnam(now, "clocks of a case")))


def _clocks(case: Case, today: date) -> Iterator[Running | NoDeadline]:
    yield _running("notify", case.recorded_at, case.notified_at, today)
    if case.identified_at is not None:
        yield _running("minutes", case.identified_at, case.minutes_at, today)
    if case.notified_at is not None and case.minutes_at is None:
        yield _running("no_reply", case.notified_at, None, today)
    yield _running("limitation", case.recorded_at, case.minutes_at, today)


def _running(name: str, start: datetime, done: datetime | None, today: date) -> Running | NoDeadline:
    last = deadline(name, start)
    if isinstance(last, NoDeadline):
        return last
    return Running(name, last, today, None if done is None else day_in_vietnam(done, name))


def _days(n: int) -> timedelta:
    return timedelta(days=n)

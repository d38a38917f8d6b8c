"""From the days left on a law's clock back to the recordings that have no more: how a queue asks for them. Pure."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from violations.law.clocks import deadline
from violations.law.dated import day_in_vietnam

VIETNAM = timezone(timedelta(hours=7))
FAR_BACK_DAYS = 400


def recorded_until(clock: str, days_left: int, now: datetime) -> datetime:
    """The moment before which all recordings have at most `days_left` days left on this clock; -1: it is over for them.

    Days are those of Vietnam. Where the law's data do not reach back, no day is left. `now` is aware, the answer UTC.
    """
    today = day_in_vietnam(now, clock)
    day = today
    while (today - day).days < FAR_BACK_DAYS and _left(clock, day, today) > days_left:
        day -= timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM).astimezone(UTC)


def _left(clock: str, recorded: date, today: date) -> int:
    last = deadline(clock, recorded)
    return last.days_left(today) if last else -1

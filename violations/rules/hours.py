"""Whether hours written on a sign surely hold, and since when; a clock that may be wrong helps nobody to accuse."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from math import inf

from violations.rules.circumstances import Circumstances
from vision.geometry.rules import DAYS, Hours

ONE_DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


def held_for_s(hours: Sequence[Hours], around: Circumstances) -> float:
    """For how many seconds, up to the moment of `around`, the hours have surely held without a break.

    Infinite for no hours: what is always so. 0 where they do not surely hold now, or where nobody knows how late it is
    or how wrong the clock may be. A moment without its time zone is a ValueError.
    """
    if not hours:
        return inf
    local, error_s = around.local, around.clock_error_s
    if local is None or error_s is None or not 0 <= error_s < ONE_DAY.total_seconds():
        return 0.0
    if local.tzinfo is None:
        raise ValueError(f"local: wanted a moment with its time zone, found {local.isoformat()}")
    earliest, latest = _within(local, error_s)
    for since, until in _joined(hours, earliest.date()):
        if since <= earliest and latest < until:
            return (earliest - since).total_seconds()
    return 0.0


def perhaps_hold(hours: Sequence[Hours], around: Circumstances) -> bool:
    """Whether the hours may hold at the moment of `around`, as far as anybody knows the time."""
    local, error_s = around.local, around.clock_error_s
    if not hours or local is None or error_s is None or not 0 <= error_s < ONE_DAY.total_seconds():
        return True
    earliest, latest = _within(local, error_s)
    return any(since <= latest and earliest < until for since, until in _joined(hours, earliest.date()))


def _within(local: datetime, error_s: float) -> Span:
    error = timedelta(seconds=error_s)
    return _on_the_wall(local, -error), _on_the_wall(local, error)


def _on_the_wall(local: datetime, later: timedelta) -> datetime:
    """What a clock on the wall shows so much later, without its zone; summer time may begin or end in between."""
    there = (local.astimezone(UTC) + later).astimezone(local.tzinfo)
    return there.replace(tzinfo=None)


def _joined(hours: Sequence[Hours], day: date) -> list[Span]:
    """The spans around a day, those that touch made one, in order."""
    joined: list[Span] = []
    for since, until in sorted(_spans(hours, day)):
        if joined and since <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], until)
        else:
            joined.append((since, until))
    return joined


def _spans(hours: Sequence[Hours], day: date) -> Iterator[Span]:
    """Those that begin from eight days before to two days after; one past midnight belongs to the day it begins on."""
    for each in hours:
        since, until = each.span()
        for away in range(-8, 3):
            begins = day + away * ONE_DAY
            if DAYS[begins.weekday()] in each.days:
                ends = begins if until > since else begins + ONE_DAY
                yield datetime.combine(begins, since), datetime.combine(ends, until)

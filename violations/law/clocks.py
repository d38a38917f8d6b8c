"""The clocks of the procedure: the last day on which something may still be done, by Vietnamese days."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from violations.errors import LawError
from violations.law.dated import Certainty, LawFile, Written, day_in_vietnam, read_law_file, weakest
from violations.law.holidays import ONE_DAY, Calendar, shipped_calendar
from vision.events.bodies import Name
from vision.geometry.marked_yaml import Loc


class Clock(Written):
    """starts: what happens on the day it starts, which is not counted. since: first day on which it may start."""

    clock: Name
    starts: Name
    length: Annotated[int, Field(ge=1, le=1000)]
    unit: Literal["days", "working_days", "years"]
    source: str
    certainty: Certainty
    since: date


class Clocks(LawFile):
    clocks: tuple[Clock, ...]

    def named(self, name: str) -> Clock:
        """Raises LawError for a name that is not held."""
        for clock in self.clocks:
            if clock.clock == name:
                return clock
        raise LawError(f"clock {name}: wanted one of {', '.join(clock.clock for clock in self.clocks)}")

    def problems(self) -> Iterator[tuple[Loc, str]]:
        for name, times in Counter(clock.clock for clock in self.clocks).items():
            if times > 1:
                yield ("clocks",), f"clock {name}: wanted once, found {times} times"


@dataclass(frozen=True, slots=True)
class Deadline:
    """`last_day` still counts. certainty: the weakest of the clock's and of every day it had to know about.

    safe_day: the last day that is in time whatever the days marked U turn out to be; never after last_day.
    """

    clock: str
    start: date
    last_day: date
    safe_day: date
    certainty: Certainty
    source: str

    def days_left(self, today: date) -> int:
        """Days of the calendar; 0 on the last day, negative once it is over."""
        return (self.last_day - today).days


@dataclass(frozen=True, slots=True)
class NoDeadline:
    """The data do not reach: a sentence. It is false, like NoFine."""

    sentence: str

    def __bool__(self) -> Literal[False]:
        return False


def deadline(
    name: str, start: date, *, clocks: Clocks | None = None, calendar: Calendar | None = None
) -> Deadline | NoDeadline:
    """The last day of the clock that started on `start` (a day in Vietnam or an aware moment).

    Days and years end where the calendar says, holiday or not: the strictest reading. Raises LawError for an unknown
    clock and for a moment without its time zone.
    """
    clock = (clocks or shipped_clocks()).named(name)
    day = day_in_vietnam(start, f"clock {name}")
    if day < clock.since:
        return NoDeadline(f"clock {name}: wanted a start on {clock.since} or later, found {day}")
    match clock.unit:
        case "days":
            last = day + timedelta(days=clock.length)
        case "years":
            last = _years_after(day, clock.length)
        case "working_days":
            return _working_deadline(clock, day, calendar or shipped_calendar())
    return Deadline(name, day, last, last, clock.certainty, clock.source)


def _working_deadline(clock: Clock, start: date, calendar: Calendar) -> Deadline | NoDeadline:
    passed: list[date] = []
    surely, perhaps = clock.length, clock.length
    day = safe_day = start
    while surely:
        day += ONE_DAY
        if not calendar.holds(day):
            held = f"wanted the days off of {day.year}, found those of {calendar.years_held()}"
            return NoDeadline(f"clock {clock.clock} from {start}: {held}")
        passed.append(day)
        if perhaps and calendar.may_be_working(day):
            perhaps, safe_day = perhaps - 1, day
        surely -= bool(calendar.is_working(day))
    certainty = weakest(clock.certainty, *map(calendar.certainty_of, passed))
    return Deadline(clock.clock, start, day, safe_day, certainty, clock.source)


def _years_after(day: date, years: int) -> date:
    """29 February has no namesake in most years; the day before is the strict reading."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@cache
def shipped_clocks() -> Clocks:
    """The ones beside this file, read once."""
    with resources.as_file(resources.files("violations.law") / "clocks.yaml") as path:
        return load_clocks(path)


def load_clocks(path: Path) -> Clocks:
    """Raises LawFileError with every mistake and its line."""
    return read_law_file(path, Clocks)

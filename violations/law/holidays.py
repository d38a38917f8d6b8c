"""The calendar of Vietnamese state offices: which days are worked, in the years that are held, and how sure that is."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from violations.law.dated import Certainty, LawFile, Written, read_law_file
from vision.events.bodies import Name
from vision.geometry.marked_yaml import Loc

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ONE_DAY = timedelta(days=1)


class Statutory(Written):
    """A holiday that every year from that of `since` on must hold on `days` days otherwise worked."""

    holiday: Name
    days: Annotated[int, Field(ge=1)]
    source: str
    certainty: Certainty
    since: date


class Off(Written):
    """Days off, `day` to `until` (that day alone where None). certainty, source: those of the year where None."""

    day: date
    until: date | None = None
    holiday: Name
    kind: Literal["fixed", "lunar", "compensatory"]
    certainty: Certainty | None = None
    source: str | None = None

    def covers(self, day: date) -> bool:
        return self.day <= day <= (self.until or self.day)

    def days(self) -> list[date]:
        return [self.day + ONE_DAY * step for step in range(((self.until or self.day) - self.day).days + 1)]

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until and not self.day < self.until < self.day + 30 * ONE_DAY:
            raise ValueError(f"until: wanted one of the 29 days after {self.day}, found {self.until}")
        return self


class Worked(Written):
    """A day of weekly rest that was worked in the place of a day off."""

    day: date
    instead_of: date


class Year(Written):
    year: Annotated[int, Field(ge=2000, le=2200)]
    source: str
    certainty: Certainty
    off: tuple[Off, ...]
    worked: tuple[Worked, ...] = ()


class Calendar(LawFile):
    """Checked as a whole: each year once and whole, each day once, swaps in pairs."""

    weekly_rest: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=6)]
    statutory: tuple[Statutory, ...] = ()
    years: Annotated[tuple[Year, ...], Field(min_length=1)]

    def holds(self, day: date) -> bool:
        return any(year.year == day.year for year in self.years)

    def is_working(self, day: date) -> bool | None:
        """None in a year that is not held."""
        year = self._year(day)
        if year is None:
            return None
        if any(off.covers(day) for off in year.off):
            return False
        return not self._rests(day) or any(day == worked.day for worked in year.worked)

    def may_be_working(self, day: date) -> bool | None:
        """`is_working`, in doubt for it: a day off marked U is taken to be a working day, unless it is one of rest."""
        working = self.is_working(day)
        if working is None:
            return None
        return working or (self.certainty_of(day) == "U" and not self._rests(day))

    def certainty_of(self, day: date) -> Certainty:
        """How sure `is_working` is: that of the day's entry, else of its year; U in a year that is not held."""
        year = self._year(day)
        if year is None:
            return "U"
        entry = self._entry(year, day)
        return (entry.certainty if entry else None) or year.certainty

    def years_held(self) -> str:
        return ", ".join(str(year.year) for year in self.years)

    def problems(self) -> Iterator[tuple[Loc, str]]:
        for held, times in Counter(year.year for year in self.years).items():
            if times > 1:
                yield ("years",), f"year {held}: wanted once, found {times} times"
        for number, year in enumerate(self.years):
            for loc, problem in self._year_problems(year):
                yield ("years", number, *loc), problem

    def _year_problems(self, year: Year) -> Iterator[tuple[Loc, str]]:
        seen: set[date] = set()
        for number, off in enumerate(year.off):
            for day in off.days():
                if day.year != year.year or day in seen:
                    yield ("off", number), f"wanted days of {year.year}, each once, found {day}"
                seen.add(day)
        for number, worked in enumerate(year.worked):
            if worked.day.year != year.year or worked.day in seen or not self._rests(worked.day):
                yield ("worked", number), f"wanted a {' or '.join(self.weekly_rest)} not listed, found {worked.day}"
            if worked.instead_of not in seen or self._rests(worked.instead_of):
                yield (
                    ("worked", number),
                    f"instead_of: wanted a listed day off that is otherwise worked, found {worked.instead_of}",
                )
            seen.add(worked.day)
        yield from self._unfinished(year)

    def _unfinished(self, year: Year) -> Iterator[tuple[Loc, str]]:
        for holiday in self.statutory:
            listed = [day for off in year.off if off.holiday == holiday.holiday for day in off.days()]
            free = [day for day in listed if not self._rests(day)]
            if holiday.since.year <= year.year and len(free) < holiday.days:
                wanted = f"{holiday.days} days otherwise worked for {holiday.holiday}"
                yield (), f"year {year.year}: wanted {wanted}, found {len(free)}"

    def _year(self, day: date) -> Year | None:
        return next((year for year in self.years if year.year == day.year), None)

    def _rests(self, day: date) -> bool:
        return get_args(Weekday)[day.weekday()] in self.weekly_rest

    @staticmethod
    def _entry(year: Year, day: date) -> Off | None:
        """Where the day off stands, or the one that this day was worked for."""
        swapped = next((worked.instead_of for worked in year.worked if worked.day == day), day)
        return next((off for off in year.off if off.covers(swapped)), None)


@cache
def shipped_calendar() -> Calendar:
    """The one beside this file, read once."""
    with resources.as_file(resources.files("violations.law") / "holidays.yaml") as path:
        return load_calendar(path)


def load_calendar(path: Path) -> Calendar:
    """Raises LawFileError with every mistake and its line."""
    return read_law_file(path, Calendar)

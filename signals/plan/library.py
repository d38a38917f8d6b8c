"""The plans of a junction and when each runs: by time of day, by kind of day, by date.

Dates beat kinds of day, and among the kinds a holiday beats the day of the week. Which dates are holidays is told by
whoever asks: that list is law of its own and changes every year.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import pairwise

from signals.errors import Fault, PlanError
from signals.plan.check import check_plan
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan
from signals.sentences import said

SATURDAY, SUNDAY = 5, 6
MIDNIGHT = time(0)


class DayKind(StrEnum):
    WORKDAY = "workday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Since:
    """From this time of day on, local, until the next entry or midnight."""

    at: time
    plan: str


Day = tuple[Since, ...]


@dataclass(frozen=True, slots=True)
class PlanLibrary:
    """plans: by name. days: for each kind of day its entries, the first at midnight. dates: days with their own.

    A kind that is not there runs as a Sunday does if it is a holiday, else as a workday does. Raises PlanError, with
    every fault at once, for a plan that fails the check, an entry that names none, or a day with holes or no order.
    """

    junction: Junction
    plans: Mapping[str, TimingPlan]
    days: Mapping[DayKind, Day]
    dates: Mapping[date, Day]

    def __post_init__(self) -> None:
        faults = [*_plan_faults(self), *_day_faults(self)]
        if faults:
            raise PlanError(*faults)

    def kind_of(self, day: date, holidays: Collection[date]) -> DayKind:
        if day in holidays:
            return DayKind.HOLIDAY
        return {SATURDAY: DayKind.SATURDAY, SUNDAY: DayKind.SUNDAY}.get(day.weekday(), DayKind.WORKDAY)

    def entries_of(self, day: date, holidays: Collection[date]) -> Day:
        if day in self.dates:
            return self.dates[day]
        kind = self.kind_of(day, holidays)
        others = {DayKind.HOLIDAY: (DayKind.SUNDAY, DayKind.WORKDAY)}.get(kind, (DayKind.WORKDAY,))
        return next(self.days[one] for one in (kind, *others) if one in self.days)

    def at(self, moment: datetime, holidays: Collection[date]) -> str:
        """The name of the plan for a moment of local time."""
        entries = self.entries_of(moment.date(), holidays)
        return [entry.plan for entry in entries if entry.at <= moment.time()][-1]


def _plan_faults(library: PlanLibrary) -> Iterator[Fault]:
    for name, plan in library.plans.items():
        for problem in check_plan(plan, library.junction):
            yield Fault(
                f"plans.{name}.{problem.where}", said("Plan {name}: {sentence}", name=name, sentence=problem.sentence)
            )


def _day_faults(library: PlanLibrary) -> Iterator[Fault]:
    if DayKind.WORKDAY not in library.days:
        yield Fault("days", said("The library must say what runs on a workday."))
    named = [(f"days.{kind}", entries) for kind, entries in library.days.items()]
    named += [(f"dates.{day.isoformat()}", entries) for day, entries in library.dates.items()]
    for where, entries in named:
        if not entries or entries[0].at != MIDNIGHT:
            found = entries[0].at.isoformat("minutes") if entries else said("nothing")
            yield Fault(where, said("A day begins at 00:00: wanted an entry for it, found {found}.", found=found))
        for before, after in pairwise(entries):
            if after.at <= before.at:
                times = said(
                    "{after} after {before}", after=after.at.isoformat("minutes"), before=before.at.isoformat("minutes")
                )
                yield Fault(where, said("Entries of a day come in order of time, found {times}.", times=times))
        for entry in entries:
            if entry.plan not in library.plans:
                known = ", ".join(library.plans) or said("none")
                yield Fault(
                    where,
                    said(
                        "{where} names plan {plan}, which the library does not have (it has: {known}).",
                        where=where,
                        plan=entry.plan,
                        known=known,
                    ),
                )

"""The public holidays that plans of junctions know: those of the law's calendar, all of them days off."""

from datetime import date
from functools import cache

from violations.law.holidays import shipped_calendar


@cache
def known_holidays() -> frozenset[date]:
    return frozenset(day for year in shipped_calendar().years for off in year.off for day in off.days())

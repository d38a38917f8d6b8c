from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from violations.errors import LawError, LawFileError
from violations.law.clocks import Clocks, Deadline, deadline, load_clocks, shipped_clocks
from violations.law.holidays import Calendar, shipped_calendar

ONE_DAY = timedelta(days=1)
HELD = (date(2025, 1, 1), date(2027, 12, 1))
CALENDAR = shipped_calendar()


def of(name: str, start: date) -> Deadline:
    found = deadline(name, start)
    assert isinstance(found, Deadline)
    return found


@pytest.mark.parametrize(
    ("clock", "start", "last_day", "certainty"),
    [
        ("notify", date(2026, 8, 14), date(2026, 8, 24), "S"),
        ("notify", date(2026, 8, 15), date(2026, 8, 25), "S"),
        ("no_reply", date(2026, 12, 20), date(2027, 1, 9), "R"),
        ("limitation", date(2026, 8, 14), date(2027, 8, 14), "P"),
        ("limitation", date(2028, 2, 29), date(2029, 2, 28), "P"),
        ("citizen_clip", date(2026, 1, 31), date(2026, 3, 2), "P"),
        ("complex_citizen_clip", date(2026, 1, 31), date(2026, 4, 1), "P"),
        ("minutes", date(2026, 8, 10), date(2026, 8, 17), "R"),
        ("minutes", date(2026, 8, 14), date(2026, 8, 21), "R"),
        ("minutes", date(2026, 8, 15), date(2026, 8, 21), "R"),
        ("minutes", date(2026, 8, 17), date(2026, 8, 22), "R"),  # the worked Saturday is the fifth
        ("minutes", date(2026, 8, 28), date(2026, 9, 9), "R"),  # over National Day and the swapped Monday
        ("minutes", date(2025, 1, 24), date(2025, 2, 7), "R"),  # over Tet 2025
        ("minutes", date(2026, 2, 13), date(2026, 2, 27), "R"),  # over Tet 2026
        ("minutes", date(2025, 4, 25), date(2025, 5, 6), "R"),  # the worked Saturday 26, 28, 29 April, 5, 6 May
        ("minutes", date(2024, 12, 31), None, ""),
        ("minutes", date(2027, 12, 27), None, ""),
    ],
)
def test_the_last_day_of_each_clock(clock: str, start: date, last_day: date | None, certainty: str):
    found = deadline(clock, start)
    if last_day is None:
        assert not found
        return
    assert isinstance(found, Deadline)
    assert (found.last_day, found.certainty) == (last_day, certainty)
    assert found.source


def test_a_clock_answers_from_its_first_day_on():
    for clock in shipped_clocks().clocks:
        assert deadline(clock.clock, clock.since)
        before = deadline(clock.clock, clock.since - ONE_DAY)
        assert not isinstance(before, Deadline)
        assert str(clock.since) in before.sentence


def test_outside_the_years_held_working_days_are_not_counted_and_the_answer_says_so():
    found = deadline("minutes", date(2027, 12, 28))
    assert not isinstance(found, Deadline)
    assert found.sentence == (
        "clock minutes from 2027-12-28: wanted the days off of 2028, found those of 2025, 2026, 2027"
    )
    assert deadline("notify", date(2040, 1, 1)), "days of the calendar need no days off"


def test_a_holiday_nobody_confirmed_leaves_a_safe_day_before_the_last_one():
    found = of("minutes", date(2026, 11, 20))
    assert (found.last_day, found.safe_day, found.certainty) == (date(2026, 11, 30), date(2026, 11, 27), "U")
    sure = of("minutes", date(2026, 11, 24))
    assert (sure.last_day, sure.safe_day, sure.certainty) == (date(2026, 12, 1), date(2026, 12, 1), "R")


def test_the_clock_starts_on_the_day_it_is_in_vietnam():
    assert of("notify", datetime(2026, 8, 14, 16, 59, tzinfo=UTC)).last_day == date(2026, 8, 24)
    assert of("notify", datetime(2026, 8, 14, 17, 0, tzinfo=UTC)).last_day == date(2026, 8, 25)
    with pytest.raises(LawError, match="time zone"):
        deadline("notify", datetime(2026, 8, 14))  # noqa: DTZ001 — the mistake under test


def test_days_left_are_nought_on_the_last_day():
    found = of("notify", date(2026, 8, 14))
    assert [found.days_left(found.last_day + ONE_DAY * step) for step in (-1, 0, 1)] == [1, 0, -1]


def test_an_unknown_clock_is_one_sentence():
    with pytest.raises(LawError, match="clock coffee: wanted one of notify, minutes"):
        deadline("coffee", date(2026, 1, 1))


def working_days(length: int) -> Clocks:
    clock = shipped_clocks().named("minutes").model_copy(update={"length": length})
    return Clocks(format=1, clocks=(clock,))


def days_after(start: date, length: int, calendar: Calendar = CALENDAR) -> Deadline | None:
    found = deadline("minutes", start, clocks=working_days(length), calendar=calendar)
    return found if isinstance(found, Deadline) else None


@given(start=st.dates(*HELD), length=st.integers(1, 60))
def test_a_working_day_clock_ends_on_a_worked_day_after_exactly_so_many(start: date, length: int):
    found = days_after(start, length)
    if found is None:
        return
    assert CALENDAR.is_working(found.last_day)
    passed = [start + ONE_DAY * step for step in range(1, (found.last_day - start).days + 1)]
    assert sum(bool(CALENDAR.is_working(day)) for day in passed) == length
    assert start < found.safe_day <= found.last_day


@given(starts=st.tuples(st.dates(*HELD), st.dates(*HELD)).map(sorted), length=st.integers(1, 30))
def test_starting_later_or_waiting_longer_never_ends_earlier(starts: list[date], length: int):
    first, second = (days_after(start, length) for start in starts)
    if first and second:
        assert first.last_day <= second.last_day
        assert first.safe_day <= second.safe_day
    longer = days_after(starts[0], length + 1)
    if first and longer:
        assert first.last_day < longer.last_day


@given(start=st.dates(*HELD), length=st.integers(1, 30), extra=st.dates(*HELD))
def test_one_holiday_more_never_brings_the_last_day_nearer(start: date, length: int, extra: date):
    if not CALENDAR.is_working(extra) or extra.weekday() >= 5:
        return
    raw = CALENDAR.model_dump()
    year = next(one for one in raw["years"] if one["year"] == extra.year)
    year["off"] = [*year["off"], {"day": extra, "holiday": "extra", "kind": "compensatory"}]
    less, more = days_after(start, length), days_after(start, length, Calendar.model_validate(raw))
    if less and more:
        assert less.last_day <= more.last_day
        assert more.last_day != extra


@given(start=st.dates(date(2000, 1, 1), date(2100, 1, 1)), length=st.integers(1, 60))
def test_the_clock_answers_exactly_where_every_day_it_needs_is_held(start: date, length: int):
    found = deadline("minutes", start, clocks=working_days(length))
    if isinstance(found, Deadline):
        assert all(CALENDAR.holds(start + ONE_DAY * step) for step in range(1, (found.last_day - start).days + 1))
    else:
        assert found.sentence


def test_a_clock_named_twice_and_an_unknown_unit_are_refused_with_their_line(tmp_path: Path):
    clock = shipped_clocks().clocks[0].model_dump(mode="json")
    path = tmp_path / "clocks.yaml"
    path.write_text(yaml.safe_dump({"format": 1, "clocks": [clock, clock]}))
    with pytest.raises(LawFileError, match=r"clocks\.yaml:\d+: clock notify: wanted once, found 2 times"):
        load_clocks(path)
    path.write_text(yaml.safe_dump({"format": 1, "clocks": [clock | {"unit": "weeks"}]}))
    with pytest.raises(LawFileError, match=r"clocks\.yaml:\d+: clocks\.0\.unit: 'weeks' is not allowed here"):
        load_clocks(path)

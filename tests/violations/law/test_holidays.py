from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from violations.errors import LawFileError
from violations.law.holidays import Calendar, load_calendar, shipped_calendar

ONE_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "working", "certainty"),
    [
        (date(2025, 1, 1), False, "R"),
        (date(2025, 1, 24), True, "R"),
        (date(2025, 1, 27), False, "R"),
        (date(2025, 1, 31), False, "R"),
        (date(2025, 2, 3), True, "R"),
        (date(2025, 4, 26), True, "R"),  # a Saturday worked for 2 May
        (date(2025, 5, 2), False, "R"),
        (date(2025, 5, 3), False, "R"),
        (date(2026, 1, 2), False, "U"),
        (date(2026, 1, 10), True, "U"),
        (date(2026, 2, 13), True, "R"),
        (date(2026, 2, 16), False, "S"),
        (date(2026, 2, 20), False, "S"),
        (date(2026, 2, 23), True, "R"),
        (date(2026, 4, 26), False, "R"),  # Hung Kings' day on a Sunday…
        (date(2026, 4, 27), False, "R"),  # …is made up for on Monday
        (date(2026, 8, 22), True, "R"),
        (date(2026, 8, 31), False, "R"),
        (date(2026, 9, 2), False, "R"),
        (date(2026, 9, 3), True, "R"),
        (date(2026, 11, 24), False, "U"),
        (date(2026, 11, 21), False, "R"),
        (date(2027, 2, 10), False, "U"),
        (date(2024, 12, 31), None, "U"),
        (date(2028, 1, 1), None, "U"),
    ],
)
def test_the_shipped_days(day: date, working: bool | None, certainty: str):
    calendar = shipped_calendar()
    assert calendar.is_working(day) is working
    assert calendar.certainty_of(day) == certainty


def test_every_entry_is_off_or_worked_and_the_days_on_either_side_are_what_the_rest_says():
    calendar = shipped_calendar()
    listed = {day for year in calendar.years for off in year.off for day in off.days()}
    worked = {one.day for year in calendar.years for one in year.worked}
    for day in listed:
        assert calendar.is_working(day) is False
        for beside in (day - ONE_DAY, day + ONE_DAY):
            if beside not in listed | worked and calendar.holds(beside):
                assert calendar.is_working(beside) is (beside.weekday() < 5)
    assert all(calendar.is_working(day) for day in worked)


def test_only_what_is_not_confirmed_may_be_otherwise():
    calendar = shipped_calendar()
    may = [date(2026, 1, 1) + ONE_DAY * step for step in range(365)]
    doubtful = [day for day in may if calendar.may_be_working(day) and not calendar.is_working(day)]
    assert doubtful == [date(2026, 1, 2), date(2026, 11, 24)]
    assert calendar.may_be_working(date(2030, 1, 1)) is None
    assert calendar.may_be_working(date(2027, 2, 5)), "a Friday of a Tet nobody has announced yet"
    assert not calendar.may_be_working(date(2027, 2, 6)), "a Saturday whatever Tet will be"


@pytest.fixture
def raw() -> dict[str, Any]:
    return {
        "format": 1,
        "weekly_rest": ["saturday", "sunday"],
        "statutory": [{"holiday": "new_year", "days": 1, "source": "a", "certainty": "P", "since": "2026-01-01"}],
        "years": [
            {
                "year": 2026,
                "source": "b",
                "certainty": "P",
                "off": [{"day": "2026-01-01", "holiday": "new_year", "kind": "fixed"}],
                "worked": [],
            }
        ],
    }


def load(folder: Path, raw: dict[str, Any]) -> Calendar:
    path = folder / "holidays.yaml"
    path.write_text(yaml.safe_dump(raw))
    return load_calendar(path)


def swap(raw: dict[str, Any], off: str, worked: str) -> None:
    raw["years"][0]["off"].append({"day": off, "holiday": "swapped", "kind": "compensatory"})
    raw["years"][0]["worked"].append({"day": worked, "instead_of": off})


def test_a_day_swapped_away_and_the_one_worked_for_it(tmp_path: Path, raw: dict[str, Any]):
    swap(raw, "2026-01-02", "2026-01-10")
    calendar = load(tmp_path, raw)
    assert not calendar.is_working(date(2026, 1, 2))
    assert calendar.is_working(date(2026, 1, 10))
    assert not calendar.is_working(date(2026, 1, 11))


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (lambda raw: raw["years"][0]["off"].clear(), "year 2026: wanted 1 days otherwise worked for new_year, found 0"),
        (lambda raw: raw["years"].append(raw["years"][0]), "year 2026: wanted once, found 2 times"),
        (lambda raw: raw["years"][0]["off"].append(raw["years"][0]["off"][0]), "each once, found 2026-01-01"),
        (lambda raw: swap(raw, "2027-01-04", "2026-01-10"), "wanted days of 2026, each once, found 2027-01-04"),
        (lambda raw: swap(raw, "2026-01-02", "2026-01-09"), "wanted a saturday or sunday not listed"),
        (lambda raw: swap(raw, "2026-01-02", "2027-01-09"), "wanted a saturday or sunday not listed"),
        (lambda raw: swap(raw, "2026-01-03", "2026-01-10"), "otherwise worked, found 2026-01-03"),
        (lambda raw: raw["years"][0]["off"][0].update(until="2026-01-01"), "until: wanted one of the 29 days after"),
        (lambda raw: raw["years"][0]["off"][0].update(kind="odd"), "'odd' is not allowed here"),
        (lambda raw: raw.update(weekly_rest=[]), "weekly_rest"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_with_its_line(tmp_path: Path, raw: dict[str, Any], harm, problem: str):
    harm(raw)
    with pytest.raises(LawFileError) as caught:
        load(tmp_path, raw)
    assert problem in str(caught.value)
    assert caught.value.line > 0

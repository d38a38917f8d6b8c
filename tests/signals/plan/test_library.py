"""Which plan runs when."""

from datetime import date, datetime, time

import pytest

from signals.errors import PlanError
from signals.plan.library import DayKind, PlanLibrary, Since
from signals.plan.timing import lay_out

TET = date(2027, 2, 6)  # a Saturday
MARATHON = date(2026, 11, 29)


@pytest.fixture
def junction(make_row):
    return make_row(2)


@pytest.fixture
def plans(junction):
    return {name: lay_out(junction, greens) for name, greens in (("night", (10, 10)), ("peak", (40, 25)))}


@pytest.fixture
def library(junction, plans):
    workday = (Since(time(0), "night"), Since(time(6, 30), "peak"), Since(time(22), "night"))
    return PlanLibrary(
        junction,
        plans,
        {DayKind.WORKDAY: workday, DayKind.SUNDAY: (Since(time(0), "night"),)},
        {MARATHON: (Since(time(0), "peak"),)},
    )


@pytest.mark.parametrize(
    ("moment", "plan"),
    [
        ("2026-11-20 00:00", "night"),
        ("2026-11-20 06:29", "night"),
        ("2026-11-20 06:30", "peak"),
        ("2026-11-20 21:59", "peak"),
        ("2026-11-20 22:00", "night"),
        ("2026-11-21 07:00", "peak"),  # a Saturday without entries of its own runs as a workday
        ("2026-11-22 07:00", "night"),
        ("2026-11-29 03:00", "peak"),  # a date beats its Sunday
        ("2027-02-06 07:00", "night"),  # a holiday without entries of its own runs as a Sunday
    ],
)
def test_the_plan_of_a_moment(library, moment, plan):
    assert library.at(datetime.fromisoformat(moment), {TET}) == plan


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ((), "found nothing"),
        ((Since(time(5), "night"),), "found 05:00"),
        ((Since(time(0), "night"), Since(time(7), "peak"), Since(time(6), "night")), "found 06:00 after 07:00"),
        ((Since(time(0), "noon"),), "names plan noon, which the library does not have"),
    ],
)
def test_a_day_that_cannot_be_run_is_named(junction, plans, entries, sentence):
    with pytest.raises(PlanError, match=sentence):
        PlanLibrary(junction, plans, {DayKind.WORKDAY: entries}, {})


def test_a_library_without_workdays_or_with_an_unsafe_plan_is_refused(junction, plans):
    short = lay_out(junction, (3, 30))
    with pytest.raises(PlanError) as refused:
        PlanLibrary(junction, {**plans, "short": short}, {}, {})
    sentences = " ".join(fault.sentence for fault in refused.value.faults)
    assert "Plan short: Stage S0 is green for 3 s; the least is 7 s." in sentences
    assert "what runs on a workday" in sentences

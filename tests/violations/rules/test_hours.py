from datetime import datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.circumstances import Circumstances
from violations.rules.hours import held_for_s, perhaps_hold
from vision.geometry.rules import Hours

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
RUSH = (Hours(since="06:00", until="09:00", days=("mon", "tue", "wed", "thu", "fri")),)
NIGHT = (Hours(since="22:00", until="06:00"),)


def at(text: str, error_s: float | None = 0.0, zone: ZoneInfo = HANOI) -> Circumstances:
    return Circumstances(local=datetime.fromisoformat(text).replace(tzinfo=zone), clock_error_s=error_s)


@pytest.mark.parametrize(
    ("hours", "moment", "held_s"),
    [
        (RUSH, "2026-11-20T07:00", 3600),  # a Friday
        (RUSH, "2026-11-20T06:00", 0),
        (RUSH, "2026-11-20T05:59:59", 0),
        (RUSH, "2026-11-20T08:59:59", 3 * 3600 - 1),
        (RUSH, "2026-11-20T09:00", 0),
        (RUSH, "2026-11-21T07:00", 0),  # a Saturday
        (NIGHT, "2026-11-20T23:00", 3600),
        (NIGHT, "2026-11-21T05:00", 7 * 3600),
        (NIGHT, "2026-11-21T12:00", 0),
        ((), "2026-11-21T12:00", inf),
        ((*NIGHT, Hours(since="06:00", until="09:00")), "2026-11-21T08:00", 10 * 3600),
    ],
)
def test_hours_have_held_since_they_began(hours: tuple[Hours, ...], moment: str, held_s: float):
    assert held_for_s(hours, at(moment)) == held_s


@pytest.mark.parametrize("unknown", [Circumstances(), at("2026-11-20T07:00", None)])
def test_nobody_knowing_the_time_is_never_within_hours(unknown: Circumstances):
    assert held_for_s(RUSH, unknown) == 0
    assert perhaps_hold(RUSH, unknown)
    assert held_for_s((), unknown) == inf


@pytest.mark.parametrize(
    ("error_s", "held_s", "perhaps"), [(59, 1, True), (60, 0, True), (61, 0, True), (3e5, 0, True)]
)
def test_a_clock_that_may_be_before_the_hours_helps_nobody_to_accuse(error_s: float, held_s: float, perhaps: bool):
    near = at("2026-11-20T06:01", error_s)
    assert held_for_s(RUSH, near) == held_s
    assert perhaps_hold(RUSH, near) is perhaps


def test_hours_that_are_far_surely_do_not_hold():
    assert not perhaps_hold(RUSH, at("2026-11-20T12:00", 60))


@pytest.mark.parametrize("error_s", [float("nan"), -1.0])
def test_an_error_that_is_none_makes_no_hour_sure(error_s: float):
    assert held_for_s(RUSH, at("2026-11-20T07:00", error_s)) == 0


def test_a_moment_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        held_for_s(RUSH, Circumstances(local=datetime.fromisoformat("2026-11-20T07:00"), clock_error_s=0))


def test_where_summer_time_ends_the_hour_told_twice_is_counted_by_the_wall():
    berlin = ZoneInfo("Europe/Berlin")
    early = (Hours(since="02:00", until="04:00"),)
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    assert held_for_s(early, Circumstances(local=first, clock_error_s=0)) == 1800
    assert held_for_s(early, Circumstances(local=first.replace(fold=1), clock_error_s=0)) == 1800


@given(minute=st.integers(0, 7 * 24 * 60), error_s=st.floats(0, 5000), more_s=st.floats(0, 5000), night=st.booleans())
def test_a_worse_clock_never_makes_hours_surer(minute: int, error_s: float, more_s: float, night: bool):
    hours = NIGHT if night else RUSH
    local = datetime(2026, 11, 16, tzinfo=HANOI) + timedelta(minutes=minute)
    surer = held_for_s(hours, Circumstances(local=local, clock_error_s=error_s))
    assert held_for_s(hours, Circumstances(local=local, clock_error_s=error_s + more_s)) <= surer

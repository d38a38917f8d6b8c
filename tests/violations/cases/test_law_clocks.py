"""Which clocks of the law run on a case, and whose desk it goes to."""

from datetime import UTC, date, datetime, timedelta

import pytest

from violations.cases.law_clocks import Urgency, law_clocks
from violations.cases.routing import office_for, office_for_file
from violations.cases.states import CaseState
from violations.law.catalogue import fine
from violations.law.clocks import NoDeadline

S = CaseState


def by_name(case, now):
    return {one.clock: one for one in law_clocks(case, now)}


def test_a_new_case_races_ten_days_and_one_year(case_in, noon):
    clocks = by_name(case_in(), noon)
    assert {name: (one.last_day, one.days_left) for name, one in clocks.items()} == {
        "notify": (date(2026, 11, 30), 9),
        "limitation": (date(2027, 11, 20), 364),
    }


@pytest.mark.parametrize(
    ("days", "urgency"),
    [(0, Urgency.CALM), (5, Urgency.CALM), (6, Urgency.SOON), (9, Urgency.SOON), (10, Urgency.PAST)],
)
def test_a_clock_warns_three_days_before_its_end(days, urgency, *, case_in, noon):
    assert by_name(case_in(), noon + timedelta(days=days))["notify"].urgency is urgency


def test_the_five_working_days_start_with_the_owner_and_the_twenty_with_the_notice(case_in, noon):
    case = case_in(S.NOTIFIED, identified_at=noon, notified_at=noon)
    clocks = by_name(case, noon)
    # Saturday 21 November; Monday to Friday, of which the 24th may be a new holiday and then is not worked.
    assert clocks["minutes"].deadline.safe_day == date(2026, 11, 27)
    assert clocks["no_reply"].last_day == date(2026, 12, 11)
    assert clocks["notify"].urgency is Urgency.MET


def test_what_was_done_late_says_so(case_in, noon):
    case = case_in(S.NOTIFIED, recorded_at=noon - timedelta(days=30), notified_at=noon)
    assert by_name(case, noon)["notify"].urgency is Urgency.LATE


@pytest.mark.parametrize("state", [S.REJECTED, S.WITHDRAWN, S.PAID, S.CLOSED, S.EXPIRED])
def test_an_ended_case_has_no_clocks(state, *, case_in, noon):
    assert law_clocks(case_in(state), noon) == ()


def test_a_moment_the_data_do_not_reach_is_a_sentence(case_in, noon):
    old = case_in(recorded_at=datetime(2023, 1, 1, tzinfo=UTC))
    assert all(isinstance(one, NoDeadline) for one in law_clocks(old, noon))


@pytest.mark.parametrize(
    ("offence", "vehicle", "office"),
    [
        ("no_helmet", "motorbike", "officer"),
        ("red_light", "car", "station_head"),
        ("plate_covered", "car", "commune_chief"),
    ],
)
def test_a_case_goes_to_the_lowest_office_that_may_impose_the_fine(offence, vehicle, office, *, case_in, noon):
    case = case_in(fine=fine(offence, vehicle, noon))
    assert office_for(case, noon).office == office


def test_without_an_amount_or_powers_nobody_is_named(case_in, noon):
    assert not office_for(case_in(fine=None), noon)
    assert not office_for(case_in(), datetime(2026, 1, 1, tzinfo=UTC))
    assert not office_for_file([], noon)


def test_a_file_goes_to_the_office_of_its_largest_fine(noon):
    fines = [fine("lane_change", "car", noon), fine("red_light", "car", noon)]
    assert office_for_file(fines, noon).office == "station_head"

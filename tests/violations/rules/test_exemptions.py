"""What speaks for anybody, whatever the offence."""

from datetime import datetime

import pytest

from violations.rules.accusation import Accusation, Doubt, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted, in_hours
from vision.geometry.rules import Hours

MORNING = (Hours(since="06:30", until="09:00"),)
EIGHT = datetime.fromisoformat("2026-11-21T08:00:00+07:00")
NOON = datetime.fromisoformat("2026-11-21T12:00:00+07:00")


@pytest.mark.parametrize(
    ("hours", "around", "lasted_s", "held"),
    [
        ((), Circumstances(), 1e9, True),
        (MORNING, Circumstances(local=EIGHT, clock_error_s=1.0), 0, True),
        (MORNING, Circumstances(local=EIGHT, clock_error_s=1.0), 5390, True),
        (MORNING, Circumstances(local=EIGHT, clock_error_s=1.0), 5410, False),
        (MORNING, Circumstances(local=EIGHT, clock_error_s=1.0), float("nan"), False),
        (MORNING, Circumstances(local=NOON, clock_error_s=1.0), 0, False),
        (MORNING, Circumstances(local=EIGHT, clock_error_s=None), 0, None),
        (MORNING, Circumstances(local=None, clock_error_s=1.0), 0, None),
    ],
)
def test_hours_hold_surely_surely_not_or_nobody_knows(hours, around, lasted_s, held):
    assert in_hours(hours, around, lasted_s) is held


@pytest.mark.parametrize(
    ("around", "traffic", "other"),
    [
        (Circumstances(), None, None),
        (Circumstances(view_moved=True), Withheld.VIEW_MOVED, Withheld.VIEW_MOVED),
        (Circumstances(officer=True), Withheld.OFFICER, None),
        (Circumstances(priority_near=True), Withheld.PRIORITY_NEAR, None),
    ],
)
def test_an_officer_or_an_ambulance_speaks_only_for_what_it_could_explain(around, traffic, other):
    assert exempted(around) is traffic
    assert exempted(around, traffic=False) is other


def test_hours_that_do_not_surely_hold_withhold():
    assert exempted(Circumstances(), MORNING) is Withheld.HOURS_UNSURE
    assert exempted(Circumstances(local=EIGHT, clock_error_s=1.0), MORNING) is None


@pytest.mark.parametrize(("error_s", "told"), [(0.1, False), (0.11, True), (None, True), (float("nan"), True)])
def test_a_clock_that_is_not_right_to_a_tenth_of_a_second_is_told(error_s, told):
    around = Circumstances(clock_error_s=error_s)
    assert (Doubt.CLOCK_UNSURE in doubts_of(around)) is told
    assert doubts_of(around, traffic=False) == ((Doubt.CLOCK_UNSURE,) if told else ())


def test_the_first_doubt_withholds_and_none_accuses():
    accusation = Accusation("wrong_way", (), ())
    assert decide(accusation, None, None) == Verdict(accusation)
    assert decide(accusation, None, Withheld.OFFICER, Withheld.FOOT_HIDDEN) == Verdict(withheld=Withheld.OFFICER)

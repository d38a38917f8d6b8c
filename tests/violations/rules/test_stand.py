"""Illegal stop, illegal parking and the blocked box: one fact, one way to judge it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Doubt, Occurrence, Verdict, Withheld
from violations.rules.box_blocking import box_blocking
from violations.rules.circumstances import Circumstances
from violations.rules.illegal_parking import illegal_parking
from violations.rules.illegal_stop import illegal_stop
from violations.rules.stand import Stand, StandLimits
from vision.geometry.rules import Hours

Rule = Callable[[Stand, StandLimits, Circumstances], Verdict]
RULES: tuple[Rule, ...] = (illegal_stop, illegal_parking, box_blocking)
MONDAY_7 = datetime(2026, 11, 16, 7, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LIMITS = StandLimits(frozenset({"car"}), after_s=60.0, hours=(Hours(since="06:00", until="09:00"),))
CALM = Circumstances(local=MONDAY_7, clock_error_s=0.05)
WHO = Occurrence(7, "car", "kerb", since_s=10.0, at_s=80.0, at_error_s=0.1)
STAND = Stand(WHO, stood_s=68.0, free_s=64.0, error_s=0.3, kind_s=70.0)


def changed(**changes: Any) -> Stand:
    who = replace(STAND.who, **{key: changes.pop(key) for key in list(changes) if hasattr(STAND.who, key)})
    return replace(STAND, who=who, **changes)


@pytest.mark.parametrize(("rule", "stood_s"), [(illegal_stop, 64.0), (illegal_parking, 64.0), (box_blocking, 68.0)])
def test_standing_too_long_is_accused_with_the_time_it_rests_on(rule: Rule, stood_s: float):
    accusation = rule(STAND, LIMITS, CALM).accusation
    assert accusation is not None
    assert accusation.offence == rule.__name__
    assert [(one.name, one.value, one.unit) for one in accusation.measures] == [
        ("standing", stood_s, "s"),
        ("standing_allowed", 60.0, "s"),
    ]
    assert Doubt.BREAKDOWN_UNSEEN in accusation.reasons_not_to_fine


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "innocent",
    [
        {"vehicle": "motorbike"},
        {"stood_s": 60.2},
        {"error_s": 8.1},
        {"stood_s": float("nan")},
        {"error_s": float("nan")},
    ],
    ids=str,
)
def test_who_did_not_surely_stand_so_long_is_not_accused(rule: Rule, innocent: dict[str, Any]):
    assert rule(changed(**innocent), LIMITS, CALM) == Verdict()


@pytest.mark.parametrize(
    ("doubt", "around", "why"),
    [
        ({"free_s": 60.2}, {}, Withheld.SOMETHING_STOOD),
        ({"free_s": float("nan")}, {}, Withheld.SOMETHING_STOOD),
        ({"kind_s": 0.5}, {}, Withheld.KIND_UNSURE),
        ({}, {"view_moved": True}, Withheld.VIEW_MOVED),
        ({}, {"officer": True}, Withheld.OFFICER),
        ({}, {"priority_near": True}, Withheld.PRIORITY_NEAR),
        ({}, {"clock_error_s": None}, Withheld.HOURS_UNSURE),
        ({}, {"local": MONDAY_7.replace(hour=6)}, Withheld.HOURS_UNSURE),  # there before the hours began
    ],
    ids=str,
)
def test_a_great_doubt_withholds_the_accusation(doubt: dict[str, Any], around: dict[str, Any], why: Withheld):
    assert illegal_parking(changed(**doubt), LIMITS, replace(CALM, **around)) == Verdict(withheld=why)


def test_a_queue_excuses_who_stops_but_not_who_blocks_the_box():
    waiting = changed(free_s=0.0)
    assert illegal_stop(waiting, LIMITS, CALM) == Verdict(withheld=Withheld.SOMETHING_STOOD)
    blocked = box_blocking(waiting, LIMITS, CALM).accusation
    assert blocked is not None
    assert Doubt.TURN_WAIT in blocked.reasons_not_to_fine


@pytest.mark.parametrize("name", ["after_s", "kind_s"])
def test_limits_that_are_no_limits_are_refused(name: str):
    with pytest.raises(ValueError, match="StandLimits: wanted numbers of 0 or more"):
        replace(LIMITS, **{name: float("nan")})


@given(
    stood_s=st.floats(0, 200),
    free=st.floats(0, 1),
    less=st.floats(0, 1),
    more_s=st.floats(0, 100),
    worse_s=st.floats(0, 5000),
    excuse=st.booleans(),
)
def test_more_doubt_never_makes_an_accusation(
    stood_s: float, free: float, less: float, more_s: float, worse_s: float, excuse: bool
):
    sure = changed(stood_s=stood_s, free_s=stood_s * free)
    doubted = replace(
        sure,
        stood_s=sure.stood_s * less,
        free_s=sure.free_s * less,
        error_s=sure.error_s + more_s,
        kind_s=sure.kind_s * less,
        who=replace(sure.who, at_error_s=sure.who.at_error_s + more_s),
    )
    worse = replace(CALM, clock_error_s=0.05 + worse_s, priority_near=excuse)
    for rule in RULES:
        if rule(doubted, LIMITS, worse).accusation is not None:
            assert rule(sure, LIMITS, CALM).accusation is not None

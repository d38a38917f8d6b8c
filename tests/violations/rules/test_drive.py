"""Wrong lane, bus lane and no entry: one fact, one way to judge it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Doubt, Occurrence, Verdict, Withheld
from violations.rules.bus_lane import bus_lane
from violations.rules.circumstances import Circumstances
from violations.rules.drive import Drive, DriveLimits
from violations.rules.no_entry import no_entry
from violations.rules.wrong_lane import wrong_lane
from vision.geometry.rules import Hours

Rule = Callable[[Drive, DriveLimits, Circumstances], Verdict]
RULES: tuple[Rule, ...] = (wrong_lane, bus_lane, no_entry)
MONDAY_7 = datetime(2026, 11, 16, 7, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
RUSH = (Hours(since="06:00", until="09:00"),)
LIMITS = DriveLimits(frozenset({"motorbike"}), RUSH, way_m=8.0, way_bodies=5.0, kind_s=1.0)
CALM = Circumstances(local=MONDAY_7, clock_error_s=0.05)
WHO = Occurrence(7, "motorbike", "cars", since_s=10.0, at_s=12.0, at_error_s=0.1)
DRIVE = Drive(
    WHO, way=12.0, clear_way=11.0, hidden_way=0.5, way_error=0.5, kind_s=3.0, speed_mps=6.0, speed_error_mps=0.4
)


def changed(**changes: Any) -> Drive:
    who = replace(DRIVE.who, **{key: changes.pop(key) for key in list(changes) if hasattr(DRIVE.who, key)})
    return replace(DRIVE, who=who, **changes)


@pytest.mark.parametrize("rule", RULES)
def test_a_long_clear_way_by_the_wrong_kind_is_accused(rule: Rule):
    accusation = rule(DRIVE, LIMITS, CALM).accusation
    assert accusation is not None
    assert accusation.offence == rule.__name__
    assert [(one.name, one.value, one.error, one.unit) for one in accusation.measures] == [
        ("way_inside", 11.0, 0.5, "m"),
        ("speed", 6.0, 0.4, "m/s"),
    ]
    assert {Doubt.OFFICER_UNSEEN, Doubt.PRIORITY_UNSEEN, Doubt.KIND_BY_PICTURE} <= set(accusation.reasons_not_to_fine)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "innocent",
    [
        {"vehicle": "car"},
        {"way": 8.4},
        {"way_error": 4.1},
        {"way": float("nan")},
        {"way_error": float("nan")},
        {"unit": "bodies", "way": 5.4, "clear_way": 5.4},
    ],
    ids=str,
)
def test_who_did_not_surely_drive_there_is_not_accused(rule: Rule, innocent: dict[str, Any]):
    assert rule(changed(**{"unit": "m", **innocent}), LIMITS, CALM) == Verdict()


@pytest.mark.parametrize(
    ("doubt", "around", "why"),
    [
        ({"clear_way": 8.4}, {}, Withheld.SOMETHING_STOOD),
        ({"clear_way": float("nan")}, {}, Withheld.SOMETHING_STOOD),
        ({"clear_way": 2.0, "hidden_way": 9.0}, {}, Withheld.FOOT_HIDDEN),
        ({"kind_s": 0.9}, {}, Withheld.KIND_UNSURE),
        ({"kind_s": float("nan")}, {}, Withheld.KIND_UNSURE),
        ({}, {"view_moved": True}, Withheld.VIEW_MOVED),
        ({}, {"officer": True}, Withheld.OFFICER),
        ({}, {"priority_near": True}, Withheld.PRIORITY_NEAR),
        ({}, {"local": None}, Withheld.HOURS_UNSURE),
        ({}, {"clock_error_s": None}, Withheld.HOURS_UNSURE),
        ({}, {"clock_error_s": 3600.0}, Withheld.HOURS_UNSURE),
        ({}, {"local": MONDAY_7.replace(hour=6, second=1)}, Withheld.HOURS_UNSURE),  # it began before the hours
        ({"at_error_s": float("nan")}, {}, Withheld.HOURS_UNSURE),
    ],
    ids=str,
)
def test_a_great_doubt_withholds_the_accusation_and_is_named(
    doubt: dict[str, Any], around: dict[str, Any], why: Withheld
):
    for rule in RULES:
        assert rule(changed(**doubt), LIMITS, replace(CALM, **around)) == Verdict(withheld=why)


def test_outside_the_hours_there_is_nothing_to_withhold():
    assert bus_lane(DRIVE, LIMITS, replace(CALM, local=MONDAY_7.replace(hour=12))) == Verdict()


def test_a_rule_without_hours_needs_no_clock():
    always = replace(LIMITS, hours=())
    verdict = wrong_lane(DRIVE, always, Circumstances())
    assert verdict.accusation is not None
    assert Doubt.CLOCK_UNSURE in verdict.accusation.reasons_not_to_fine


@pytest.mark.parametrize("name", ["way_m", "way_bodies", "kind_s"])
@pytest.mark.parametrize("number", [-1.0, float("nan"), float("inf")])
def test_limits_that_are_no_limits_are_refused(name: str, number: float):
    with pytest.raises(ValueError, match="wanted numbers of 0 or more"):
        DriveLimits(frozenset({"car"}), **{name: number})


def test_a_truck_must_look_like_one_for_longer_where_cars_may_drive():
    truck = changed(vehicle="truck", kind_s=1.5)
    some, all_four = frozenset({"truck"}), frozenset({"car", "bus", "truck", "motorbike"})
    assert no_entry(truck, replace(LIMITS, kinds=some), CALM) == Verdict(withheld=Withheld.KIND_UNSURE)
    assert no_entry(truck, replace(LIMITS, kinds=all_four), CALM).accusation is not None


ways = st.floats(0, 30)


@st.composite
def drives(draw: st.DrawFn) -> Drive:
    way = draw(ways)
    return changed(
        way=way,
        clear_way=draw(st.floats(0, way)),
        hidden_way=draw(st.floats(0, way)),
        way_error=draw(st.floats(0, 5)),
        kind_s=draw(st.floats(0, 3)),
        unit=draw(st.sampled_from(["m", "bodies"])),
        since_s=draw(st.floats(0, 12)),
    )


@given(drive=drives(), more=st.floats(0, 10), shorter=st.floats(0, 1), worse_s=st.floats(0, 7200), excuse=st.booleans())
def test_more_doubt_never_makes_an_accusation(drive: Drive, more: float, shorter: float, worse_s: float, excuse: bool):
    doubted = replace(
        drive,
        way_error=drive.way_error + more,
        clear_way=drive.clear_way * shorter,
        kind_s=drive.kind_s * shorter,
        who=replace(drive.who, at_error_s=drive.who.at_error_s + more),
    )
    worse = replace(CALM, clock_error_s=0.05 + worse_s, officer=excuse)
    for rule in RULES:
        if rule(doubted, LIMITS, worse).accusation is not None:
            assert rule(drive, LIMITS, CALM).accusation is not None


@given(drive=drives())
def test_who_is_accused_drove_there_whatever_the_error(drive: Drive):
    if wrong_lane(drive, LIMITS, CALM).accusation is not None:
        assert drive.clear_way - drive.way_error >= LIMITS.least_way(drive.unit)

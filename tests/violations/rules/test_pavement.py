from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Doubt, Occurrence, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.drive import Drive, DriveLimits
from violations.rules.pavement import PavementLimits, pavement

LIMITS = PavementLimits(DriveLimits(frozenset({"motorbike"})), slowest_mps=3.0, vaguest=0.5, fastest_mps=40.0)
CALM = Circumstances(clock_error_s=0.05)
WHO = Occurrence(7, "motorbike", "walk", since_s=10.0, at_s=12.0, at_error_s=0.1)
RIDE = Drive(
    WHO, way=12.0, clear_way=12.0, hidden_way=0.0, way_error=0.5, kind_s=3.0, speed_mps=6.0, speed_error_mps=0.4
)


def test_riding_where_one_walks_is_accused():
    accusation = pavement(RIDE, LIMITS, CALM).accusation
    assert accusation is not None
    assert accusation.offence == "pavement"
    assert Doubt.ACCESS_UNSEEN in accusation.reasons_not_to_fine


@pytest.mark.parametrize(
    "doubt",
    [
        {"speed_mps": None},
        {"speed_error_mps": None},
        {"speed_mps": 1.6},
        {"speed_mps": 3.3},
        {"speed_error_mps": 3.1},
        {"speed_mps": 8.0, "speed_error_mps": 4.1},
        {"speed_mps": 60.0},
        {"speed_mps": float("nan")},
        {"speed_error_mps": float("nan")},
        {"way": 8.0},
    ],
    ids=str,
)
def test_pushing_or_a_speed_nobody_knows_is_not_riding(doubt: dict[str, Any]):
    assert pavement(replace(RIDE, **doubt), LIMITS, CALM) == Verdict()


def test_a_camera_that_moved_withholds():
    assert pavement(RIDE, LIMITS, replace(CALM, view_moved=True)) == Verdict(withheld=Withheld.VIEW_MOVED)


@pytest.mark.parametrize("name", ["slowest_mps", "vaguest", "fastest_mps"])
def test_limits_that_are_no_limits_are_refused(name: str):
    with pytest.raises(ValueError, match="PavementLimits: wanted numbers of 0 or more"):
        PavementLimits(LIMITS.drive, **{name: float("nan")})


@given(
    speed=st.floats(0, 50),
    error=st.floats(0, 10),
    more=st.floats(0, 10),
    way=st.floats(0, 30),
    forget=st.booleans(),
)
def test_more_doubt_never_makes_an_accusation(speed: float, error: float, more: float, way: float, forget: bool):
    sure = replace(RIDE, speed_mps=speed, speed_error_mps=error, way=way, clear_way=way)
    doubted = replace(sure, speed_error_mps=None if forget else error + more, way_error=sure.way_error + more)
    if pavement(doubted, LIMITS, CALM).accusation is not None:
        assert pavement(sure, LIMITS, CALM).accusation is not None

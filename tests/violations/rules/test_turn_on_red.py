"""A turn on red: allowed only where the scene says so, and never guessed at."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import NO_OFFENCE, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.red_light import RedLightLimits, WayOver, red_light
from violations.rules.shown import Shown
from violations.rules.turn_on_red import AllowedTurn, Taken, perhaps_allowed, turned_as_allowed
from vision.events.bodies import Crossing, Direction
from vision.events.lamps import LampSpan
from vision.geometry.rules import Hours

DAY = (Hours(since="06:00", until="20:00"),)
NOON = datetime(2026, 11, 16, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
AT_NOON = Circumstances(local=NOON, clock_error_s=0.05)
RIGHT, AHEAD = Taken(frozenset({"right"}), surely=True), Taken(frozenset({"ahead"}), surely=True)
LAMP = LampSpan(state="red", since_s=10, until_s=60, error_s=0.05, origin="controller")


def crossing(vehicle="motorbike") -> Crossing:
    return Crossing(
        line="south", role="stop", track=1, vehicle=vehicle, direction=Direction.LEFT_TO_RIGHT, frame=1,
        at_s=20.0, at_error_s=0.02, x=0.5, y=0.5, speed_mps=8.0, speed_error_mps=0.5,
    )  # fmt: skip


def judged(taken: Taken | None, *allowed: AllowedTurn, vehicle="motorbike", around=AT_NOON) -> Verdict:
    limits = RedLightLimits(Direction.LEFT_TO_RIGHT, allowed=allowed)
    way = WayOver(clear_s=19.5, onward_bodies=3.0, taken=taken)
    return red_light(crossing(vehicle), Shown(LAMP), way, limits, around)


def test_where_the_scene_allows_nothing_whoever_turns_right_is_accused():
    assert judged(RIGHT).accusation is not None


def test_whoever_surely_turned_as_the_sign_allows_is_no_offender():
    assert judged(RIGHT, AllowedTurn("right", hours=DAY)) == NO_OFFENCE


def test_whoever_rode_ahead_instead_is_accused():
    assert judged(AHEAD, AllowedTurn("right")).accusation is not None


@pytest.mark.parametrize(
    ("taken", "allowed", "around", "why"),
    [
        (None, AllowedTurn("right"), AT_NOON, Withheld.TURN_UNSEEN),
        (Taken(frozenset({"ahead"}), surely=False), AllowedTurn("right"), AT_NOON, Withheld.TRACK_UNSURE),
        (RIGHT, AllowedTurn("right", hours=DAY), Circumstances(), Withheld.HOURS_UNSURE),
        (RIGHT, AllowedTurn("right", hours=DAY), Circumstances(local=NOON, clock_error_s=25e3), Withheld.HOURS_UNSURE),
    ],
)  # fmt: skip
def test_what_is_not_known_withholds(taken, allowed, around, why):
    assert judged(taken, allowed, around=around).withheld is why


def test_outside_the_signs_hours_and_for_other_kinds_the_lamp_counts_alone():
    night = Circumstances(local=NOON.replace(hour=23), clock_error_s=0.05)
    assert judged(RIGHT, AllowedTurn("right", hours=DAY), around=night).accusation is not None
    assert judged(RIGHT, AllowedTurn("right", frozenset({"motorbike"})), vehicle="car").accusation is not None


def test_a_truck_that_may_be_a_car_is_let_go_where_cars_may_turn():
    assert judged(RIGHT, AllowedTurn("right", frozenset({"car"})), vehicle="truck").withheld is Withheld.KIND_UNSURE


def test_two_movements_that_share_an_exit_excuse_whoever_takes_it():
    assert judged(Taken(frozenset({"right", "side"}), surely=True), AllowedTurn("side")) == NO_OFFENCE


def accuses(verdict: Verdict) -> bool:
    return verdict.accusation is not None


@given(
    taken=st.sampled_from([RIGHT, AHEAD, None]),
    surely=st.booleans(),
    error_s=st.floats(0, 9e4),
    more_s=st.floats(0, 9e4),
    hour=st.integers(0, 23),
    vehicle=st.sampled_from(["motorbike", "car", "truck", "bus"]),
    kinds=st.frozensets(st.sampled_from(["motorbike", "car", "truck", "bus"]), min_size=1),
)
def test_more_doubt_never_makes_an_accusation(taken, surely, error_s, more_s, hour, vehicle, kinds):
    allowed = (AllowedTurn("right", kinds, DAY),)
    local = NOON.replace(hour=hour)
    known = None if taken is None else Taken(taken.movements, surely)
    before = judged(known, *allowed, vehicle=vehicle, around=Circumstances(local=local, clock_error_s=error_s))
    doubts = [
        judged(None, *allowed, vehicle=vehicle, around=Circumstances(local=local, clock_error_s=error_s)),
        judged(known, *allowed, vehicle=vehicle, around=Circumstances(local=local, clock_error_s=error_s + more_s)),
        judged(known, *allowed, vehicle=vehicle, around=Circumstances()),
    ]
    if known is not None:
        unsure = Taken(known.movements, surely=False)
        doubts.append(
            judged(unsure, *allowed, vehicle=vehicle, around=Circumstances(local=local, clock_error_s=error_s))
        )
    if not accuses(before):
        assert not any(accuses(after) for after in doubts)


@given(vehicle=st.sampled_from(["motorbike", "car", "bicycle"]), hour=st.integers(0, 23))
def test_an_allowance_never_makes_an_accusation(vehicle, hour):
    around = Circumstances(local=NOON.replace(hour=hour), clock_error_s=0.05)
    without = judged(RIGHT, vehicle=vehicle, around=around)
    with_one = judged(RIGHT, AllowedTurn("right", frozenset({vehicle}), DAY), vehicle=vehicle, around=around)
    assert accuses(without) or not accuses(with_one)


def test_nobody_waits_for_a_turn_that_is_not_open():
    assert not perhaps_allowed("car", [AllowedTurn("right", frozenset({"motorbike"}))], AT_NOON)
    assert turned_as_allowed("car", None, [], AT_NOON) is None

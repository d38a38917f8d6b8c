"""A call is heard within the limits, forgotten when its time is over, and the others are served afterwards."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.errors import DemandError
from signals.optimize.adaptive.priority import PriorityCall, PriorityKind, with_priority
from signals.optimize.adaptive.rolling_horizon import HorizonSettings, choose_stage
from signals.optimize.adaptive.view import Service, View

STEPS = HorizonSettings().steps
SERVICE = Service(("A", "B"), np.eye(2), np.full(2, 0.5), 5 * (1 - np.eye(2)), np.full(2, 7.0))


def view(queued: list[float], *, stage: int = 0, green_s: float = 20.0) -> View:
    return View(stage, green_s, np.array(queued), np.zeros((2, STEPS)), np.ones(2), np.zeros(2))


def chosen(now: View, *calls: PriorityCall, now_s: float = 100.0) -> int:
    return choose_stage(SERVICE, with_priority(now, calls, now_s, 5.0)).stage


def emergency(at_line_s: float, until_s: float = 160.0) -> PriorityCall:
    return PriorityCall(1, PriorityKind.EMERGENCY, at_line_s, until_s)


def test_an_emergency_vehicle_gets_its_green_before_it_is_there() -> None:
    now = view([6, 0])
    assert chosen(now) == 0
    assert chosen(now, emergency(105.0)) == 1
    assert chosen(now, emergency(99.0)) == 1, "it stands at the line already"


def test_no_call_cuts_the_least_green() -> None:
    assert chosen(view([6, 0], green_s=5.0), emergency(105.0)) == 0


def test_a_call_whose_time_is_over_is_forgotten() -> None:
    assert chosen(view([6, 0]), emergency(105.0, until_s=110.0), now_s=111.0) == 0


def test_a_bus_weighs_more_than_a_few_cars_and_less_than_a_crowd() -> None:
    bus = PriorityCall(1, PriorityKind.BUS, 99.0, 160.0)
    assert (chosen(view([2, 2])), chosen(view([2, 2]), bus)) == (0, 1)
    assert chosen(view([9, 0]), bus) == 0


def test_those_who_waited_are_served_when_it_is_through() -> None:
    assert chosen(view([14, 0], stage=1)) == 0


@given(lane=st.integers(0, 1), at_line_s=st.floats(0, 500), until_s=st.floats(0, 500))
def test_a_call_never_weighs_more_than_its_kind(lane: int, at_line_s: float, until_s: float) -> None:
    now = view([1, 1])
    weighed = with_priority(now, [PriorityCall(lane, PriorityKind.BUS, at_line_s, until_s)], 100.0, 5.0)
    added = weighed.queued.sum() + weighed.arrivals.sum() - 2
    assert added in (0, PriorityKind.BUS)
    assert added == 0 or until_s >= 100


@pytest.mark.parametrize("call", [emergency(float("nan")), PriorityCall(7, PriorityKind.BUS, 1.0, 200.0)])
def test_a_call_for_no_lane_or_no_time_is_named(call: PriorityCall) -> None:
    with pytest.raises(DemandError, match="A priority call wants a lane of 0 to 1"):
        chosen(view([0, 0]), call)

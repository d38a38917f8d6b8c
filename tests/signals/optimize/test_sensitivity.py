"""A plan under other flows than it was made for."""

from math import inf

import pytest

from signals.optimize.proposal import LostTime
from signals.optimize.sensitivity import sensitivity
from signals.optimize.webster import webster_plan


@pytest.fixture
def found(crossroads, make_demands):
    rates = {"north": (600, 1800), "south": (400, 1800), "east": (500, 1800), "west": (0, 1800)}
    demands = make_demands(rates)
    plan = webster_plan(crossroads, demands).plan
    return sensitivity(plan, crossroads, demands, LostTime())


def test_more_traffic_waits_longer_and_fills_the_worst_movement_more(found):
    assert [one.change for one in found.outcomes] == [-0.2, -0.1, 0.1, 0.2]
    delays = [one.delay_s for one in found.outcomes]
    degrees = [one.degree for one in found.outcomes]
    assert delays == sorted(delays)
    assert degrees == sorted(degrees)
    assert degrees[-1] == pytest.approx(degrees[0] * 1.2 / 0.8)


def test_the_reserve_is_what_one_movement_may_grow_alone(found, crossroads, make_demands):
    reserve = {one.movement: one.growth for one in found.reserves}
    assert reserve["west"] == inf
    assert reserve["south"] > reserve["north"]
    assert found.first_to_break in {"north", "east"}
    grown = make_demands(
        {"north": (600 * (1 + reserve["north"]), 1800), "south": (400, 1800), "east": (500, 1800), "west": (0, 1800)}
    )
    plan = webster_plan(
        crossroads, make_demands({"north": (600, 1800), "south": (400, 1800), "east": (500, 1800), "west": (0, 1800)})
    ).plan
    again = {one.movement: one.growth for one in sensitivity(plan, crossroads, grown, LostTime()).reserves}
    assert again["north"] == pytest.approx(0, abs=1e-9)

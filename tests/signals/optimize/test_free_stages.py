"""Stages and their order chosen for the traffic, from more stages than anybody would run in one cycle."""

import pytest

from signals.errors import CapacityError
from signals.optimize.free_stages import chosen_stages, free_stages_plan
from signals.optimize.least_delay import least_delay_plan, mean_delay_s
from signals.plan.check import check_plan
from signals.plan.junction import Junction, Movement, MovementKind, Stage

NAMES = ("north", "south", "north_left", "south_left", "east", "west")
STAGES = (
    Stage("through", ("north", "south")),
    Stage("lefts", ("north_left", "south_left")),
    Stage("northern", ("north", "north_left")),
    Stage("southern", ("south", "south_left")),
    Stage("across", ("east", "west")),
    Stage("walk", ("people",)),
)


@pytest.fixture
def many_stages():
    people = Movement("people", kind=MovementKind.PEDESTRIAN, walk_s=5.0, crossing_m=9.6)
    return Junction("many", (*map(Movement, NAMES), people), STAGES)


def test_what_nobody_needs_is_skipped_and_everybody_is_served_sooner(many_stages, make_demands):
    demands = make_demands({name: (60.0 if name.endswith("left") else 400.0, 1800.0) for name in NAMES})
    free = free_stages_plan(many_stages, demands)
    ran = [timing.stage for timing in free.plan.stages]
    assert len(ran) < len(STAGES)
    assert check_plan(free.plan, many_stages) == []
    given = least_delay_plan(many_stages, demands)
    assert mean_delay_s(demands, free.performance) < 0.8 * mean_delay_s(demands, given.performance)


def test_the_stages_follow_the_traffic(many_stages, make_demands):
    lopsided = {"north": 700.0, "north_left": 500.0, "south": 100.0, "south_left": 60.0, "east": 200.0, "west": 200.0}
    names = {
        stage.name for stage in chosen_stages(many_stages, make_demands({n: (q, 1800.0) for n, q in lopsided.items()}))
    }
    assert "northern" in names, "one arm is heavy in both its movements"
    assert {"across", "walk"} <= names


def test_the_same_traffic_gives_the_same_plan(many_stages, make_demands):
    demands = make_demands(dict.fromkeys(NAMES, (300.0, 1800.0)))
    assert free_stages_plan(many_stages, demands) == free_stages_plan(many_stages, demands)


def test_too_much_traffic_is_refused_with_what_would_help(many_stages, make_demands):
    with pytest.raises(CapacityError) as refused:
        free_stages_plan(many_stages, make_demands(dict.fromkeys(NAMES, (1700.0, 1800.0))))
    assert refused.value.ways

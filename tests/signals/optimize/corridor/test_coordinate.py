"""A whole street: one cycle, splits, orders and offsets, and the refusals."""

from dataclasses import replace

import pytest

from signals.errors import CapacityError, JunctionError
from signals.optimize.corridor.coordinate import coordinate, judge
from signals.optimize.corridor.street import Link, Street
from signals.plan.check import check_plan
from signals.plan.junction import Limits


@pytest.fixture(scope="module")
def street(make_street):
    return make_street([300.0, 300.0], limits=Limits(max_cycle_s=70.0))


@pytest.fixture(scope="module")
def found(street):
    return coordinate(street)


def test_every_junction_has_the_same_cycle_and_a_plan_that_passes_the_check(found):
    assert {part.plan.cycle_s for part in found.parts} == {found.cycle_s}
    assert all(check_plan(part.plan, part.junction) == [] for part in found.parts)
    assert all(part.plan.offset_s == int(part.plan.offset_s) for part in found.parts)


def test_a_wave_beats_the_same_plans_without_offsets(street, found):
    level = judge(street, [replace(part.plan, offset_s=0.0) for part in found.parts])
    assert found.delay_veh_h < level.delay_veh_h
    assert found.wave.outbound_s + found.wave.inbound_s > level.wave.outbound_s + level.wave.inbound_s


def test_the_least_delay_of_all_cycles_that_were_tried_is_kept_and_the_worst_approach_is_named(found):
    assert found.delay_veh_h == min(delay for _, delay, _, _ in found.tried)
    delays = {(part.junction.name, one.movement): one.delay_s for part in found.parts for one in part.performance}
    assert delays[found.worst] == max(delays.values())


def test_the_plans_it_made_are_judged_as_it_judged_them(street, found):
    again = judge(replace_junctions(street, found), [part.plan for part in found.parts])
    assert again.delay_veh_h == pytest.approx(found.delay_veh_h)
    assert again.wave.outbound_s == pytest.approx(found.wave.outbound_s)


def replace_junctions(street, found):
    stops = tuple(replace(stop, junction=part.junction) for stop, part in zip(street.stops, found.parts, strict=True))
    return replace(street, stops=stops)


def test_the_same_street_gives_the_same_answer(street, found):
    assert coordinate(street) == found


def test_demand_above_capacity_is_refused_with_what_would_help(make_street):
    street = make_street([300.0], flows=(900.0, 900.0, 1800.0), limits=Limits(max_cycle_s=60.0))
    with pytest.raises(CapacityError, match="degree of saturation") as refusal:
        coordinate(street)
    assert len(refusal.value.ways) == 2


def test_junctions_without_a_common_cycle_are_named(make_street):
    street = make_street([300.0])
    short = replace(street.stops[0].junction, limits=Limits(min_cycle_s=30.0, max_cycle_s=40.0))
    long = replace(street.stops[1].junction, limits=Limits(min_cycle_s=80.0, max_cycle_s=90.0))
    stops = (replace(street.stops[0], junction=short), replace(street.stops[1], junction=long))
    with pytest.raises(JunctionError, match="J1 needs at least 80 s, and J0 allows at most 40 s"):
        coordinate(replace(street, stops=stops))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"stops": ()}, "at least two junctions, found 0"),
        ({"outbound": ()}, "wanted 1, found 0"),
        ({"inbound": (Link(0.0, 5, 10),)}, "longer than 0 m"),
        ({"inbound": (Link(100.0, 12, 10),)}, "slowest ≤ fastest"),
        ({"outbound": (Link(100.0, 5, float("nan")),)}, "slowest ≤ fastest"),
    ],
)
def test_an_impossible_street_is_named(make_street, change, sentence):
    with pytest.raises(JunctionError, match=sentence):
        replace(make_street([300.0]), **change)


def test_a_movement_without_a_demand_cannot_carry_the_wave(make_street):
    street = make_street([300.0])
    with pytest.raises(JunctionError, match="J0 names up as its outbound movement"):
        Street("s", (replace(street.stops[0], outbound="up"), street.stops[1]), street.outbound, street.inbound)


def test_progress_is_told(make_street):
    told = []
    coordinate(
        make_street([300.0], limits=Limits(min_cycle_s=50, max_cycle_s=54.0)), progress=lambda *step: told.append(step)
    )
    assert told == [(1, 3), (2, 3), (3, 3)]

"""Fixed plans: seconds of green by lane, delay as the formulas say, the best split, sequence and offset."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.errors import DemandError
from signals.optimize.adaptive.view import Service
from signals.optimize.delay import incremental_delay_s, uniform_delay_s
from signals.optimize.fixed.capacity import START_UP_S, TAIL_S, Candidates, changes_s, shares
from signals.optimize.fixed.delay import by_chance, waiting
from signals.optimize.fixed.isolated import FixedPlan, best_plans, climb
from signals.optimize.fixed.lanes import Feeds, LaneDemand
from signals.optimize.fixed.network import offsets_of, played
from signals.optimize.fixed.plans import fixed_plans
from signals.optimize.fixed.sequences import even_split, sequences
from signals.plan.junction import Junction

SATURATION = 0.5


def demand(service: Service, flow_h: list[float], name: str = "x") -> LaneDemand:
    return LaneDemand(name, service, np.array([flow_h]) / 3600, 900.0, np.ones(len(flow_h)))


@pytest.fixture
def service(crossroads: Junction) -> Service:
    return Service.of(crossroads, np.full(4, SATURATION))


def two(green_s: list[int], cycle_s: int) -> Candidates:
    return Candidates(np.array([[0, 1]]), np.array([green_s]), cycle_s)


def test_a_lane_moves_in_its_green_less_the_start_and_a_little_of_the_yellow(service: Service) -> None:
    share = shares(service.serves, service, two([20, 30], 60))
    assert share.shape == (1, 60, 4)
    assert share[0, :, 0].sum() == pytest.approx(20 - START_UP_S + TAIL_S)
    assert share[0, :, 2].sum() == pytest.approx(30 - START_UP_S + TAIL_S)
    assert not (share[0, :, 0] * share[0, :, 2]).any(), "never both"


def test_a_lane_of_two_stages_goes_on_through_the_change() -> None:
    serves = np.array([[1.0, 1, 0], [1, 0, 1]])
    both = Service(("A", "B"), serves, np.full(3, SATURATION), 5 * (1 - np.eye(2)), np.full(2, 7.0))
    share = shares(serves, both, two([20, 30], 60))
    assert share[0, :, 0].sum() == 60


@pytest.mark.parametrize("flow_h", [100.0, 400.0, 600.0])
def test_the_even_part_is_that_of_the_formula(service: Service, flow_h: float) -> None:
    """Webster's first term; the model loses START_UP_S and gains TAIL_S."""
    plans, flow_vps = two([25, 25], 60), flow_h / 3600
    only = demand(service, [flow_h, 0, 0, 0])
    effective_s = 25 - START_UP_S + TAIL_S
    grown = [flow_h, 1.2 * flow_h]
    even = [each / 3600 * uniform_delay_s(60, effective_s, each, SATURATION * 3600) for each in grown]
    able = np.full((1,), SATURATION * effective_s / 60)
    chance = [float(by_chance(np.array([each / 3600]), able, 900.0)[0]) for each in grown]
    assert waiting(only, plans)[0] == pytest.approx(np.mean(np.add(even, chance)), rel=0.08)
    degree = flow_vps / float(able[0])
    assert chance[0] == pytest.approx(flow_vps * incremental_delay_s(float(able[0]) * 3600, degree), rel=1e-6)


def test_green_goes_where_the_traffic_is(service: Service) -> None:
    plan = best_plans(demand(service, [500, 400, 120, 100]), (60,))[60]
    green_s = dict(zip(plan.stages, plan.greens_s, strict=True))
    assert green_s[0] > 2 * green_s[1] - 5
    assert sum(plan.greens_s) == 50


def test_more_traffic_wants_a_longer_cycle(service: Service) -> None:
    plans = (best_plans(demand(service, [flow] * 4), (30, 80)).values() for flow in (150.0, 620.0))
    calm, busy = (min(each, key=lambda plan: plan.waiting).cycle_s for each in plans)
    assert (calm, busy) == (30, 80)


def test_a_turn_that_finds_no_gap_gets_a_stage_of_its_own() -> None:
    """Lane 1 turns left across lane 0, with it in A and alone in B; C serves the side road."""
    serves = np.array([[1.0, 0.85, 0], [0, 1, 0], [0, 0, 1]])
    held = np.array([[1.0, 0.05, 0], [0, 1, 0], [0, 0, 1]])
    lets = np.zeros((3, 3, 3), np.bool_)
    lets[0, 1, 0] = True
    lost_s, least_s = 5 * (1 - np.eye(3)), np.full(3, 5.0)
    place = Service(("A", "B", "C"), serves, np.full(3, SATURATION), lost_s, least_s, held, lets)
    crowded, empty = demand(place, [900, 450, 60]), demand(place, [100, 100, 300])
    assert 1 in best_plans(crowded, (90,))[90].stages
    assert 1 not in best_plans(empty, (40,))[40].stages


@settings(max_examples=8, deadline=None)
@given(flows=st.lists(st.floats(1, 500), min_size=4, max_size=4), cycle_s=st.integers(24, 50))
def test_every_split_fills_the_cycle_and_keeps_the_least_greens(flows: list[float], cycle_s: int) -> None:
    runs = np.array([[1.0, 1, 0, 0], [0, 0, 1, 1]])
    service = Service(("A", "B"), runs, np.full(4, SATURATION), 5 * (1 - np.eye(2)), np.full(2, 7.0))
    one = demand(service, flows)
    for stages in sequences(one):
        plans = even_split(one, stages, cycle_s)
        assert plans is not None
        assert (plans.greens_s.sum(axis=1) + changes_s(service, plans.stages).sum(axis=1) == cycle_s).all()
        assert (plans.greens_s >= 7).all()
        better = climb(one, plans)
        assert better.waiting <= waiting(one, plans).min() + 1e-9
        assert better == climb(one, plans)


def test_a_cycle_too_short_for_the_least_greens_has_no_plan(service: Service) -> None:
    assert best_plans(demand(service, [100.0] * 4), (20,)) == {}


def street(service: Service, drive_s: int) -> tuple[list[LaneDemand], Feeds]:
    """Whoever goes north at the first signal comes to the second on its northern lane."""
    demands = [demand(service, [500, 100, 200, 200], name) for name in ("a", "b")]
    return demands, Feeds(np.array([0]), np.array([4]), np.ones(1), np.array([drive_s]))


@pytest.mark.parametrize("drive_s", [15, 33])
def test_the_second_signal_turns_green_when_the_platoon_comes(service: Service, drive_s: int) -> None:
    demands, feeds = street(service, drive_s)
    plan = FixedPlan((0, 1), (25, 25), 60, 0.0)
    whole = played(demands, feeds, [plan, plan])
    offsets_s, least = offsets_of(whole, np.zeros(2, np.int64))
    off = int(offsets_s[1] - offsets_s[0]) % 60
    assert abs((off - drive_s + 30) % 60 - 30) <= 8
    assert least < whole.waiting(np.array([[0, (drive_s + 30) % 60]]))[0]


def test_signals_that_feed_one_another_get_one_cycle_and_others_their_own(service: Service) -> None:
    demands, feeds = street(service, 20)
    (one, starts_s), (other, then_s) = fixed_plans(demands, feeds, cycles_s=(30, 50))
    assert one.cycle_s == other.cycle_s
    assert (then_s - starts_s) % one.cycle_s != 0
    calm = [demands[0], replace(demands[1], flow_vps=demands[1].flow_vps / 4)]
    alone = fixed_plans(calm, Feeds.none(), cycles_s=(30, 50))
    assert [offset for _, offset in alone] == [0, 0]
    assert alone[1][0].cycle_s < alone[0][0].cycle_s


def test_flows_that_fit_nothing_are_named(service: Service) -> None:
    with pytest.raises(DemandError, match="x: wanted flows of 4 lanes"):
        demand(service, [1.0, 2.0])
    with pytest.raises(DemandError, match="0 or more"):
        demand(service, [1.0, -2.0, 0, 0])

"""What the adaptive controller decides, by tables and in a made-up street of point queues."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.errors import DemandError
from signals.optimize.adaptive.greedy import longest_queue, max_pressure
from signals.optimize.adaptive.rolling_horizon import HorizonSettings, choose_stage
from signals.optimize.adaptive.view import Service, View
from signals.plan.junction import Junction

SATURATION = 0.5
STEPS = HorizonSettings().steps


@pytest.fixture
def service(crossroads: Junction) -> Service:
    """Stage A serves north and south, B east and west; 5 s intergreen, 7 s least green."""
    return Service.of(crossroads, np.full(4, SATURATION))


def view(queued: list[float], *, stage: int = 0, green_s: float = 30.0) -> View:
    lanes = len(queued)
    return View(
        stage,
        green_s,
        np.array(queued),
        np.zeros((lanes, STEPS)),
        np.ones(lanes),
        np.zeros(lanes),
    )


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (view([0, 0, 0, 0]), 0),
        (view([0, 0, 3, 0]), 1),
        (view([9, 8, 1, 0]), 0),
        (view([1, 0, 9, 8]), 1),
        (view([0, 0, 9, 9], green_s=4.0), 0),
        (view([0, 0, 9, 9], stage=1, green_s=-3.0), 1),
    ],
)
def test_it_serves_those_who_wait_and_not_before_the_least_green_is_over(
    service: Service, now: View, wanted: int
) -> None:
    assert choose_stage(service, now).stage == wanted


def test_it_waits_for_a_platoon_it_sees_coming(service: Service) -> None:
    now = view([0, 0, 1, 0])
    coming = now.arrivals.copy()
    coming[0, :3] = [3, 3, 3]
    assert choose_stage(service, now).stage == 1
    assert choose_stage(service, replace(now, arrivals=coming)).stage == 0


def test_it_gives_no_green_to_a_road_that_is_full(service: Service) -> None:
    now = view([3, 0, 12, 0], stage=1)
    assert choose_stage(service, now).stage == 1
    assert choose_stage(service, replace(now, outflow=np.array([1.0, 1, 0, 0]))).stage == 0


def test_one_who_waited_too_long_comes_before_many(service: Service) -> None:
    now = replace(view([20, 20, 1, 0]), waited_s=np.array([0, 0, 100.0, 0]))
    choice = choose_stage(service, now)
    assert (choice.stage, choice.overdue) == (1, True)


def test_what_it_foresees_is_told_for_each_stage_it_may_show(service: Service) -> None:
    free, bound = choose_stage(service, view([0, 0, 5, 0])), choose_stage(service, view([0, 0, 5, 0], green_s=1.0))
    assert free.cost_s[1] < free.cost_s[0]
    assert np.isnan(bound.cost_s[1])


lanes = st.lists(st.floats(0, 40), min_size=4, max_size=4)


@given(queued=lanes, extra=st.floats(0, 20), lane=st.integers(0, 3), stage=st.integers(0, 1))
def test_more_vehicles_never_cost_less(queued: list[float], extra: float, lane: int, stage: int) -> None:
    runs = np.array([[1.0, 1, 0, 0], [0, 0, 1, 1]])
    service = Service(("A", "B"), runs, np.full(4, SATURATION), 5 * (1 - np.eye(2)), np.full(2, 7.0))
    fewer, more = view(queued, stage=stage), view(queued, stage=stage)
    more.queued[lane] += extra
    assert choose_stage(service, fewer) == choose_stage(service, fewer)
    wide = HorizonSettings(steps=4, beam=10_000)
    few_s, more_s = (
        choose_stage(service, replace(each, arrivals=each.arrivals[:, :4]), wide).cost_s for each in (fewer, more)
    )
    assert min(more_s) >= min(few_s) - 1e-9


@given(
    queued=lanes,
    coming=st.lists(st.floats(0, 3), min_size=4 * STEPS, max_size=4 * STEPS),
    green_s=st.floats(-5, 200),
    waited_s=st.lists(st.floats(0, 200), min_size=4, max_size=4),
    stage=st.integers(0, 1),
)
def test_the_choice_is_always_a_permitted_stage_and_always_the_same(
    queued: list[float], coming: list[float], green_s: float, waited_s: list[float], stage: int
) -> None:
    runs = np.array([[1.0, 1, 0, 0], [0, 0, 1, 1]])
    service = Service(("A", "B"), runs, np.full(4, SATURATION), 5 * (1 - np.eye(2)), np.full(2, 7.0))
    arrivals = np.array(coming).reshape(4, STEPS)
    now = View(stage, green_s, np.array(queued), arrivals, np.ones(4), np.array(waited_s))
    choice = choose_stage(service, now)
    assert choice.stage in (0, 1)
    assert choice.stage == stage or green_s >= 7.0
    assert choice.stage == choose_stage(service, now).stage


def test_a_left_turn_that_must_yield_gets_its_own_stage_while_the_others_rush() -> None:
    """Lane 1 turns left across lane 0: together in A, alone in B."""
    serves, held = np.array([[1.0, 0.8], [0.0, 1.0]]), np.array([[1.0, 0.1], [0.0, 1.0]])
    yields = np.zeros((2, 2, 2), np.bool_)
    yields[0, 1, 0] = True
    stages, flow, lost_s, least_s = ("A", "B"), np.full(2, SATURATION), 5 * (1 - np.eye(2)), np.full(2, 7.0)
    gaps, rush = (
        Service(stages, serves, flow, lost_s, least_s),
        Service(stages, serves, flow, lost_s, least_s, held, yields),
    )
    coming = np.zeros((2, STEPS))
    coming[0] = 1.0
    now = View(0, 30.0, np.array([0.0, 12.0]), coming, np.ones(2), np.zeros(2))
    assert choose_stage(gaps, now).stage == 0
    assert choose_stage(rush, now).stage == 1


def test_where_choices_are_rare_it_looks_ahead_by_those_choices(service: Service) -> None:
    now = view([0, 0, 3, 0])
    assert choose_stage(service, now, HorizonSettings(every=2)).stage == 1
    assert choose_stage(service, now, HorizonSettings(every=2)).cost_s[1] >= choose_stage(service, now).cost_s[1]


def test_a_road_that_two_lanes_lead_to_counts_once_in_the_pressure(service: Service) -> None:
    service = replace(service, saturation=np.ones(4))
    present, on_roads = np.array([5.0, 5, 6, 0]), np.array([4.0, 0])
    leads = np.array([[1.0, 0], [0, 1]])
    assert max_pressure(service, view([0, 0, 0, 0]), present, on_roads, leads) == 0
    assert max_pressure(service, view([0, 0, 0, 0]), present, np.array([4.0, 4, 0, 0])) == 1


def simulated_delay(service: Service, choose, rates: np.ndarray, seed: int, seconds: int = 900) -> tuple[float, float]:
    """Seconds of waiting per vehicle, and the longest wait without green, in point queues stepped by seconds."""
    rng = np.random.default_rng(seed)
    coming = (rng.random((len(rates), seconds + 60)) < rates[:, None]).astype(float)
    queued, since_s, waited, longest = np.zeros(len(rates)), np.zeros(len(rates)), 0.0, 0.0
    stage, green_s = 0, 0.0
    for second in range(seconds):
        ahead = coming[:, second : second + 40].reshape(len(rates), STEPS, 5).sum(axis=2)
        now = View(stage, green_s, queued, ahead, np.ones(len(rates)), since_s)
        wanted = choose(service, now) if green_s >= 0 else stage
        if wanted != stage:
            green_s, stage = -float(service.intergreen_s[stage, wanted]), wanted
        green = service.serves[stage] * (green_s >= 1.5)
        queued = np.maximum(queued + coming[:, second] - green * service.saturation, 0.0)
        since_s = np.where((queued == 0) | (service.serves[stage] * (green_s >= 0) > 0), 0.0, since_s + 1)
        longest = max(longest, float(since_s.max()))
        waited += float(queued.sum())
        green_s += 1
    return waited / coming[:, :seconds].sum(), longest


@pytest.mark.parametrize("rates", [[0.12, 0.1, 0.1, 0.12], [0.2, 0.18, 0.03, 0.02]])
def test_it_waits_less_than_those_who_look_at_queues_alone(service: Service, rates: list[float]) -> None:
    flows = np.array(rates)
    ours = [simulated_delay(service, lambda s, v: choose_stage(s, v).stage, flows, seed) for seed in range(2)]
    longest = [simulated_delay(service, longest_queue, flows, seed) for seed in range(2)]
    pressure = [
        simulated_delay(service, lambda s, v: max_pressure(s, v, v.queued, np.zeros(4)), flows, seed)
        for seed in range(2)
    ]
    assert np.median([delay for delay, _ in ours]) < np.median([delay for delay, _ in longest])
    assert np.median([delay for delay, _ in ours]) < np.median([delay for delay, _ in pressure])
    assert max(red for _, red in ours) <= HorizonSettings().longest_s


def test_columns_that_do_not_fit_are_named(service: Service) -> None:
    with pytest.raises(DemandError, match=r"min_green_s: wanted the shape \(2,\), found \(3,\)"):
        replace(service, min_green_s=np.ones(3))
    with pytest.raises(DemandError, match="saturation: wanted positive"):
        replace(service, saturation=np.array([0.5, 0.5, 0.0, 0.5]))

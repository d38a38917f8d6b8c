"""The parts at work in the controller that serves a junction: each of these fails without its part."""

from dataclasses import replace

import numpy as np
import pytest

from signals.optimize.adaptive.announced import Announced, Roads, announce
from signals.optimize.adaptive.health import DetectorFault
from signals.optimize.adaptive.priority import PriorityCall, PriorityKind
from signals.optimize.adaptive.rolling_horizon import HorizonSettings, choose_stage
from signals.optimize.adaptive.serving import AdaptiveController, Way, green_share
from signals.optimize.adaptive.view import Service, View
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan, lay_out

SETTINGS = HorizonSettings()
STEPS, STEP_S = SETTINGS.steps, SETTINGS.step_s
TOLD = np.zeros(4)


@pytest.fixture
def service(crossroads: Junction) -> Service:
    return Service.of(crossroads, np.full(4, 0.5))


@pytest.fixture
def stored(crossroads: Junction) -> TimingPlan:
    return lay_out(crossroads, (20, 30))


def view(queued: list[float], *, stage: int = 0, green_s: float = 30.0) -> View:
    return View(stage, green_s, np.array(queued), np.zeros((4, STEPS)), np.ones(4), np.zeros(4))


def controller(service: Service, stored: TimingPlan, **more: object) -> AdaptiveController:
    return AdaptiveController(service, stored, 0.0, **more)  # type: ignore[arg-type]  # keywords of the tests below


def test_without_anything_else_it_chooses_what_the_horizon_does(service: Service, stored: TimingPlan) -> None:
    for now in (view([3, 0, 0, 0]), view([0, 0, 4, 0]), view([9, 0, 1, 0], stage=1)):
        decision = controller(service, stored).choose(now, TOLD, 0.0)
        assert decision.stage == choose_stage(service, now).stage
        assert not decision.faults.any()


def test_the_stored_split_says_how_long_each_lane_is_green(service: Service, stored: TimingPlan) -> None:
    assert green_share(stored, service).tolist() == [20 / 60, 20 / 60, 30 / 60, 30 / 60]


def serve(made: AdaptiveController, says: float, passed: float, seconds: int = 260) -> tuple[np.ndarray, set[int]]:
    """Seconds of green by stage while the detectors of east and west tell this, whatever is true; north and south have
    one vehicle every eight seconds. Also which faults east was found to have."""
    stage, green_s, queued, greens, faults = 0, 0.0, 0.0, np.zeros(2), set()
    for second in range(seconds):
        queued = max(queued + 1 / 8 - (0.5 if stage == 0 and green_s > 1.5 else 0.0), 0.0)
        now = view([queued, queued, says, says], stage=stage, green_s=green_s)
        east = passed if np.isnan(passed) else float(says == 0.0 and passed)
        decision = made.choose(now, np.array([0.2, 0.2, east, east]), float(second))
        faults.add(int(decision.faults[2]))
        green_s, stage = (green_s + 1, stage) if decision.stage == stage else (-5.0, decision.stage)
        greens[stage] += green_s > 0
    return greens, faults


@pytest.mark.parametrize(
    ("says", "passed", "fault"),
    [(0.0, np.nan, DetectorFault.DROPPED), (40.0, np.nan, DetectorFault.DROPPED), (40.0, 0.0, DetectorFault.STUCK_ON)],
)
def test_an_approach_whose_detector_fails_gets_about_its_stored_green(
    service: Service, stored: TimingPlan, says: float, passed: float, fault: DetectorFault
) -> None:
    greens, faults = serve(controller(service, stored), says, passed)
    assert int(fault) in faults
    assert 0.25 < greens[1] / greens.sum() < 0.75, "neither starved nor given everything"


def test_a_detector_that_sees_none_of_the_usual_traffic_is_not_believed(service: Service, stored: TimingPlan) -> None:
    usual = np.full(4, 0.15)
    trusting, knowing = controller(service, stored), controller(service, stored, usual_vps=usual)
    believed, _ = serve(trusting, 0.0, 0.0)
    doubted, faults = serve(knowing, 0.0, 0.0)
    assert int(DetectorFault.MISSED) in faults
    assert doubted[1] > believed[1] + 20


def test_a_bus_is_let_through_and_then_the_queues_are_served_again(service: Service, stored: TimingPlan) -> None:
    made = controller(service, stored)
    now = view([1, 1, 0, 0])
    assert made.choose(now, TOLD, 0.0).stage == 0
    made.ask(PriorityCall(2, PriorityKind.BUS, at_line_s=1.0, until_s=60.0))
    assert made.choose(now, TOLD, 2.0).stage == 1
    assert made.choose(view([1, 1, 0, 0], green_s=3.0), TOLD, 2.0).stage == 0, "not before the least green is over"
    made.withdraw(2)
    assert made.choose(view([9, 8, 0, 0], stage=1), TOLD, 20.0).stage == 0, "recovery: who waited meanwhile"


def test_a_call_that_has_lapsed_is_forgotten(service: Service, stored: TimingPlan) -> None:
    made = controller(service, stored)
    made.ask(PriorityCall(2, PriorityKind.EMERGENCY, at_line_s=1.0, until_s=5.0))
    assert made.choose(view([3, 2, 0, 0]), TOLD, 2.0).stage == 1
    assert made.choose(view([3, 2, 0, 0]), TOLD, 6.0).stage == 0


def test_it_keeps_the_green_for_a_platoon_that_only_the_neighbour_knows_of(
    service: Service, stored: TimingPlan
) -> None:
    now = view([0, 0, 1, 0])
    road = Roads(np.array([0]), np.array([0]), np.ones(1), np.array([10.0]))
    leaving = np.zeros((1, STEPS))
    leaving[0, :3] = 3.0
    deaf, told = (controller(service, stored, seen_s=np.full(4, 5.0)) for _ in range(2))
    told.hear("upstream", announce(road, leaving, STEP_S, 0.0), 0.0)
    assert deaf.choose(now, TOLD, 0.0).stage == 1
    assert told.choose(now, TOLD, 0.0).stage == 0


def test_what_detectors_see_is_not_counted_again_from_the_announcement() -> None:
    heard = Announced()
    road = Roads(np.array([0]), np.array([0]), np.ones(1), np.array([12.0]))
    heard.hear("a", announce(road, np.ones((1, STEPS)), STEP_S, 0.0), 0.0, STEP_S)
    everything = heard.arrivals(0.0, np.zeros(1), STEP_S, STEPS).sum()
    beyond = heard.arrivals(0.0, np.array([20.0]), STEP_S, STEPS)
    assert beyond.sum() < everything
    assert not beyond[0, : int(20 / STEP_S) - 1].any()


def test_those_who_set_off_before_a_new_plan_are_still_on_the_road() -> None:
    heard = Announced()
    road = Roads(np.array([0]), np.array([0]), np.ones(1), np.array([20.0]))
    first = np.zeros((1, STEPS))
    first[0, 0], first[0, 4] = 2.0, 3.0
    heard.hear("a", announce(road, first, STEP_S, 0.0), 0.0, STEP_S)
    heard.hear("a", announce(road, np.zeros((1, STEPS)), STEP_S, 5.0), 5.0, STEP_S)
    coming = heard.arrivals(5.0, np.zeros(1), STEP_S, STEPS)
    assert coming.sum() == pytest.approx(2.0), "two have set off, the three of later were planned away"
    assert heard.arrivals(100.0, np.zeros(1), STEP_S, STEPS).sum() == 0


def test_it_runs_as_a_vehicle_actuated_signal_where_a_person_says_so(service: Service, stored: TimingPlan) -> None:
    made = controller(service, stored)
    now = replace(view([1, 0, 9, 9]), green_s=20.0)
    assert made.choose(now, TOLD, 0.0).stage == 1, "the many weigh more"
    made.way = Way.ACTUATED
    decision = made.choose(now, TOLD, 1.0)
    assert (decision.stage, decision.way) == (0, Way.ACTUATED), "an actuated green lasts while anybody comes"
    assert made.choose(replace(now, green_s=60.0), TOLD, 2.0).stage == 1, "but not for ever"


def test_a_queue_of_motorbikes_empties_faster(service: Service, stored: TimingPlan) -> None:
    made = controller(service, stored)
    slow = made.choose(view([6, 0, 7, 0]), TOLD, 0.0)
    made.carry(np.full(4, 1.5))
    fast = made.choose(view([6, 0, 7, 0]), TOLD, 1.0)
    assert slow.leaving is not None and fast.leaving is not None
    assert fast.leaving[:, :2].sum() > slow.leaving[:, :2].sum()

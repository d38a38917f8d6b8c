"""Swarms of two-wheelers: nobody drives across them, as far as stages allow."""

from dataclasses import replace

import numpy as np
import pytest

from signals.optimize.adaptive.rolling_horizon import HorizonSettings, choose_stage
from signals.optimize.adaptive.serving import AdaptiveController, Way
from signals.optimize.adaptive.swarm import protected, swarms
from signals.optimize.adaptive.view import Service, View
from signals.plan.timing import StageTiming, TimingPlan

STEPS = HorizonSettings().steps
# Lanes 0 and 1 face one another, and each turns left across the other: together in A, alone in B and C. 2 crosses in D.
SERVES = np.array([[0.9, 0.9, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


@pytest.fixture
def service() -> Service:
    yields = np.zeros((4, 3, 3), np.bool_)
    yields[0, 0, 1] = yields[0, 1, 0] = True
    lost_s, held = 5 * (1 - np.eye(4)), np.where(SERVES == 0.9, 0.6, SERVES)
    return Service(("A", "B", "C", "D"), SERVES, np.full(3, 0.5), lost_s, np.full(4, 7.0), held, yields)


def view(queued: list[float], stage: int) -> View:
    return View(stage, 30.0, np.array(queued), np.zeros((3, STEPS)), np.ones(3), np.zeros(3))


def test_it_swarms_where_many_vehicles_are_small() -> None:
    assert swarms(np.array([0.4, 0.9, 0.5]))
    assert not swarms(np.array([1.0, 0.6, 1.1]))


def test_stages_in_which_somebody_yields_are_closed(service: Service) -> None:
    closed = protected(service)
    assert closed.serves[0].tolist() == [0, 0, 0]
    assert closed.serves[1:].tolist() == SERVES[1:].tolist()
    assert closed.stages == service.stages


def test_without_another_stage_for_everybody_all_stay_open(service: Service) -> None:
    only_there = replace(service, serves=SERVES * [[1], [0], [1], [1]])
    assert protected(only_there) is only_there
    nobody_yields = replace(service, held=None, yields=None)
    assert protected(nobody_yields) is nobody_yields


def test_who_faces_a_swarm_gets_a_stage_of_his_own(service: Service) -> None:
    plan = TimingPlan(50.0, (StageTiming("A", 0.0, 20.0, 3.0, 2.0), StageTiming("D", 25.0, 20.0, 3.0, 2.0)))
    made, now = AdaptiveController(service, plan, 0.0), view([9, 9, 0], stage=3)
    assert made.choose(now, np.zeros(3), 0.0).stage == choose_stage(service, now).stage == 0
    made.carry(np.full(3, 1.0), swarm=True)
    assert made.choose(now, np.zeros(3), 2.0).stage in (1, 2)
    made.way = Way.ACTUATED
    assert made.choose(now, np.zeros(3), 4.0).stage == 0, "the stored plan's stages are a person's choice"
    made.way = Way.ADAPTIVE
    made.carry(np.full(3, 0.5))
    assert made.choose(now, np.zeros(3), 6.0).stage == 0

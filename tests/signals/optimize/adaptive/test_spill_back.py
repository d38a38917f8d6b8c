"""Roads that are full: beyond the junction, before it up to where vehicles enter, and side roads behind a queue."""

import numpy as np
import pytest

from signals.optimize.adaptive.rolling_horizon import HorizonSettings, choose_stage
from signals.optimize.adaptive.seen import Seen, behind_the_sensor, held_up, standing
from signals.optimize.adaptive.view import Service, View

STEPS = HorizonSettings().steps
SATURATION = 0.5
CAR_M = 7.5
# One lane in each of two stages; row 2 is a side road whose vehicles stand behind the queue of lane 1.
SHARE = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
BEHIND = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 1.0]])


@pytest.fixture(scope="module")
def service() -> Service:
    """A serves lane 0, B lane 1, and in C nobody drives."""
    serves = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    return Service(("A", "B", "C"), serves, np.full(2, SATURATION), 5 * (1 - np.eye(3)), np.full(3, 7.0))


def standing_on(*counts: int) -> Seen:
    rows = [(row, CAR_M * place + 1.0) for row, count in enumerate(counts) for place in range(count)]
    table = np.array(rows, np.float64).reshape(-1, 2)
    return Seen(table[:, 0].astype(np.int64), table[:, 1], np.zeros(len(rows)))


def chosen(service: Service, queued: np.ndarray) -> int:
    """What comes after C, which favours neither lane."""
    return choose_stage(service, View(2, 30.0, queued, np.zeros((2, STEPS)), np.ones(2), np.zeros(2))).stage


def test_a_queue_that_fills_its_road_goes_before_a_longer_one_with_room(service: Service) -> None:
    now = standing_on(10, 8)
    queued = standing(now, SHARE)
    roomy = queued + behind_the_sensor(now, SHARE, queued, np.array([200.0, 200.0]))
    filled = queued + behind_the_sensor(now, SHARE, queued, np.array([200.0, 60.0]))
    assert chosen(service, roomy) == 0
    assert chosen(service, filled) == 1, "nobody can tell how many wait to enter"


def test_a_blocked_side_road_counts_for_the_queue_that_blocks_it(service: Service) -> None:
    alone, beside = standing_on(9, 6), standing_on(9, 6, 6)
    queued = standing(alone, SHARE)
    assert chosen(service, queued + held_up(alone, BEHIND, queued)) == 0
    assert chosen(service, queued + held_up(beside, BEHIND, queued)) == 1


def test_a_road_beyond_never_overflows_and_is_used_again_when_it_has_emptied(service: Service) -> None:
    """The road beyond lane 0 takes 12 vehicles and lets nobody out for two minutes."""
    room, beyond, stage, green_s, queued, crossed = 12.0, 0.0, 0, 30.0, np.array([40.0, 20.0]), 0.0
    for second in range(240):
        outflow = np.array([0.05 if beyond > 0.8 * room else 1.0, 1.0])
        if green_s >= 0:
            now = View(stage, green_s, queued, np.zeros((2, STEPS)), outflow, np.zeros(2))
            wanted = choose_stage(service, now).stage
            green_s, stage = (green_s, stage) if wanted == stage else (-5.0, wanted)
        gone = np.minimum(queued, SATURATION) * service.serves[stage] * (green_s >= 0)
        gone[0] = min(gone[0], room - beyond)
        queued, beyond = queued - gone, beyond + gone[0] - (SATURATION if second > 120 and beyond > 0 else 0.0)
        crossed += gone[0] * (second > 120)
        green_s += 1
        assert second != 119 or queued[1] <= 1, "while it is full the others go"
    assert crossed > 15


def test_vehicles_outside_the_net_are_not_starved_by_a_street_that_shows_more(service: Service) -> None:
    """Lane 1 has room for 8, whoever else comes waits outside; lane 0 is busy and long."""
    rng = np.random.default_rng(7)
    stage, green_s, queued, waited_s = 0, 30.0, np.zeros(2), np.zeros(2)
    longest_outside = outside = 0.0
    for _ in range(400):
        queued = queued + (rng.random(2) < np.array([0.22, 0.12]))
        now = standing_on(min(int(queued[0]), 26), min(int(queued[1]), 8))
        if green_s >= 0:
            seen = standing(now, SHARE)
            seen = seen + behind_the_sensor(now, SHARE, seen, np.array([200.0, 8 * CAR_M]))
            view = View(stage, green_s, seen, np.zeros((2, STEPS)), np.ones(2), waited_s)
            wanted = choose_stage(service, view).stage
            green_s, stage = (green_s, stage) if wanted == stage else (-5.0, wanted)
        queued = np.maximum(queued - SATURATION * service.serves[stage] * (green_s >= 1.5), 0.0)
        waited_s = np.where((queued < 1) | (service.serves[stage] > 0), 0.0, waited_s + 1)
        outside = outside + 1 if queued[1] > 8 else 0.0
        longest_outside = max(longest_outside, outside)
        green_s += 1
    assert longest_outside < 60

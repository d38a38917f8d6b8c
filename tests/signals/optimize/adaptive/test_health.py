"""A lying detector is found out, and its approach alone falls back to its stored split."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.errors import DemandError
from signals.optimize.adaptive.health import DetectorFault, DetectorRecord, faults_of, stand_in
from signals.optimize.adaptive.rolling_horizon import HorizonSettings, choose_stage
from signals.optimize.adaptive.view import Service, View
from signals.plan.junction import Junction

STEPS = HorizonSettings().steps
WELL = DetectorRecord(np.zeros(1), np.zeros(1), np.array([9.0]), np.array([10.0]), np.array([20.0]))


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({}, DetectorFault.NONE),
        ({"age_s": 6.0}, DetectorFault.DROPPED),
        ({"age_s": float("nan")}, DetectorFault.DROPPED),
        ({"counted": float("nan")}, DetectorFault.DROPPED),
        ({"held_s": 31.0, "counted": 0.0}, DetectorFault.STUCK_ON),
        ({"held_s": 31.0}, DetectorFault.NONE),
        ({"counted": 0.0, "expected": 12.0}, DetectorFault.MISSED),
        ({"counted": 0.0, "expected": float("nan")}, DetectorFault.NONE),
        ({"counted": 34.0}, DetectorFault.FALSE),
    ],
)
def test_each_of_the_four_errors_is_found(told: dict[str, float], fault: DetectorFault) -> None:
    record = replace(WELL, **{name: np.array([value]) for name, value in told.items()})
    assert faults_of(record).tolist() == [fault]


def test_columns_of_different_length_are_named() -> None:
    with pytest.raises(DemandError, match="wanted columns of one length"):
        replace(WELL, age_s=np.zeros(2))


@given(since_s=st.floats(0, 200), share=st.floats(0.05, 0.9), lies=st.floats(0, 500))
def test_only_the_ill_lane_is_replaced_and_whatever_it_said_does_not_matter(
    since_s: float, share: float, lies: float
) -> None:
    service = Service(("A", "B"), np.eye(2), np.full(2, 0.5), 5 * (1 - np.eye(2)), np.full(2, 7.0))
    now = View(0, 20.0, np.array([4.0, lies]), np.full((2, STEPS), lies), np.ones(2), np.array([0.0, lies]))
    ill, split, since = np.array([False, True]), np.full(2, share), np.array([0.0, since_s])
    mended = stand_in(service, now, ill, split, since)
    assert mended.queued[0] == 4.0 and (mended.arrivals[0] == lies).all()
    quiet = replace(now, queued=np.array([4.0, 0.0]), arrivals=np.stack([now.arrivals[0], np.zeros(STEPS)]))
    assert (mended.arrivals[1] == stand_in(service, quiet, ill, split, since).arrivals[1]).all()
    assert mended.queued[1] == pytest.approx(0.4 * share * since_s)


@pytest.mark.parametrize("says", [0.0, 60.0])
def test_an_ill_approach_is_neither_starved_nor_fed_without_end(crossroads: Junction, says: float) -> None:
    """East's detector is dead, or stuck on; half of the stored cycle is its own, so about half of the time it gets."""
    service = Service.of(crossroads, np.full(4, 0.5))
    stage, green_s, green = 0, 10.0, np.zeros(2)
    red_s = np.zeros(4)
    for second in range(600):
        queued = np.array([3.0, 2.0, says, says])
        now = View(stage, green_s, queued, np.zeros((4, STEPS)), np.ones(4), np.zeros(4))
        ill = np.array([False, False, True, True])
        mended = stand_in(service, now, ill, np.full(4, 0.45), red_s)
        wanted = choose_stage(service, mended).stage if green_s >= 0 and second % 2 == 0 else stage
        if wanted != stage:
            red_s = np.where(service.serves[stage] > 0, 0.0, red_s)
            stage, green_s = wanted, -5.0
        green[stage] += green_s >= 0
        red_s = np.where((service.serves[stage] > 0) & (green_s >= 0), red_s, red_s + 1)
        green_s += 1
    assert 0.25 < green[1] / green.sum() < 0.6

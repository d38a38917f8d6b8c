"""What the tracker refuses, and what it passes over."""

from collections.abc import Callable

import numpy as np
import pytest

from vision.detections import Detections
from vision.track.tracker import Tracker
from vision.vehicles import VehicleKind

CAR = (100, 300, 100, 80, 0.8, VehicleKind.CAR)
Shot = Callable[..., Detections]


@pytest.mark.parametrize("media_s", [0.9, -1.0, float("nan"), float("inf")])
def test_time_that_runs_backwards_is_refused(shot: Shot, media_s: float):
    tracker = Tracker()
    tracker.update(shot(CAR), 1.0)
    with pytest.raises(ValueError, match="media_s"):
        tracker.update(shot(CAR), media_s)
    assert tracker.update(shot(CAR), 1.1).id.tolist() == [1]


@pytest.mark.parametrize("kind", [-1, 6])
def test_an_unknown_kind_is_refused(kind: int):
    wrong = Detections(np.array([[0, 0, 9, 9]], np.float32), np.ones(1, np.float32), np.array([kind], np.int8))
    with pytest.raises(ValueError, match=r"Detections\.kind: wanted 0\.\.5"):
        Tracker().update(wrong, 0.0)


@pytest.mark.parametrize(
    "corners", [(9, 9, 9, 20), (20, 9, 9, 20), (np.nan, 0, 9, 9), (0, 0, np.inf, 9), (-np.inf, 0, 9, 9), (0, 0, 1e9, 9)]
)
def test_a_box_that_is_none_is_ignored(corners: tuple[float, ...]):
    odd = Detections(np.array([corners], np.float32), np.ones(1, np.float32), np.zeros(1, np.int8))
    assert len(Tracker().update(odd, 0.0)) == 0


def test_a_score_that_is_no_number_is_ignored(shot: Shot):
    assert len(Tracker().update(shot((100, 300, 100, 80, float("nan"), VehicleKind.CAR)), 0.0)) == 0

from dataclasses import replace

import numpy as np
import pytest

from vision.track.settings import MotionSettings, TrackerSettings, confusable_kinds
from vision.vehicles import VehicleKind


def test_the_default_kind_weights_are_symmetric_and_sure_of_equal_kinds():
    weights = np.array(confusable_kinds())
    assert np.array_equal(weights, weights.T)
    assert np.array_equal(np.diag(weights), np.ones(len(VehicleKind)))


@pytest.mark.parametrize("walker", [VehicleKind.PEDESTRIAN, VehicleKind.BICYCLE, VehicleKind.MOTORBIKE])
@pytest.mark.parametrize("giant", [VehicleKind.BUS, VehicleKind.TRUCK])
def test_nothing_on_two_wheels_or_legs_is_ever_a_bus_or_a_truck(walker: VehicleKind, giant: VehicleKind):
    assert confusable_kinds()[walker][giant] == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"low_score": 0.5}, "low_score <= high_score"),
        ({"birth_score": 0.2}, "high_score <= birth_score"),
        ({"high_match": 0.0}, "high_match"),
        ({"size_ratio": 1.5}, "size_ratio"),
        ({"confirm_hits": 0}, "confirm_hits"),
        ({"unborn_misses": 0}, "unborn_misses"),
        ({"lost_s": -1.0}, "lost_s"),
        ({"lost_s": float("nan")}, "lost_s"),
        ({"kind_margin": 0.9}, "kind_margin"),
        ({"vote_weights": (1.0,)}, "vote_weights"),
        ({"kind_weights": ((1.0,),)}, "wanted 6 rows of 6"),
        ({"kind_weights": ((2.0,) * 6,) * 6}, "weights 0..1"),
    ],
)
def test_a_setting_out_of_range_is_named(wrong: dict[str, object], named: str):
    with pytest.raises(ValueError, match=named):
        replace(TrackerSettings(), **wrong)


@pytest.mark.parametrize("value", [0.0, -1.0, float("inf"), float("nan")])
def test_noise_that_is_not_above_zero_is_refused(value: float):
    with pytest.raises(ValueError, match=r"MotionSettings\.coast_s"):
        MotionSettings(coast_s=value)

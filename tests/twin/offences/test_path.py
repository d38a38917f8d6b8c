"""Ways and motions: bends are round, stops are where they were said to be."""

import numpy as np
import pytest

from twin.offences.motion import Go, Stand, moved
from twin.offences.path import Path


def test_a_bend_is_round_and_ends_where_it_was_said_to():
    path = Path.through([(0, 0), (0, 30), (-30, 30)], 6.0)
    x, y, heading = path.at(np.array([0.0, path.end_m]))
    assert (x[0], y[0]) == pytest.approx((0, 0), abs=0.3)
    assert (x[1], y[1]) == pytest.approx((-30, 30), abs=0.5)
    assert heading == pytest.approx([0, np.pi / 2], abs=0.05)
    assert np.abs(np.diff(path.heading_rad)).max() < 0.1


def test_whoever_stands_does_so_at_that_place_for_that_long():
    motion = moved([Go(30.0, 8.0), Stand(5.0), Go(60.0, 8.0)], 8.0)
    standing = np.abs(motion.walked_m - 30.0) < 0.05
    assert standing.sum() * 0.02 == pytest.approx(5.0, abs=0.5)
    assert motion.leaves_s(30.0) - motion.first_s(30.0) == pytest.approx(5.0, abs=0.6)


def test_nobody_brakes_or_pulls_harder_than_a_vehicle_can():
    motion = moved([Go(20.0, 12.0), Go(40.0, 4.0), Stand(1.0), Go(80.0, 10.0)], 5.0)
    speed = np.diff(motion.walked_m) / 0.02
    assert np.diff(speed).max() / 0.02 <= 2.1 + 0.15 / 0.02
    assert (np.diff(motion.walked_m) >= 0).all()


def test_a_step_that_never_ends_is_an_error():
    with pytest.raises(ValueError, match="goes on"):
        moved([Go(1e6, 1.0)], 1.0)

"""The solver by itself is scipy's own, and costs no scipy.optimize."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from vision.track import solver


@pytest.mark.parametrize("shape", [(0, 0), (1, 3), (5, 5), (7, 4), (4, 9), (40, 40)])
def test_it_chooses_as_the_public_function_does(shape):
    gain = np.random.default_rng(sum(shape)).random(shape)
    for given in (gain, gain.astype(np.float32)):
        ours, theirs = solver.solve(given), linear_sum_assignment(given, maximize=True)
        assert np.array_equal(ours[0], theirs[0])
        assert np.array_equal(ours[1], theirs[1])


def test_where_scipy_keeps_it_elsewhere_the_public_function_serves(monkeypatch):
    monkeypatch.setattr(solver, "EXTENSION_SUFFIXES", [".nowhere"])
    assert solver.alone() is None
    solver._solver.cache_clear()
    try:
        assert solver._solver() is linear_sum_assignment
    finally:
        solver._solver.cache_clear()


def test_the_tracker_does_without_the_package_around_it():
    """Fails when scipy moves its solver: then the memory is paid for again, and `alone` must learn the new place."""
    code = (
        "import sys, numpy as np; from vision.track.tracker import Tracker; from vision.track import solver; "
        "solver.solve(np.eye(3)); sys.exit('scipy.optimize' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

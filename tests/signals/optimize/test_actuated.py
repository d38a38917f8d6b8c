"""Green while they keep coming, then the next stage that somebody wants; nobody is passed over for ever."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.optimize.actuated import choose_actuated
from signals.optimize.adaptive.view import Service, View

SERVICE = Service(("A", "B", "C"), np.eye(3), np.full(3, 0.5), 5 * (1 - np.eye(3)), np.full(3, 7.0))
ORDER = (0, 1, 2)


def view(
    queued: list[float], *, stage: int = 0, green_s: float = 20.0, coming: float = 0.0, waited_s: float = 0.0
) -> View:
    arrivals = np.zeros((3, 4))
    arrivals[stage, 0] = coming
    return View(stage, green_s, np.array(queued), arrivals, np.ones(3), np.array([0.0, waited_s, waited_s]))


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (view([0, 0, 0]), 0),
        (view([2, 5, 5]), 0),
        (view([0, 5, 5]), 1),
        (view([0, 0, 5]), 2),
        (view([0, 5, 0], coming=1.0), 0),
        (view([0, 5, 0], coming=0.5), 1),
        (view([0, 5, 0], green_s=6.0), 0),
        (view([9, 1, 0], green_s=50.0), 1),
        (view([9, 0, 0], green_s=90.0), 0),
        (view([0, 4, 0], stage=2), 1),
        (view([9, 0, 1], waited_s=80.0), 2),
    ],
)
def test_it_extends_gaps_out_maxes_out_and_skips_who_wants_nothing(now: View, wanted: int) -> None:
    assert choose_actuated(SERVICE, now, 5.0, ORDER) == wanted


@given(
    queued=st.lists(st.floats(0, 30), min_size=3, max_size=3),
    green_s=st.floats(-5, 100),
    stage=st.integers(0, 2),
    waited_s=st.floats(0, 300),
)
def test_it_never_leaves_before_the_least_green_nor_for_a_stage_nobody_wants(
    queued: list[float], green_s: float, stage: int, waited_s: float
) -> None:
    now = view(queued, stage=stage, green_s=green_s, waited_s=waited_s)
    chosen = choose_actuated(SERVICE, now, 5.0, ORDER)
    assert chosen == choose_actuated(SERVICE, now, 5.0, ORDER)
    if chosen != stage:
        assert green_s >= 7.0
        assert queued[chosen] > 0

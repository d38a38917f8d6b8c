import numpy as np
import pytest

from signals.demand.arrivals import arrival_profile, progression


def test_platoons_show_in_the_profile_of_the_cycle():
    at_s = np.array([60.0 * cycle + 12.0 for cycle in range(11)])
    profile = arrival_profile(at_s, 60.0, 10.0, 6)
    assert profile[0] == pytest.approx(1.1)
    assert profile[1:].sum() == 0


def test_a_profile_needs_a_cycle():
    with pytest.raises(ValueError, match="a cycle above 0 s"):
        arrival_profile(np.zeros(3), 0.0, 0.0, 4)


@pytest.mark.parametrize(
    ("at_s", "ratio", "kind"),
    [
        ([5, 65, 125, 185], 2.0, 5),
        ([5, 35, 65, 95], 1.0, 3),
        ([35, 95, 155, 215], 0.0, 1),
    ],
)
def test_the_platoon_ratio_is_the_share_on_green_over_the_greens_share(at_s, ratio, kind):
    greens = [(60.0 * cycle, 60.0 * cycle + 30) for cycle in range(4)]
    found = progression(at_s, greens, 240.0)
    assert found.platoon_ratio == pytest.approx(ratio)
    assert found.arrival_type == kind
    assert found.on_green_error > 0


def test_nobody_came_or_no_green_was_seen():
    assert progression([], [(0.0, 30.0)], 60.0).on_green is None
    assert progression([5.0], [], 60.0).platoon_ratio is None

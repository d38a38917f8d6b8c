from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.optimize.delay import control_delay_s, incremental_delay_s, uniform_delay_s, webster_delay_s


@pytest.mark.parametrize(
    ("cycle_s", "green_s", "flow_h", "saturation_h", "delay_s"),
    [
        # Mathew, Transportation Systems Engineering (IIT Bombay), "Signalized Intersection Delay Models", 4.1.1.
        pytest.param(90, 0.55 * 90, 1000, 2800, 14.2, id="mathew-uniform-delay"),
        # Graduate Aptitude Test in Engineering (India): 20 and 50 veh/min, red 30 s of 60 s; answer 12.50 s.
        pytest.param(60, 30, 20 * 60, 50 * 60, 12.5, id="gate-uniform-delay"),
    ],
)
def test_uniform_delay_equals_published_examples(cycle_s, green_s, flow_h, saturation_h, delay_s):
    assert uniform_delay_s(cycle_s, green_s, flow_h, saturation_h) == pytest.approx(delay_s, abs=0.05)


def test_incremental_delay_has_the_known_values_at_and_above_capacity():
    assert incremental_delay_s(800, 0.0) == 0.0
    assert incremental_delay_s(800, 1.0) == pytest.approx(900 * 0.25 * sqrt(4 / (800 * 0.25)))
    # With a large capacity chance vanishes and the overflow queue of a fluid remains: 1800 T (X - 1).
    assert incremental_delay_s(1e9, 1.2) == pytest.approx(1800 * 0.25 * 0.2, rel=1e-3)


def test_websters_formula_is_the_sum_of_its_three_terms():
    """Worked by hand: c 60 s, g 30 s, q 600/h, s 1800/h, so λ = 0.5, x = 2/3, q = 1/6 per second."""
    first = 60 * 0.25 / (2 * (1 - 1 / 3))
    second = (4 / 9) / (2 * (1 / 6) * (1 / 3))
    third = 0.65 * (60 * 36) ** (1 / 3) * (2 / 3) ** 4.5
    assert webster_delay_s(60, 30, 600, 1800) == pytest.approx(first + second - third)


@pytest.mark.parametrize("flow_h", [0.0, 900.0, 1200.0])
def test_websters_formula_is_refused_where_it_does_not_hold(flow_h):
    with pytest.raises(ValueError, match="above 0 and below 1"):
        webster_delay_s(60, 30, flow_h, 1800)


@settings(deadline=None)
@given(st.floats(30, 120), st.floats(0.1, 0.9), st.floats(0.05, 0.85))
def test_the_two_delay_formulas_agree_below_capacity(cycle_s, green_share, degree):
    saturation_h = 1800.0
    flow_h = degree * green_share * saturation_h
    green_s = cycle_s * green_share
    ours, his = (f(cycle_s, green_s, flow_h, saturation_h) for f in (control_delay_s, webster_delay_s))
    assert ours == pytest.approx(his, rel=0.35, abs=6)


@settings(deadline=None)
@given(st.floats(30, 120), st.floats(0.1, 0.9), st.floats(0, 3000), st.floats(1, 500))
def test_more_traffic_never_waits_less(cycle_s, green_share, flow_h, more_h):
    green_s = cycle_s * green_share
    calm = control_delay_s(cycle_s, green_s, flow_h, 1800)
    busy = control_delay_s(cycle_s, green_s, flow_h + more_h, 1800)
    assert busy >= calm - 1e-9

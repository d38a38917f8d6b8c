import pytest

from signals.demand.discharge import measured_discharge
from signals.errors import DemandError


def test_the_saturation_flow_is_the_mean_of_the_greens_and_differs_as_they_do(make_green):
    greens = [make_green(rate) for rate in (1700, 1800, 1900, 1800, 1800)]
    [found], unknown = measured_discharge(greens)
    assert (found.units_h, found.greens, unknown) == (1800, 5, ())
    assert found.error_units_h == pytest.approx(31.6, abs=0.1)
    assert found.saturation("north").units_h == 1800
    assert not found.saturation("north").assumed


def test_the_start_up_lost_time_is_what_the_first_slice_let_through_less(make_green):
    # At 1800 an hour a slice of 4 s carries 2; one came: half the slice was lost.
    [found], _ = measured_discharge([make_green(1800, first=1.0)] * 5)
    assert found.start_lost_s == pytest.approx(2.0)


def test_motorbikes_that_burst_out_lose_less_than_nothing(make_green):
    [found], _ = measured_discharge([make_green(1800, first=3.0)] * 5)
    assert found.start_lost_s == pytest.approx(-2.0)


def test_greens_without_a_queue_cut_greens_and_too_few_say_so(make_green):
    greens = [make_green()] * 4 + [make_green(None), make_green(whole=False), make_green(view_moved=True)]
    known, [unknown] = measured_discharge(greens)
    assert known == ()
    assert "only 4 whole greens" in unknown.why


def test_units_are_never_mixed(make_green):
    greens = [make_green(), make_green(pcu_table="hanoi_motorbike_units_2012", pcu_unit="mcu")]
    with pytest.raises(DemandError, match="different units"):
        measured_discharge(greens)

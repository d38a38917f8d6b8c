import pytest

from signals.demand.pcu import pcu_table
from signals.demand.saturation import FOOT_M, saturation_from_width
from signals.errors import DemandError


@pytest.mark.parametrize(
    ("width_ft", "pcu_h"), [(10, 1850), (12, 1900), (14, 2075), (17, 2700), (18, 2880), (20, 3200), (60, 9600)]
)
def test_widths_give_the_values_of_websters_paper(width_ft, pcu_h):
    """Road Research Technical Paper 39 (1958): its table for 10 to 17 ft, 160 w from 18 ft to 60 ft."""
    saturation = saturation_from_width("north", width_ft * FOOT_M, pcu_table())
    assert saturation.units_h == pytest.approx(pcu_h)
    assert saturation.assumed


def test_a_wider_approach_never_discharges_less():
    widths_m = [2.5 + 0.05 * i for i in range(316)]
    rates = [saturation_from_width("north", width_m, pcu_table()).units_h for width_m in widths_m]
    assert rates == sorted(rates)


def test_a_motorbike_table_gives_motorbike_units():
    cars = saturation_from_width("north", 7.0, pcu_table()).units_h
    motorbikes = saturation_from_width("north", 7.0, pcu_table("hanoi_motorbike_units_2012")).units_h
    assert motorbikes == pytest.approx(3.4 * cars)


@pytest.mark.parametrize("width_m", [0.0, 2.4, 18.4, float("nan")])
def test_a_width_the_rule_was_never_tested_on_is_refused(width_m):
    with pytest.raises(DemandError, match="measure its saturation flow"):
        saturation_from_width("north", width_m, pcu_table())

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.law.catalogue import fine, shipped_catalogue
from violations.law.fine_range import Deduction, FineRange, points_left, points_together

DAY = date(2026, 8, 14)
OFFENCES = sorted({row.offence for row in shipped_catalogue().rows if "motorbike" in row.vehicles})


@pytest.fixture
def motorbike() -> Callable[[str], FineRange]:
    def of(offence: str) -> FineRange:
        found = fine(offence, "motorbike", DAY)
        assert isinstance(found, FineRange)
        return found

    return of


def test_several_offences_at_one_time_cost_the_largest_deduction_alone(motorbike: Callable[[str], FineRange]):
    red, wrong_way, helmet = motorbike("red_light"), motorbike("wrong_way"), motorbike("no_helmet")
    assert (red.points, wrong_way.points, helmet.points) == (4, 2, 0)
    assert points_together([helmet, wrong_way, red]) == Deduction(4, red)
    assert points_together([helmet, wrong_way]) == Deduction(2, wrong_way)
    assert points_together([helmet]) == Deduction(0, None)
    assert points_together([]) == Deduction(0, None)


@pytest.mark.parametrize(("held", "left"), [(12, 8), (4, 0), (3, 0), (0, 0)])
def test_points_never_go_below_zero(held: int, left: int, motorbike: Callable[[str], FineRange]):
    assert points_left(held, [motorbike("red_light")]) == left


@given(held=st.integers(0, 12), offences=st.lists(st.sampled_from(OFFENCES), max_size=5))
def test_one_offence_more_never_gives_points_back(held: int, offences: list[str]):
    fines = [one for offence in offences if (one := fine(offence, "motorbike", DAY))]
    left = [points_left(held, fines[:number]) for number in range(len(fines) + 1)]
    assert left == sorted(left, reverse=True)
    assert all(0 <= one <= held for one in left)
    assert left[-1] == max(held - max((one.points for one in fines), default=0), 0)

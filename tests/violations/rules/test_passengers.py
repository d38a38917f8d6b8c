from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Doubt, Occurrence, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.passengers import Load, LoadLimits, passengers

LIMITS = LoadLimits(looks=3, share=0.6)
CALM = Circumstances(clock_error_s=0.05)
WHO = Occurrence(7, "motorbike", "riders", since_s=10.0, at_s=12.0, at_error_s=0.05)


@pytest.mark.parametrize(
    ("showed", "looks", "offence"),
    [
        ((5, 5, 4), 5, "two_passengers"),
        ((5, 5, 5, 3), 5, "three_passengers"),
        ((5, 5, 5, 2), 5, "two_passengers"),
        ((5, 5, 5, 4, 4), 5, "three_passengers"),
        ((4, 4, 3), 5, "two_passengers"),
    ],
)
def test_as_many_as_most_looks_show_are_accused_of(showed: tuple[int, ...], looks: int, offence: str):
    accusation = passengers(Load(WHO, showed, looks), LIMITS, CALM).accusation
    assert accusation is not None
    assert accusation.offence == offence
    assert Doubt.CHILD_UNDER_SIX in accusation.reasons_not_to_fine


@pytest.mark.parametrize(
    ("showed", "looks", "verdict"),
    [
        ((), 0, Verdict()),
        ((5,), 5, Verdict()),
        ((5, 5), 5, Verdict()),
        ((5, 5, 2), 5, Verdict()),
        ((7, 7, 3), 7, Verdict(withheld=Withheld.HEADS_DISAGREE)),
    ],
)
def test_in_doubt_there_were_two(showed: tuple[int, ...], looks: int, verdict: Verdict):
    assert passengers(Load(WHO, showed, looks), LIMITS, CALM) == verdict


def test_a_car_may_carry_more():
    assert passengers(Load(replace(WHO, vehicle="car"), (5, 5, 5), 5), LIMITS, CALM) == Verdict()


def test_a_moved_camera_withholds():
    moved = replace(CALM, view_moved=True)
    assert passengers(Load(WHO, (5, 5, 5), 5), LIMITS, moved) == Verdict(withheld=Withheld.VIEW_MOVED)


@pytest.mark.parametrize("name", ["looks", "share"])
def test_limits_that_are_no_limits_are_refused(name: str):
    with pytest.raises(ValueError, match="LoadLimits: wanted numbers of 0 or more"):
        replace(LIMITS, **{name: float("nan")})


@given(
    counts=st.lists(st.integers(0, 6), min_size=1, max_size=8),
    fewer=st.lists(st.integers(0, 3), min_size=8, max_size=8),
)
def test_seeing_fewer_heads_never_makes_an_accusation_nor_a_graver_one(counts: list[int], fewer: list[int]):
    def load(heads: list[int]) -> Load:
        return Load(WHO, tuple(sum(one > k for one in heads) for k in range(max(heads))), len(heads))

    doubted = passengers(load([max(one - less, 0) for one, less in zip(counts, fewer, strict=False)]), LIMITS, CALM)
    sure = passengers(load(counts), LIMITS, CALM)
    if doubted.accusation is not None:
        assert sure.accusation is not None
        assert doubted.accusation.offence == "two_passengers" or sure.accusation.offence == "three_passengers"

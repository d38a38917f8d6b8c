from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Doubt, Occurrence, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.plate_covered import PlateLimits, RearViews, plate_covered

LIMITS = PlateLimits(frozenset({"motorbike"}), covered=4, apart_s=0.8, controls=3, read_share=0.7)
CALM = Circumstances(clock_error_s=0.05)
WHO = Occurrence(7, "motorbike", "stop", since_s=10.0, at_s=12.0, at_error_s=0.05)
REAR = RearViews(WHO, views=8, apart_s=1.6, covered=6, seen=0, controls=7, unread=2)


def test_many_good_views_of_a_cover_among_others_whose_plates_are_read_are_accused():
    accusation = plate_covered(REAR, LIMITS, CALM).accusation
    assert accusation is not None
    assert accusation.offence == "plate_covered"
    assert [(one.name, one.value) for one in accusation.measures] == [
        ("views_without_plate", 6.0),
        ("views_apart", 1.6),
    ]
    assert Doubt.PLATE_HIDDEN_BY_CHANCE in accusation.reasons_not_to_fine


@pytest.mark.parametrize(
    "innocent",
    [
        {"covered": 3},
        {"apart_s": 0.7},
        {"apart_s": float("nan")},
        {"views": 12},
    ],
    ids=str,
)
def test_too_few_views_of_a_cover_are_nothing_to_accuse_of(innocent: dict[str, Any]):
    assert plate_covered(replace(REAR, **innocent), LIMITS, CALM) == Verdict()


@pytest.mark.parametrize("doubt", [{"seen": 1}, {"controls": 2, "unread": 0}, {"unread": 4}], ids=str)
def test_one_view_that_may_show_a_plate_or_few_others_read_are_enough_to_let_go(doubt: dict[str, Any]):
    assert plate_covered(replace(REAR, **doubt), LIMITS, CALM) == Verdict(withheld=Withheld.PLATE_PERHAPS_SEEN)


def test_a_moved_camera_withholds():
    moved = replace(CALM, view_moved=True)
    assert plate_covered(REAR, LIMITS, moved) == Verdict(withheld=Withheld.VIEW_MOVED)


@pytest.mark.parametrize("name", ["covered", "apart_s", "controls", "read_share"])
def test_limits_that_are_no_limits_are_refused(name: str):
    with pytest.raises(ValueError, match="PlateLimits: wanted numbers of 0 or more"):
        replace(LIMITS, **{name: float("nan")})


@given(
    covered=st.integers(0, 12),
    unsure=st.integers(0, 6),
    seen=st.integers(0, 3),
    apart_s=st.floats(0, 5),
    others=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    more=st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)),
    less=st.floats(0, 1),
)
def test_more_doubt_never_makes_an_accusation(
    covered: int,
    unsure: int,
    seen: int,
    apart_s: float,
    others: tuple[int, int],
    more: tuple[int, int, int, int],
    less: float,
):
    """More doubt: covers that turn out plates or unsure, a shorter time, fewer others read and more of them not."""
    sure = RearViews(WHO, covered + unsure + seen, apart_s, covered, seen, *others)
    plates, unsures = min(more[0], covered), min(more[1], max(covered - more[0], 0))
    doubted = replace(
        sure,
        apart_s=apart_s * less,
        covered=covered - plates - unsures,
        seen=seen + plates,
        controls=max(others[0] - more[2], 0),
        unread=others[1] + more[3],
    )
    if plate_covered(doubted, LIMITS, CALM).accusation is not None:
        assert plate_covered(sure, LIMITS, CALM).accusation is not None

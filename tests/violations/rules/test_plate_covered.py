from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Doubt, Occurrence, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.plate_covered import PlateLimits, RearViews, plate_covered

LIMITS = PlateLimits(frozenset({"motorbike"}), views=6, apart_s=0.8, missed_share=0.05)
CALM = Circumstances(clock_error_s=0.05)
WHO = Occurrence(7, "motorbike", "stop", since_s=10.0, at_s=12.0, at_error_s=0.05)
REAR = RearViews(WHO, views=8, apart_s=1.6, bare=6, unreadable=2, seen=0, missed_share=0.02)


def test_many_good_views_without_any_plate_are_accused():
    accusation = plate_covered(REAR, LIMITS, CALM).accusation
    assert accusation is not None
    assert accusation.offence == "plate_covered"
    assert [(one.name, one.value) for one in accusation.measures] == [
        ("views_without_plate", 6.0),
        ("views_unreadable", 2.0),
        ("views_apart", 1.6),
    ]
    assert Doubt.PLATE_HIDDEN_BY_CHANCE in accusation.reasons_not_to_fine


@pytest.mark.parametrize(
    "innocent",
    [
        {"views": 5, "bare": 5, "unreadable": 0},
        {"apart_s": 0.7},
        {"apart_s": float("nan")},
        {"bare": 2, "seen": 4},
    ],
    ids=str,
)
def test_too_few_views_or_mostly_plates_are_nothing_to_accuse_of(innocent: dict[str, Any]):
    assert plate_covered(replace(REAR, **innocent), LIMITS, CALM) == Verdict()


@pytest.mark.parametrize(
    "doubt",
    [
        {"seen": 1, "bare": 5},
        {"views": 9},
        {"missed_share": None},
        {"missed_share": 0.06},
        {"missed_share": float("nan")},
    ],
    ids=str,
)
def test_one_view_that_may_show_a_plate_is_enough_to_let_go(doubt: dict[str, Any]):
    assert plate_covered(replace(REAR, **doubt), LIMITS, CALM) == Verdict(withheld=Withheld.PLATE_PERHAPS_SEEN)


def test_a_moved_camera_withholds():
    moved = replace(CALM, view_moved=True)
    assert plate_covered(REAR, LIMITS, moved) == Verdict(withheld=Withheld.VIEW_MOVED)


@pytest.mark.parametrize("name", ["views", "apart_s", "missed_share"])
def test_limits_that_are_no_limits_are_refused(name: str):
    with pytest.raises(ValueError, match="PlateLimits: wanted numbers of 0 or more"):
        replace(LIMITS, **{name: float("nan")})


@given(
    bare=st.integers(0, 12),
    unreadable=st.integers(0, 12),
    seen=st.integers(0, 3),
    apart_s=st.floats(0, 5),
    missed=st.floats(0, 0.1),
    more=st.integers(0, 3),
    less=st.floats(0, 1),
    worse=st.one_of(st.none(), st.floats(0, 1)),
)
def test_more_doubt_never_makes_an_accusation(
    bare: int,
    unreadable: int,
    seen: int,
    apart_s: float,
    missed: float,
    more: int,
    less: float,
    worse: float | None,
):
    views = bare + unreadable + seen
    sure = RearViews(WHO, views, apart_s, bare, unreadable, seen, missed)
    turned = min(more, bare)
    doubted = replace(
        sure,
        apart_s=apart_s * less,
        bare=bare - turned,
        seen=seen + turned,
        missed_share=None if worse is None else missed + worse,
    )
    if plate_covered(doubted, LIMITS, CALM).accusation is not None:
        assert plate_covered(sure, LIMITS, CALM).accusation is not None

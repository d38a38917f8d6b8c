from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Doubt, Occurrence, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.no_helmet import HeadVotes, HelmetLimits, Role, no_helmet

LIMITS = HelmetLimits(bare_looks=3, bare_share=0.6, chance=0.65)
CALM = Circumstances(clock_error_s=0.05)
WHO = Occurrence(7, "motorbike", "helmets", since_s=10.0, at_s=12.0, at_error_s=0.05)
HEAD = HeadVotes(WHO, Role.DRIVER, looks=5, missed=0, bare=4, helmet=0, chance=0.8, chance_error=0.1)


@pytest.mark.parametrize(
    ("role", "offence", "exempt"), [(Role.DRIVER, "no_helmet", False), (Role.PASSENGER, "no_helmet_passenger", True)]
)
def test_a_head_surely_bare_in_several_looks_is_accused(role: Role, offence: str, exempt: bool):
    accusation = no_helmet(replace(HEAD, role=role), LIMITS, CALM).accusation
    assert accusation is not None
    assert accusation.offence == offence
    assert [(one.name, one.value) for one in accusation.measures] == [
        ("bare_looks", 4.0),
        ("good_looks", 5.0),
        ("bare_chance", 0.8),
    ]
    assert (Doubt.CHILD_UNDER_SIX in accusation.reasons_not_to_fine) is exempt


@pytest.mark.parametrize("innocent", [{"bare": 2}, {"bare": 0, "helmet": 5}], ids=str)
def test_who_was_not_seen_bare_often_enough_is_not_accused(innocent: dict[str, Any]):
    assert no_helmet(replace(HEAD, **innocent), LIMITS, CALM) == Verdict()


def test_a_bicycle_needs_no_helmet():
    cyclist = replace(HEAD, who=replace(WHO, vehicle="bicycle"))
    assert no_helmet(cyclist, LIMITS, CALM) == Verdict()


@pytest.mark.parametrize(
    ("doubt", "why"),
    [
        ({"helmet": 1}, Withheld.HEADS_DISAGREE),
        ({"missed": 2}, Withheld.HEADS_DISAGREE),
        ({"chance": 0.7}, Withheld.HEADS_DISAGREE),
        ({"chance_error": 0.2}, Withheld.HEADS_DISAGREE),
        ({"chance": float("nan")}, Withheld.HEADS_DISAGREE),
        ({"chance_error": float("nan")}, Withheld.HEADS_DISAGREE),
        ({"role": Role.UNKNOWN}, Withheld.ROLE_UNSURE),
    ],
    ids=str,
)
def test_looks_that_disagree_accuse_nobody(doubt: dict[str, Any], why: Withheld):
    assert no_helmet(replace(HEAD, **doubt), LIMITS, CALM) == Verdict(withheld=why)


def test_an_officers_hand_excuses_no_bare_head_but_a_moved_camera_does():
    assert no_helmet(HEAD, LIMITS, replace(CALM, officer=True, priority_near=True)).accusation is not None
    assert no_helmet(HEAD, LIMITS, replace(CALM, view_moved=True)) == Verdict(withheld=Withheld.VIEW_MOVED)


@pytest.mark.parametrize("name", ["bare_looks", "bare_share", "chance"])
def test_limits_that_are_no_limits_are_refused(name: str):
    with pytest.raises(ValueError, match="HelmetLimits: wanted numbers of 0 or more"):
        replace(LIMITS, **{name: float("nan")})


@given(
    bare=st.integers(0, 8),
    other=st.integers(0, 8),
    missed=st.integers(0, 8),
    chance=st.floats(0, 1),
    error=st.floats(0, 1),
    more=st.integers(0, 5),
    vaguer=st.floats(0, 1),
    unsure_who=st.booleans(),
)
def test_more_doubt_never_makes_an_accusation(
    bare: int, other: int, missed: int, chance: float, error: float, more: int, vaguer: float, unsure_who: bool
):
    sure = replace(HEAD, looks=bare + other, missed=missed, bare=bare, chance=chance, chance_error=error)
    doubted = replace(
        sure,
        looks=sure.looks + more,
        missed=missed + more,
        helmet=more,
        chance=chance * (1 - vaguer),
        chance_error=error + vaguer,
        role=Role.UNKNOWN if unsure_who else Role.DRIVER,
    )
    if no_helmet(doubted, LIMITS, CALM).accusation is not None:
        assert no_helmet(sure, LIMITS, CALM).accusation is not None

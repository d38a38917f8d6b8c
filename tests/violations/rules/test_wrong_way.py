from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Doubt, Occurrence, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.wrong_way import WentBack, WrongWayLimits, wrong_way

NAN = float("nan")
CALM = Circumstances(clock_error_s=0.01)
WENT = WentBack(
    who=Occurrence(3, "motorbike", "north-1", 10.0, 12.0, 0.15),
    way=3.0,
    way_error=0.2,
    steps=8.0,
    slower_corner=0.6,
    body_px=60.0,
    off_deg=10.0,
    off_error_deg=4.0,
    arrow_doubted=False,
    followed=True,
)


def judged(around: Circumstances = CALM, **changes: Any) -> Verdict:
    return wrong_way(replace(WENT, **changes), WrongWayLimits(), around)


def test_who_surely_goes_against_the_arrow_is_accused_with_its_measures():
    accusation = judged().accusation
    assert accusation is not None
    assert accusation.offence == "wrong_way"
    assert [measure.name for measure in accusation.measures] == ["way_against", "off_opposite"]
    assert accusation.reasons_not_to_fine == (Doubt.OFFICER_UNSEEN, Doubt.PRIORITY_UNSEEN)


@pytest.mark.parametrize(
    "doubt",
    [
        {"way": 2.1},
        {"way_error": 1.1},
        {"steps": 4.9},
        {"slower_corner": 0.1},
        {"body_px": 19.0},
        {"off_deg": 42.0},
        {"off_error_deg": 36.0},
        {"who": replace(WENT.who, vehicle="bicycle")},
        *({name: NAN} for name in ("way", "way_error", "steps", "slower_corner", "body_px", "off_deg")),
    ],
    ids=str,
)
def test_a_doubt_goes_the_drivers_way(doubt: dict[str, Any]):
    assert judged(**doubt) == Verdict()


def test_an_arrow_most_disobey_accuses_nobody():
    assert judged(arrow_doubted=True) == Verdict(withheld=Withheld.ARROW_DOUBTED)


def test_an_arrow_nobody_was_seen_to_follow_is_told_to_the_reviewer():
    accusation = judged(followed=False).accusation
    assert accusation is not None
    assert Doubt.ARROW_ALONE in accusation.reasons_not_to_fine


numbers = st.fixed_dictionaries(
    {
        "way": st.floats(0, 10),
        "way_error": st.floats(0, 2),
        "steps": st.floats(0, 20),
        "slower_corner": st.floats(-1, 1),
        "body_px": st.floats(1, 200),
        "off_deg": st.floats(0, 90),
        "off_error_deg": st.floats(0, 20),
    }
)


@given(
    went=numbers,
    way_error=st.floats(0, 5),
    off_error_deg=st.floats(0, 60),
    around=st.builds(Circumstances, st.booleans(), st.booleans(), st.booleans()),
    arrow_doubted=st.booleans(),
)
def test_more_doubt_never_makes_an_accusation(
    went: dict[str, float], way_error: float, off_error_deg: float, around: Circumstances, arrow_doubted: bool
):
    doubted = went | {
        "way_error": went["way_error"] + way_error,
        "off_error_deg": went["off_error_deg"] + off_error_deg,
        "arrow_doubted": arrow_doubted,
    }
    assert judged(around, **doubted).accusation is None or judged(**went).accusation is not None

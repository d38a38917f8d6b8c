from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Occurrence, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.solid_line import SolidLineLimits, WentOver, solid_line

NAN = float("nan")
CALM = Circumstances(clock_error_s=0.01)
WENT = WentOver(
    who=Occurrence(3, "car", "middle", 10.0, 11.5, 0.7),
    to="left",
    before=0.5,
    after=0.4,
    error=0.05,
    along=0.3,
    seen=9,
    whole=0.8,
    foot_hidden=False,
    something_stood=False,
)


def judged(around: Circumstances = CALM, toward: Any = "both", **changes: Any) -> Verdict:
    return solid_line(replace(WENT, **changes), SolidLineLimits(toward=toward), around)


def test_who_was_wholly_on_one_side_and_then_on_the_other_is_accused():
    accusation = judged().accusation
    assert accusation is not None
    assert accusation.offence == "solid_line"
    assert [measure.name for measure in accusation.measures] == ["clear_before", "clear_after"]


@pytest.mark.parametrize(("toward", "accused"), [("left", True), ("right", False), ("both", True)])
def test_a_line_that_may_be_crossed_to_one_hand_binds_only_toward_the_other(toward: str, accused: bool):
    assert (judged(toward=toward).accusation is not None) is accused


@pytest.mark.parametrize(
    "doubt",
    [
        {"before": 0.1},
        {"after": 0.1},
        {"error": 0.35},
        {"along": -0.01},
        {"along": float("inf")},
        {"seen": 3},
        {"whole": 0.2},
        {"who": replace(WENT.who, since_s=5.0)},
        {"who": replace(WENT.who, vehicle="bicycle")},
        *({name: NAN} for name in ("before", "after", "error", "along", "whole")),
    ],
    ids=str,
)
def test_a_doubt_goes_the_drivers_way(doubt: dict[str, Any]):
    assert judged(**doubt) == Verdict()


@pytest.mark.parametrize(
    ("doubt", "why"),
    [
        ({"foot_hidden": True}, Withheld.FOOT_HIDDEN),
        ({"something_stood": True}, Withheld.SOMETHING_STOOD),
        ({"around": Circumstances(view_moved=True)}, Withheld.VIEW_MOVED),
    ],
    ids=str,
)
def test_an_accusation_withheld_names_its_doubt(doubt: dict[str, Any], why: Withheld):
    assert judged(**doubt) == Verdict(withheld=why)


@given(
    went=st.fixed_dictionaries(
        {
            "before": st.floats(0, 2),
            "after": st.floats(0, 2),
            "error": st.floats(0, 1),
            "along": st.floats(-1, 0.5),
            "seen": st.integers(1, 20),
            "whole": st.floats(-1, 1),
        }
    ),
    more=st.floats(0, 3),
    forgotten=st.sampled_from([{}, {"foot_hidden": True}, {"something_stood": True}, {"seen": 1}]),
    around=st.builds(Circumstances, st.booleans(), st.booleans(), st.booleans()),
)
def test_more_doubt_never_makes_an_accusation(
    went: dict[str, Any], more: float, forgotten: dict[str, Any], around: Circumstances
):
    doubted = went | {"error": went["error"] + more} | forgotten
    assert judged(around, **doubted).accusation is None or judged(**went).accusation is not None

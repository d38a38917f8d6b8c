from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Occurrence, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.forbidden_turn import forbidden_turn
from violations.rules.forbidden_u_turn import forbidden_u_turn
from violations.rules.turn import Turned, TurnLimits

NAN, INF = float("nan"), float("inf")
CALM = Circumstances(clock_error_s=0.01)
TURNED = Turned(
    who=Occurrence(3, "car", "left", 10.0, 15.0, 0.05),
    entered_error_s=0.05,
    foot_hidden=False,
    longest_gap_s=0.3,
    longest_leap=0.4,
)


def judged(around: Circumstances = CALM, **changes: Any) -> Verdict:
    return forbidden_turn(replace(TURNED, **changes), TurnLimits(), around)


def test_who_enters_and_leaves_over_the_movements_lines_is_accused():
    accusation = judged().accusation
    assert accusation is not None
    assert accusation.offence == "forbidden_turn"
    [took] = accusation.measures
    assert (took.name, took.value, took.error) == ("took", 5.0, pytest.approx(0.1))


def test_a_u_turn_is_an_offence_of_its_own():
    accusation = forbidden_u_turn(TURNED, TurnLimits(), CALM).accusation
    assert accusation is not None
    assert accusation.offence == "forbidden_u_turn"


@pytest.mark.parametrize(
    "doubt",
    [
        {"who": replace(TURNED.who, since_s=15.05)},
        {"who": replace(TURNED.who, since_s=-11.0)},
        {"who": replace(TURNED.who, at_s=NAN)},
        {"who": replace(TURNED.who, vehicle="bicycle")},
        {"entered_error_s": 5.0},
        {"entered_error_s": NAN},
    ],
    ids=str,
)
def test_a_doubt_goes_the_drivers_way(doubt: dict[str, Any]):
    assert judged(**doubt) == Verdict()


@pytest.mark.parametrize(
    ("doubt", "why"),
    [
        ({"foot_hidden": True}, Withheld.FOOT_HIDDEN),
        ({"longest_gap_s": 1.1}, Withheld.TRACK_UNSURE),
        ({"longest_gap_s": INF}, Withheld.TRACK_UNSURE),
        ({"longest_leap": 2.6}, Withheld.TRACK_UNSURE),
        ({"longest_leap": NAN}, Withheld.TRACK_UNSURE),
        ({"around": Circumstances(officer=True)}, Withheld.OFFICER),
    ],
    ids=str,
)
def test_an_accusation_withheld_names_its_doubt(doubt: dict[str, Any], why: Withheld):
    assert judged(**doubt) == Verdict(withheld=why)


@given(
    turned=st.fixed_dictionaries(
        {"entered_error_s": st.floats(0, 5), "longest_gap_s": st.floats(0, 3), "longest_leap": st.floats(0, 5)}
    ),
    more=st.fixed_dictionaries(
        {"entered_error_s": st.floats(0, 30), "longest_gap_s": st.floats(0, 9), "longest_leap": st.floats(0, 9)}
    ),
    foot_hidden=st.booleans(),
    around=st.builds(Circumstances, st.booleans(), st.booleans(), st.booleans()),
)
def test_more_doubt_never_makes_an_accusation(
    turned: dict[str, float], more: dict[str, float], foot_hidden: bool, around: Circumstances
):
    doubted = {name: turned[name] + more[name] for name in turned}
    worse = judged(around, **doubted, foot_hidden=foot_hidden)
    assert worse.accusation is None or judged(**turned).accusation is not None

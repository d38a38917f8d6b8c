from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Doubt, Occurrence, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.shown import Shown
from violations.rules.stop_line import StoodOver, StopLineLimits, stop_line
from vision.events.bodies import Direction
from vision.events.lamps import LampSpan

NAN = float("nan")
CALM = Circumstances(clock_error_s=0.01)
STOOD: dict[str, Any] = {
    "crossed_error_s": 0.05,
    "stood_s": 5.0,
    "stood_error_s": 0.3,
    "beyond": 0.6,
    "beyond_error": 0.05,
    "clear_s": 12.0,
    "foot_hidden": False,
    "queue_ahead": False,
}
LAMP: dict[str, Any] = {"state": "red", "since_s": 10.0, "until_s": 40.0, "error_s": 0.1, "origin": "controller"}


def judged(
    around: Circumstances = CALM, *, vehicle: str = "car", since_s: float = 14.0, at_s: float = 20.0, **changes: Any
) -> Verdict:
    who = Occurrence(4, vehicle, "south", since_s, at_s, 0.15, Direction.RIGHT_TO_LEFT)  # type: ignore[arg-type]
    stood = StoodOver(who=who, **STOOD | {key: changes[key] for key in changes if key in STOOD})
    lamp = LampSpan.model_validate(LAMP | {key: changes[key] for key in changes if key in LAMP})
    yellow = LampSpan(state="yellow", since_s=7.0, until_s=10.0, error_s=0.1, origin="controller")
    return stop_line(stood, Shown(lamp, yellow), StopLineLimits(), around)


def test_who_passed_late_and_stands_there_is_accused_with_its_measures():
    accusation = judged().accusation
    assert accusation is not None
    assert accusation.offence == "stop_line"
    assert [(measure.name, measure.value) for measure in accusation.measures] == [
        ("standing_over", 5.0),
        ("beyond_line", 0.6),
        ("into_red", 4.0),
    ]
    assert accusation.reasons_not_to_fine == (Doubt.OFFICER_UNSEEN, Doubt.PRIORITY_UNSEEN, Doubt.BREAKDOWN_UNSEEN)


@pytest.mark.parametrize(
    "doubt",
    [
        {"vehicle": "bicycle"},
        {"stood_s": 3.2},
        {"stood_s": NAN},
        {"stood_error_s": 2.5},
        {"beyond": 0.04},
        {"beyond": 2.1},
        {"beyond": NAN},
        {"since_s": 10.5},
        {"at_s": 39.9},
        {"state": "green"},
        {"state": "off"},
        {"since_s": NAN},
    ],
    ids=str,
)
def test_a_doubt_goes_the_drivers_way(doubt: dict[str, Any]):
    assert judged(**doubt) == Verdict()


@pytest.mark.parametrize(
    ("doubt", "why"),
    [
        ({"state": "unknown"}, Withheld.LAMP_UNKNOWN),
        ({"foot_hidden": True}, Withheld.FOOT_HIDDEN),
        ({"clear_s": None}, Withheld.YELLOW_UNSEEN),
        ({"clear_s": 7.05}, Withheld.ON_LINE_AT_YELLOW),
        ({"queue_ahead": True}, Withheld.PUSHED_BY_QUEUE),
        ({"around": Circumstances(view_moved=True)}, Withheld.VIEW_MOVED),
        ({"around": Circumstances(officer=True)}, Withheld.OFFICER),
        ({"around": Circumstances(priority_near=True)}, Withheld.PRIORITY_NEAR),
    ],
    ids=str,
)
def test_an_accusation_withheld_names_its_doubt(doubt: dict[str, Any], why: Withheld):
    assert judged(**doubt) == Verdict(withheld=why)


@given(
    stood=st.fixed_dictionaries(
        {
            "stood_s": st.floats(0, 20),
            "stood_error_s": st.floats(0, 2),
            "beyond": st.floats(-1, 3),
            "beyond_error": st.floats(0, 1),
            "crossed_error_s": st.floats(0, 2),
            "clear_s": st.none() | st.floats(0, 20),
        }
    ),
    more=st.fixed_dictionaries(
        {"stood_error_s": st.floats(0, 9), "beyond_error": st.floats(0, 9), "crossed_error_s": st.floats(0, 9)}
    ),
    forgotten=st.sampled_from(
        [{}, {"foot_hidden": True}, {"clear_s": None}, {"queue_ahead": True}, {"state": "unknown"}, {"error_s": 3.0}]
    ),
)
def test_more_doubt_never_makes_an_accusation(stood: dict[str, Any], more: dict[str, float], forgotten: dict[str, Any]):
    doubted = stood | {name: stood[name] + extra for name, extra in more.items()} | forgotten
    assert judged(**doubted).accusation is None or judged(**stood).accusation is not None

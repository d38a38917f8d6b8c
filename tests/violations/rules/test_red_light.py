from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Accusation, Doubt, Withheld
from violations.rules.red_light import RedLightLimits, red_light, why_withheld
from vision.events.bodies import Crossing, Direction
from vision.events.lamps import LampSpan

LIMITS = RedLightLimits(enters=Direction.LEFT_TO_RIGHT, grace_s=0.5, slowest_mps=2.0, fastest_mps=50.0, longest_s=300.0)
CROSSING: dict[str, Any] = {
    "line": "stop-north",
    "role": "stop",
    "track": 7,
    "vehicle": "motorbike",
    "direction": "left_to_right",
    "frame": 90,
    "at_s": 13.0,
    "at_error_s": 0.02,
    "x": 0.5,
    "y": 0.5,
    "speed_mps": 8.0,
    "speed_error_mps": 0.5,
    "foot_hidden": False,
}
LAMP: dict[str, Any] = {"state": "red", "since_s": 10.0, "until_s": 40.0, "error_s": 0.1, "origin": "controller"}


def given_facts(changes: dict[str, Any]) -> tuple[Crossing, LampSpan]:
    crossing = Crossing.model_validate(CROSSING | {key: changes[key] for key in changes if key in CROSSING})
    lamp = LampSpan.model_validate(LAMP | {key: changes[key] for key in changes if key in LAMP})
    return crossing, lamp


def judged(limits: RedLightLimits = LIMITS, *, view_moved: bool = False, **changes: Any) -> Accusation | None:
    return red_light(*given_facts(changes), limits, view_moved=view_moved)


def withheld(*, view_moved: bool = False, **changes: Any) -> Withheld | None:
    return why_withheld(*given_facts(changes), LIMITS, view_moved=view_moved)


def test_a_motorbike_three_seconds_into_red_is_accused_with_its_measures():
    accusation = judged()
    assert accusation is not None
    assert accusation.offence == "red_light"
    assert [(measure.name, measure.value, measure.unit) for measure in accusation.measures] == [
        ("into_red", 3.0, "s"),
        ("speed", 8.0, "m/s"),
    ]
    assert [measure.error for measure in accusation.measures] == pytest.approx([0.12, 0.5])
    assert accusation.reasons_not_to_fine == (Doubt.OFFICER_UNSEEN, Doubt.PRIORITY_UNSEEN)


@pytest.mark.parametrize("vehicle", ["motorbike", "car", "bus", "truck"])
def test_every_motor_vehicle_can_be_accused(vehicle: str):
    assert judged(vehicle=vehicle) is not None


@pytest.mark.parametrize(
    "doubt",
    [
        {"state": "green"},
        {"state": "yellow"},
        {"state": "off"},
        {"state": "unknown"},
        {"role": "counting"},
        {"direction": "right_to_left"},
        {"vehicle": "bicycle"},
        {"vehicle": "pedestrian"},
        {"at_s": 9.9},
        {"at_s": 10.0},
        {"at_s": 10.6},
        {"at_s": 10.61},
        {"at_s": 39.89},
        {"at_s": 40.5},
        {"at_s": float("nan")},
        {"at_error_s": 2.5},
        {"error_s": 2.5},
        {"at_error_s": 1.3, "error_s": 1.3},
        {"speed_mps": None},
        {"speed_error_mps": None},
        {"speed_mps": 0.4},
        {"speed_mps": 2.4},
        {"speed_error_mps": 4.1},
        {"speed_error_mps": 6.1},
        {"speed_mps": 49.8},
        {"since_s": -300.0},
        {"foot_hidden": True},
        {"view_moved": True},
    ],
    ids=str,
)
def test_a_doubt_goes_the_drivers_way(doubt: dict[str, Any]):
    assert judged(**doubt) is None


@pytest.mark.parametrize(
    "edge",
    [
        {"at_s": 10.63},
        {"at_s": 39.87},
        {"speed_mps": 2.5},
        {"speed_error_mps": 3.9},
        {"speed_mps": 49.5},
        {"since_s": -286.0},
    ],
    ids=str,
)
def test_beyond_the_last_doubt_it_accuses(edge: dict[str, Any]):
    assert judged(**edge) is not None


@pytest.mark.parametrize(
    ("doubt", "why"),
    [
        ({"foot_hidden": True}, Withheld.FOOT_HIDDEN),
        ({"view_moved": True}, Withheld.VIEW_MOVED),
        ({"view_moved": True, "foot_hidden": True}, Withheld.VIEW_MOVED),
        ({}, None),
    ],
    ids=str,
)
def test_an_accusation_withheld_names_its_doubt(doubt: dict[str, Any], why: Withheld | None):
    assert withheld(**doubt) is why


@pytest.mark.parametrize("innocent", [{"state": "green"}, {"speed_mps": 0.4}, {"role": "counting"}, {"at_s": 9.9}])
def test_nothing_is_withheld_from_who_was_not_to_be_accused(innocent: dict[str, Any]):
    assert withheld(foot_hidden=True, view_moved=True, **innocent) is None


def test_a_lamp_nobody_saw_accuses_nobody():
    assert red_light(Crossing.model_validate(CROSSING), None, LIMITS) is None


@pytest.mark.parametrize(
    ("origin", "doubt"),
    [("file", Doubt.LAMP_FROM_FILE), ("image", Doubt.LAMP_FROM_IMAGE)],
)
def test_a_lamp_not_reported_by_its_controller_is_told_to_the_reviewer(origin: str, doubt: Doubt):
    accusation = judged(origin=origin)
    assert accusation is not None
    assert doubt in accusation.reasons_not_to_fine


@pytest.mark.parametrize(("at_s", "soon"), [(11.0, True), (11.11, True), (11.13, False)])
def test_a_driver_hardly_late_is_told_to_the_reviewer(at_s: float, soon: bool):
    accusation = judged(at_s=at_s)
    assert accusation is not None
    assert (Doubt.SOON_AFTER_RED in accusation.reasons_not_to_fine) is soon


@pytest.mark.parametrize("number", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["grace_s", "slowest_mps", "vaguest", "fastest_mps", "longest_s"])
def test_limits_that_are_no_limits_are_refused(name: str, number: float):
    with pytest.raises(ValueError, match="wanted numbers of 0 or more"):
        RedLightLimits(**{"enters": Direction.LEFT_TO_RIGHT, name: number})


seconds = st.floats(0, 400)
more = st.floats(0, 50)
facts = st.fixed_dictionaries(
    {
        "at_s": seconds,
        "at_error_s": st.floats(0, 1),
        "speed_mps": st.floats(0, 60),
        "speed_error_mps": st.floats(0, 3),
        "since_s": st.floats(-50, 200),
        "until_s": st.floats(201, 500),
        "error_s": st.floats(0, 1),
    }
)


@given(facts=facts, more_at=more, more_lamp=more, more_speed=more)
def test_more_doubt_never_makes_an_accusation(
    facts: dict[str, float], more_at: float, more_lamp: float, more_speed: float
):
    doubted = facts | {
        "at_error_s": facts["at_error_s"] + more_at,
        "error_s": facts["error_s"] + more_lamp,
        "speed_error_mps": facts["speed_error_mps"] + more_speed,
    }
    assert judged(**doubted) is None or judged(**facts) is not None


@given(
    facts=facts,
    forgotten=st.sampled_from(
        [
            {"foot_hidden": True},
            {"view_moved": True},
            {"speed_mps": None},
            {"speed_error_mps": None},
            {"state": "unknown"},
            {"state": "off"},
            {"role": "counting"},
        ]
    ),
)
def test_knowing_less_never_makes_an_accusation(facts: dict[str, float], forgotten: dict[str, Any]):
    assert judged(**(facts | forgotten)) is None


@given(facts=facts, foot_hidden=st.booleans(), view_moved=st.booleans())
def test_whoever_would_be_accused_is_accused_or_let_go_for_a_named_doubt(
    facts: dict[str, float], foot_hidden: bool, view_moved: bool
):
    doubts = {"foot_hidden": foot_hidden, "view_moved": view_moved}
    accused, let_go = judged(**facts, **doubts) is not None, withheld(**facts, **doubts) is not None
    assert not (accused and let_go)
    assert (accused or let_go) == (judged(**facts) is not None)
    assert let_go == (judged(**facts) is not None and (foot_hidden or view_moved))


@given(facts=facts, grace_s=st.floats(0, 5), slowest_mps=st.floats(0, 20), longest_s=st.floats(0, 300))
def test_stricter_limits_never_make_an_accusation(
    facts: dict[str, float], grace_s: float, slowest_mps: float, longest_s: float
):
    stricter = RedLightLimits(
        enters=Direction.LEFT_TO_RIGHT,
        grace_s=LIMITS.grace_s + grace_s,
        slowest_mps=LIMITS.slowest_mps + slowest_mps,
        longest_s=LIMITS.longest_s - longest_s,
    )
    assert judged(stricter, **facts) is None or judged(**facts) is not None


@given(facts=facts)
def test_who_is_accused_was_late_wherever_in_the_errors_the_truth_lies(facts: dict[str, float]):
    if judged(**facts) is None:
        return
    latest_start_s = facts["since_s"] + facts["error_s"]
    earliest_end_s = facts["until_s"] - facts["error_s"]
    slack = 1e-9
    assert facts["at_s"] - facts["at_error_s"] >= latest_start_s + LIMITS.grace_s - slack
    assert facts["at_s"] + facts["at_error_s"] < earliest_end_s + slack
    assert facts["speed_mps"] - facts["speed_error_mps"] >= LIMITS.slowest_mps - slack

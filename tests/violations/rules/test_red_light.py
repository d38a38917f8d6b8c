from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Accusation, Doubt, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.red_light import RedLightLimits, WayOver, red_light
from violations.rules.shown import NOBODY_KNOWS, Shown
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
WAY: dict[str, Any] = {"clear_s": 12.0, "onward_bodies": 3.0, "onward_error": 0.1, "followed_closely": False}
YELLOW = LampSpan(state="yellow", since_s=7.0, until_s=10.0, error_s=0.1, origin="controller")
CALM = Circumstances(clock_error_s=0.01)


def given_facts(changes: dict[str, Any]) -> tuple[Crossing, LampSpan]:
    crossing = Crossing.model_validate(CROSSING | {key: changes[key] for key in changes if key in CROSSING})
    lamp = LampSpan.model_validate(LAMP | {key: changes[key] for key in changes if key in LAMP})
    return crossing, lamp


def verdict(limits: RedLightLimits = LIMITS, *, view_moved: bool = False, **changes: Any) -> Verdict:
    crossing, lamp = given_facts(changes)
    way = WayOver(**WAY | {key: changes[key] for key in changes if key in WAY})
    around = Circumstances(view_moved, clock_error_s=changes.get("clock_error_s", 0.01))
    return red_light(crossing, Shown(lamp, changes.get("yellow")), way, limits, around)


def judged(limits: RedLightLimits = LIMITS, **changes: Any) -> Accusation | None:
    # Most facts here lie long after a red that began at any time: the box is clear of the line until it passes.
    return verdict(limits, **{"clear_s": changes.get("at_s", 13.0)} | changes).accusation


def withheld(**changes: Any) -> Withheld | None:
    return verdict(**{"clear_s": changes.get("at_s", 13.0)} | changes).withheld


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
        {"clear_s": None},
        {"clear_s": 10.05},
        {"speed_mps": 5.2, "onward_bodies": None},
        {"speed_mps": 5.2, "onward_bodies": 1.05},
        {"speed_mps": 5.2, "onward_bodies": float("nan")},
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
        {"clear_s": 10.11},
        {"speed_mps": 5.2, "onward_bodies": 1.15},
        {"speed_mps": 5.5, "onward_bodies": None},
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
        ({"state": "unknown"}, Withheld.LAMP_UNKNOWN),
        ({"clear_s": None}, Withheld.YELLOW_UNSEEN),
        ({"clear_s": 9.0}, Withheld.ON_LINE_AT_YELLOW),
        ({"clear_s": 7.05, "yellow": YELLOW}, Withheld.ON_LINE_AT_YELLOW),
        ({"clear_s": 9.0, "yellow": YELLOW}, None),
        ({"speed_mps": 3.0, "onward_bodies": 0.4}, Withheld.STOPPED_PAST_LINE),
        ({}, None),
    ],
    ids=str,
)
def test_an_accusation_withheld_names_its_doubt(doubt: dict[str, Any], why: Withheld | None):
    assert withheld(**doubt) is why


@pytest.mark.parametrize("innocent", [{"state": "green"}, {"speed_mps": 0.4}, {"role": "counting"}, {"at_s": 9.9}])
def test_nothing_is_withheld_from_who_was_not_to_be_accused(innocent: dict[str, Any]):
    assert withheld(foot_hidden=True, view_moved=True, **innocent) is None


def test_a_lamp_nobody_saw_accuses_nobody_and_is_counted():
    found = red_light(Crossing.model_validate(CROSSING), NOBODY_KNOWS, WayOver(**WAY), LIMITS, CALM)
    assert found == Verdict(withheld=Withheld.LAMP_UNKNOWN)


@pytest.mark.parametrize(("error_s", "told"), [(None, True), (0.11, True), (0.1, False)])
def test_a_clock_nobody_vouches_for_to_a_tenth_of_a_second_is_told_to_the_reviewer(error_s: float | None, told: bool):
    accusation = judged(clock_error_s=error_s)
    assert accusation is not None
    assert (Doubt.CLOCK_UNSURE in accusation.reasons_not_to_fine) is told


def test_somebody_close_behind_is_told_to_the_reviewer():
    accusation = judged(followed_closely=True)
    assert accusation is not None
    assert Doubt.PUSHED_BY_QUEUE in accusation.reasons_not_to_fine


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
@pytest.mark.parametrize(
    "name", ["grace_s", "slowest_mps", "vaguest", "fastest_mps", "longest_s", "onward_bodies", "unstoppable_mps"]
)
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
        "clear_s": st.none() | st.floats(0, 400),
        "onward_bodies": st.none() | st.floats(0, 5),
        "onward_error": st.floats(0, 1),
        "yellow": st.none() | st.just(YELLOW.model_copy(update={"since_s": -60.0, "until_s": -57.0})),
    }
)


@given(facts=facts, more_at=more, more_lamp=more, more_speed=more, more_way=more)
def test_more_doubt_never_makes_an_accusation(
    facts: dict[str, Any], more_at: float, more_lamp: float, more_speed: float, more_way: float
):
    doubted = facts | {
        "onward_error": facts["onward_error"] + more_way,
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
            {"clear_s": None},
            {"yellow": None},
            {"onward_bodies": None},
            {"followed_closely": True},
            {"clock_error_s": None},
        ]
    ),
)
def test_knowing_less_never_makes_an_accusation(facts: dict[str, float], forgotten: dict[str, Any]):
    assert judged(**(facts | forgotten)) is None or judged(**facts) is not None


@given(facts=facts, foot_hidden=st.booleans(), view_moved=st.booleans())
def test_whoever_would_be_accused_is_accused_or_let_go_for_a_named_doubt(
    facts: dict[str, float], foot_hidden: bool, view_moved: bool
):
    doubts = {"foot_hidden": foot_hidden, "view_moved": view_moved}
    accused, let_go = judged(**facts, **doubts) is not None, withheld(**facts, **doubts) is not None
    assert not (accused and let_go)
    assert (accused or let_go) == (judged(**facts) is not None or withheld(**facts) is not None)
    assert let_go or not (judged(**facts) is not None and (foot_hidden or view_moved))


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

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.law.catalogue import speeding_offence
from violations.rules.accusation import Doubt, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.section_speed import PlateSighting, Section, section_speed
from violations.rules.speeding import SpeedLimits, speeding
from vision.events.bodies import Crossing

CALM = Circumstances(clock_error_s=0.01)
FIFTY = SpeedLimits(limit_kmh=50)
CROSSING: dict[str, Any] = {
    "line": "across",
    "role": "counting",
    "track": 7,
    "vehicle": "car",
    "direction": "left_to_right",
    "frame": 90,
    "at_s": 13.0,
    "at_error_s": 0.02,
    "x": 0.5,
    "y": 0.5,
    "speed_mps": 20.0,
    "speed_error_mps": 0.5,
    "foot_hidden": False,
}


def judged(around: Circumstances = CALM, limits: SpeedLimits = FIFTY, **changes: Any) -> Verdict:
    return speeding(Crossing.model_validate(CROSSING | changes), limits, around)


def test_who_is_surely_too_fast_is_accused_and_the_law_finds_the_band_by_the_measure():
    accusation = judged().accusation
    assert accusation is not None
    measures = {measure.name: measure.value for measure in accusation.measures}
    assert measures == {"speed": 72.0, "limit": 50.0, "over_limit": pytest.approx(72 - 1.8 - 3 - 50)}
    assert speeding_offence(measures["over_limit"]) == "speeding_from_10"
    assert Doubt.LIMIT_IN_FORCE in accusation.reasons_not_to_fine


@pytest.mark.parametrize(
    "doubt",
    [
        {"speed_mps": None},
        {"speed_error_mps": None},
        {"speed_mps": 16.5},
        {"speed_error_mps": 3.2},
        {"speed_mps": 62.0},
        {"vehicle": "bicycle"},
    ],
    ids=str,
)
def test_a_doubt_goes_the_drivers_way(doubt: dict[str, Any]):
    assert judged(**doubt) == Verdict()


def test_feet_that_were_hidden_were_not_measured():
    assert judged(foot_hidden=True) == Verdict(withheld=Withheld.FOOT_HIDDEN)


@given(
    speed_mps=st.floats(0, 70),
    error_mps=st.floats(0, 5),
    more_mps=st.floats(0, 20),
    foot_hidden=st.booleans(),
    around=st.builds(Circumstances, st.booleans(), st.booleans(), st.booleans()),
)
def test_more_doubt_never_makes_an_accusation(
    speed_mps: float, error_mps: float, more_mps: float, foot_hidden: bool, around: Circumstances
):
    worse = judged(around, speed_mps=speed_mps, speed_error_mps=error_mps + more_mps, foot_hidden=foot_hidden)
    assert worse.accusation is None or judged(speed_mps=speed_mps, speed_error_mps=error_mps).accusation is not None


@given(speed_mps=st.floats(0, 70), error_mps=st.floats(0, 5))
def test_who_is_accused_was_over_the_limit_wherever_in_the_error_the_truth_lies(speed_mps: float, error_mps: float):
    if judged(speed_mps=speed_mps, speed_error_mps=error_mps).accusation is not None:
        assert (speed_mps - error_mps) * 3.6 >= 50 + 5


ROAD = Section("bridge", "west", "east", 1000.0, 5.0)


def sighting(camera: str, at_s: float, **changes: Any) -> PlateSighting:
    fields = {"plate": "30A12345", "vehicle": "car", "at_error_s": 0.5} | changes
    return PlateSighting(camera=camera, at_s=at_s, **fields)


def between(took_s: float, around: Circumstances = CALM, road: Section = ROAD, **changes: Any) -> Verdict:
    return section_speed(sighting("west", 100.0), sighting("east", 100.0 + took_s, **changes), road, FIFTY, around)


def test_who_takes_surely_too_little_time_between_two_cameras_is_accused():
    accusation = between(50.0).accusation
    assert accusation is not None
    measures = {measure.name: measure for measure in accusation.measures}
    assert measures["mean_speed"].value == pytest.approx(72.0)
    assert measures["over_limit"].value == pytest.approx(995 / 51 * 3.6 - 3 - 50)
    assert (measures["length"].value, measures["took"].error) == (1000.0, 1.0)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"took_s": 63.0}, None),
        ({"took_s": -50.0}, None),
        ({"took_s": 0.0}, None),
        ({"took_s": float("nan")}, None),
        ({"at_error_s": 20.0}, None),
        ({"plate": "30A12346"}, None),
        ({"plate": None}, None),
        ({"at_error_s": None}, Withheld.CLOCKS_UNKNOWN),
        ({"vehicle": "truck"}, Withheld.KIND_UNSURE),
        ({"around": Circumstances(view_moved=True)}, Withheld.VIEW_MOVED),
        ({"road": Section("bridge", "east", "west", 1000.0, 5.0)}, None),
        ({"road": Section("bridge", "west", "east", 1000.0, 300.0)}, None),
    ],
    ids=str,
)
def test_a_doubt_between_two_cameras_goes_the_drivers_way(changes: dict[str, Any], why: Withheld | None):
    assert between(**{"took_s": 50.0} | changes) == Verdict(withheld=why)


def test_two_plates_nobody_could_read_are_not_one_vehicle():
    first, second = sighting("west", 100.0, plate=None), sighting("east", 150.0, plate=None)
    assert section_speed(first, second, ROAD, FIFTY, CALM) == Verdict(withheld=Withheld.PLATE_UNSURE)


def test_two_vehicles_that_seem_to_bear_one_plate_are_not_one_drive():
    verdict = section_speed(sighting("west", 100.0), sighting("east", 150.0), ROAD, FIFTY, CALM, suspected=True)
    assert verdict == Verdict(withheld=Withheld.PLATE_CLONED)


@given(took_s=st.floats(1, 200), error_s=st.floats(0, 20))
def test_a_clock_nobody_knows_and_a_plate_that_is_suspected_never_make_an_accusation(took_s: float, error_s: float):
    first, second = sighting("west", 100.0, at_error_s=error_s), sighting("east", 100.0 + took_s)
    unknown = sighting("west", 100.0, at_error_s=None)
    assert section_speed(unknown, second, ROAD, FIFTY, CALM).accusation is None
    assert section_speed(first, second, ROAD, FIFTY, CALM, suspected=True).accusation is None


@given(took_s=st.floats(1, 200), error_s=st.floats(0, 20), more_s=st.floats(0, 60), more_m=st.floats(0, 400))
def test_more_doubt_between_two_cameras_never_makes_an_accusation(
    took_s: float, error_s: float, more_s: float, more_m: float
):
    vaguer = Section("bridge", "west", "east", 1000.0, 5.0 + more_m)
    worse = between(took_s, road=vaguer, at_error_s=error_s + more_s)
    assert worse.accusation is None or between(took_s, at_error_s=error_s).accusation is not None


@pytest.mark.parametrize(("length_m", "error_m"), [(0.0, 1.0), (float("nan"), 1.0), (100.0, -1.0)])
def test_a_section_of_no_length_is_refused(length_m: float, error_m: float):
    with pytest.raises(ValueError, match="section bridge: wanted a length above 0"):
        Section("bridge", "west", "east", length_m, error_m)

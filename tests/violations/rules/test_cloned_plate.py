"""Suspecting a cloned plate: only where every doubt goes the driver's way and it is still impossible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.rules.accusation import Doubt, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.cloned_plate import (
    CloneLimits,
    Place,
    RegistryRow,
    Road,
    WhySuspected,
    against_registry,
    impossible_journey,
    straight_road,
    suspect,
)
from vision.plates.sightings import Sighting
from vision.plates.text import Ground

PLATE, ROWS = "30E58670", ("30E", "58670")


def seen(camera="a", at_s=0.0, error_s=0.5, certainty=0.97, **changes):
    told = {"plate": PLATE, "rows": ROWS, "vehicle": "car", "ground": Ground.WHITE} | changes
    return Sighting(camera=camera, at_s=at_s, at_error_s=error_s, certainty=certainty, **told)


def test_two_places_that_nobody_drives_between_so_fast_are_suspicious():
    first, second = seen("a", 0), seen("b", 60)
    suspicion = impossible_journey(first, second, Road(12_000, 100))
    assert suspicion.why is WhySuspected.IMPOSSIBLE_JOURNEY
    assert suspicion.sightings == (first, second)
    assert {one.name: (one.value, one.error, one.unit) for one in suspicion.measures} == {
        "distance": (12_000, 100, "m"),
        "took": (60, 1.0, "s"),
        "slowest_speed": (pytest.approx(3.6 * 11_900 / 61), 0.0, "km/h"),
    }


def test_which_was_seen_first_makes_no_difference():
    first, second = seen("a", 0), seen("b", 60)
    road = Road(12_000, 100)
    assert impossible_journey(first, second, road) == impossible_journey(second, first, road)


def test_at_two_places_at_the_very_same_time_without_any_error_there_is_no_speed_to_tell():
    suspicion = impossible_journey(seen("a", 5, 0), seen("b", 5, 0), Road(9_000, 0))
    assert [one.name for one in suspicion.measures] == ["distance", "took"]


@pytest.mark.parametrize(
    ("first", "second", "road"),
    [
        (seen("a", 0), seen("b", 300), Road(12_000, 100)),
        (seen("a", 0), seen("b", 60), Road(12_000, 9_000)),
        (seen("a", 0, 200), seen("b", 60), Road(12_000, 100)),
        (seen("a", 0), seen("a", 60), Road(12_000, 100)),
        (seen("a", 0, None), seen("b", 60), Road(12_000, 100)),
        (seen("a", 0), seen("b", 60, certainty=0.5), Road(12_000, 100)),
        (seen("a", 0), seen("b", 60, plate="30E58671", rows=("30E", "58671")), Road(12_000, 100)),
        (seen("a", 0), seen("b", 60, rows=("30E5", "8670")), Road(12_000, 100)),
        (seen("a", 0), seen("b", 0.1), Road(250, 10)),
        (seen("a", 0), seen("b", 60), Road(12_000, float("inf"))),
    ],
    ids=[
        "slow",
        "perhaps near",
        "clock",
        "same camera",
        "unknown clock",
        "not sure",
        "other plate",
        "other rows",
        "near",
        "anywhere",
    ],
)
def test_what_is_possible_is_not_suspicious(first, second, road):
    assert impossible_journey(first, second, road) is None


numbers = st.floats(0, 50_000)


@given(
    at_s=st.floats(-4_000, 4_000), error_s=st.floats(0, 100), more_s=st.floats(0, 1_000), length_m=numbers,
    length_error_m=numbers, more_m=numbers, certainty=st.floats(0.9, 1), less=st.floats(0, 0.5),
)  # fmt: skip
def test_more_error_never_makes_a_suspicion(at_s, error_s, more_s, length_m, length_error_m, more_m, certainty, less):
    vague = impossible_journey(
        seen("a", 0, error_s + more_s),
        seen("b", at_s, error_s, certainty - less),
        Road(length_m, length_error_m + more_m),
    )
    exact = impossible_journey(
        seen("a", 0, error_s), seen("b", at_s, error_s, certainty), Road(length_m, length_error_m)
    )
    assert vague is None or exact is not None


@given(at_s=st.floats(0, 4_000), later_s=st.floats(0, 4_000), length_m=numbers, shorter_m=numbers)
def test_more_time_or_a_shorter_way_never_makes_a_suspicion(at_s, later_s, length_m, shorter_m):
    slow = impossible_journey(seen("a", 0), seen("b", at_s + later_s), Road(max(0, length_m - shorter_m), 10))
    fast = impossible_journey(seen("a", 0), seen("b", at_s), Road(length_m, 10))
    assert slow is None or fast is not None


def test_the_straight_line_is_no_longer_than_any_road():
    hoan_kiem, noi_bai = Place(21.0287, 105.8524, 10), Place(21.2187, 105.8042, 10)
    road = straight_road(hoan_kiem, noi_bai)
    assert road.length_m == pytest.approx(21_700, rel=0.01)
    assert 20 < road.length_error_m < 200
    assert straight_road(hoan_kiem, hoan_kiem).length_m == 0


@pytest.mark.parametrize(
    ("sighting", "row", "why"),
    [
        (seen(vehicle="motorbike"), RegistryRow(PLATE, "car"), WhySuspected.OTHER_VEHICLE),
        (seen(vehicle="truck"), RegistryRow(PLATE, "car"), None),
        (seen(vehicle="bus"), RegistryRow(PLATE, "truck"), None),
        (seen(), RegistryRow(PLATE, "car", Ground.YELLOW), WhySuspected.OTHER_GROUND),
        (seen(), RegistryRow(PLATE, "car", Ground.WHITE), None),
        (seen(ground=None), RegistryRow(PLATE, "car", Ground.YELLOW), None),
        (seen(), RegistryRow(PLATE), None),
        (seen(vehicle="motorbike", certainty=0.6), RegistryRow(PLATE, "car"), None),
        (seen(vehicle="motorbike"), RegistryRow("30E58671", "car"), None),
    ],
)
def test_what_contradicts_the_register_is_suspicious(sighting, row, why):
    suspicion = against_registry(sighting, row)
    assert (suspicion and suspicion.why) is why


@pytest.mark.parametrize(
    "make",
    [
        lambda: Road(-1, 0),
        lambda: Road(float("nan"), 0),
        lambda: Road(5, -1),
        lambda: Place(91, 0, 0),
        lambda: Place(0, 181, 0),
        lambda: Place(0, 0, -1),
        lambda: CloneLimits(fastest_kmh=0),
        lambda: CloneLimits(certainty=-1),
    ],
)
def test_numbers_that_make_no_sense_are_refused(make):
    with pytest.raises(ValueError, match="wanted"):
        make()


def test_a_suspicion_travels_for_a_person_to_look_at_unless_the_camera_looked_elsewhere():
    suspicion = impossible_journey(seen("a", 0), seen("b", 60), Road(12_000, 100))
    accusation = suspect(suspicion, Circumstances(clock_error_s=0.01)).accusation
    assert (accusation.offence, accusation.reasons_not_to_fine) == ("cloned_plate", (Doubt.PLATE_PERHAPS_CLONED,))
    assert suspect(suspicion, Circumstances(view_moved=True)) == Verdict(withheld=Withheld.VIEW_MOVED)

"""Findings of one plate at places too far apart for their times: both cases are doubted, nobody is accused more."""

from datetime import timedelta
from hashlib import sha256

import pytest

from violations.evidence.record import Manifest
from violations.rules.cloned_plate import Place
from violations.store.camera_places import place_camera
from violations.store.cases import list_cases
from violations.store.ingest import ingest
from violations.store.journeys import journeys_of

VONG, GIA_LAM = Place(20.9967, 105.8415, 20), Place(21.0430, 105.8730, 20)  # 6.1 km apart


@pytest.fixture
def placed(engine):
    place_camera(engine, "vong", VONG)
    place_camera(engine, "gia-lam", GIA_LAM)


@pytest.fixture
def see(engine, shelf, stored_files, make_finding, noon):
    """A finding with a package of its own; returns its case's id. Keeps all it made, to be sent again."""

    def see(number, camera, at_s, *, plate="30G-586.71", certainty=0.98, clock_error_s=0.05, lines=2):
        event = make_finding(number, at_s)
        event |= {"id": f"{camera}/b1/{number}", "camera": camera, "source": f"/cameras/{camera}"}
        record = {
            "camera": camera, "boot": "b1", "scene_sha256": "c" * 64, "model": {"name": "m", "sha256": "d" * 64},
            "software": "ngatu", "offence": "red_light", "vehicle": "car", "track": 4, "at_s": at_s, "at_error_s": 0.05,
            "time": (noon + timedelta(seconds=at_s)).isoformat(),
            "clock": {"synchronised": clock_error_s is not None, "error_s": clock_error_s},
            "measures": [], "stills": [],
            "plate": {
                "text": plate, "confidence": certainty, "lines": lines, "views": 3,
                "crop": {
                    "name": "c.png", "still": "s.png", "rectangle": {"x1": 0, "y1": 0, "x2": 9, "y2": 9},
                    "quad": [[0, 0], [9, 0], [9, 9], [0, 9]],
                },
            },
        }  # fmt: skip
        document = {"format": "ngatu-evidence-3", "record": record, "files": []}
        content = Manifest.model_validate(document).written()
        name = sha256(content).hexdigest()
        with shelf.receive(name) as upload:
            upload.write(content)
            upload.finish("application/json", noon)
        event["data"] |= {"plate": plate, "at_s": at_s, "package": name, "media": []}
        assert ingest(engine, shelf, [event], noon).refused == ()
        [case] = [case for case in list_cases(engine).cases if case.event_id == event["id"]]
        return case.id

    return see


def doubts(engine):
    return {case.id: "plate_perhaps_cloned" in case.life.doubts for case in list_cases(engine).cases}


@pytest.mark.usefixtures("placed")
def test_a_plate_at_two_places_in_a_minute_is_doubted_in_both_cases_with_both_places_and_times(engine, see):
    first, second = see(0, "vong", 0.0), see(1, "gia-lam", 60.0)
    assert doubts(engine) == {first: True, second: True}
    [there] = journeys_of(engine, first)
    [here] = journeys_of(engine, second)
    assert (there.case_id, there.camera, here.case_id, here.camera) == (second, "gia-lam", first, "vong")
    assert there.distance_m == pytest.approx(6_100, rel=0.02)
    assert (there.took_s, here.took_s) == (60.0, 60.0)
    assert there.took_error_s == pytest.approx(0.2)


@pytest.mark.usefixtures("placed")
@pytest.mark.parametrize(
    "changes",
    [
        {"at_s": 600.0},
        {"certainty": 0.6},
        {"clock_error_s": None},
        {"clock_error_s": 400.0},
        {"plate": "30G-586.72"},
        {"lines": 1},
        {"camera": "vong"},
        {"camera": "somewhere"},
    ],
)
def test_what_is_possible_or_not_surely_known_makes_no_suspicion(engine, see, changes):
    see(0, "vong", 0.0)
    told = {"camera": "gia-lam", "at_s": 60.0} | changes
    see(1, told.pop("camera"), told.pop("at_s"), **told)
    assert not any(doubts(engine).values())


@pytest.mark.usefixtures("placed")
def test_one_offence_at_two_cameras_far_apart_is_not_taken_for_one_and_merged_away(engine, see):
    first, second = see(0, "vong", 0.0), see(1, "gia-lam", 5.0)
    assert doubts(engine) == {first: True, second: True}
    assert {case.state.value for case in list_cases(engine).cases} == {"detected"}


@pytest.mark.usefixtures("placed")
def test_the_case_of_another_district_is_told_without_its_number(engine, see):
    first, second = see(0, "vong", 0.0), see(1, "gia-lam", 60.0)
    [there] = journeys_of(engine, first, frozenset({"elsewhere"}))
    assert (there.case_id, there.camera) == (None, "gia-lam")
    assert [one.case_id for one in journeys_of(engine, first)] == [second]


def test_cameras_that_nobody_placed_make_no_suspicion(engine, see):
    see(0, "vong", 0.0)
    see(1, "gia-lam", 60.0)
    assert not any(doubts(engine).values())


@pytest.mark.usefixtures("placed")
def test_a_package_that_cannot_be_read_says_nothing(engine, shelf, see, make_finding, noon, stored_files):
    see(0, "vong", 0.0)
    event = make_finding(1, 60.0)
    event |= {"id": "gia-lam/b1/1", "camera": "gia-lam", "source": "/cameras/gia-lam"}
    event["data"] |= {"plate": "30G-586.71"}
    assert ingest(engine, shelf, [event], noon).refused == ()
    assert not any(doubts(engine).values())

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.detect.riders import merge_riders

BIKE = [100, 100, 200, 200]


def merge(bikes, persons, bike_scores=None, person_scores=None):
    def columns(rows, scores):
        xyxy = np.array(rows, np.float32).reshape(-1, 4)
        return xyxy, np.array([0.8] * len(xyxy) if scores is None else scores, np.float32)

    return merge_riders(*columns(bikes, bike_scores), *columns(persons, person_scores))


def test_a_rider_and_the_machine_become_one_box():
    merged = merge([BIKE], [[110, 40, 180, 170]])
    assert merged.machine_xyxy_px.tolist() == [[100, 40, 200, 200]]
    assert merged.on_foot.tolist() == [False]


def test_two_persons_on_one_machine_are_one_vehicle():
    merged = merge([BIKE], [[110, 40, 150, 170], [150, 30, 190, 180]])
    assert merged.machine_xyxy_px.tolist() == [[100, 30, 200, 200]]
    assert merged.on_foot.tolist() == [False, False]


def test_a_person_between_two_machines_rides_the_surer_one_only():
    merged = merge([BIKE, [120, 100, 220, 200]], [[130, 40, 190, 170]], bike_scores=[0.5, 0.9])
    assert merged.machine_xyxy_px.tolist() == [BIKE, [120, 40, 220, 200]]
    assert merged.on_foot.tolist() == [False]


def test_a_person_rides_the_machine_that_fits_however_sure_others_are():
    merged = merge([[400, 100, 500, 200], BIKE], [[110, 40, 180, 170]], bike_scores=[0.9, 0.5])
    assert merged.machine_xyxy_px.tolist() == [[400, 100, 500, 200], [100, 40, 200, 200]]


@pytest.mark.parametrize(
    ("person", "rides"),
    [
        ([60, 40, 110, 170], True),  # middle 85: exactly 15 % of the width beside it
        ([58, 40, 110, 170], False),
        ([190, 40, 240, 170], True),  # middle 215
        ([192, 40, 240, 170], False),
        ([110, 40, 180, 115], True),  # feet 15 % below the top
        ([110, 40, 180, 114], False),  # someone behind the machine
        ([110, 40, 180, 230], True),  # feet 30 % below the wheels
        ([110, 40, 180, 231], False),  # someone nearer to the camera
        ([110, 150, 180, 190], True),  # head at the middle
        ([110, 151, 180, 190], False),  # someone lying before it
    ],
)
def test_who_rides(person, rides):
    assert merge([BIKE], [person]).on_foot.tolist() == [not rides]


@pytest.mark.parametrize(("score", "on_foot"), [(0.14, True), (0.15, False)])
def test_a_doubtful_machine_takes_no_certain_person_off_the_street(score, on_foot):
    merged = merge([BIKE], [[110, 40, 180, 170]], bike_scores=[score])
    assert merged.on_foot.tolist() == [on_foot]
    assert merged.machine_xyxy_px.tolist() == [[100, 40, 200, 200]]


def test_a_person_hardly_seen_rides_nothing():
    merged = merge([BIKE], [[110, 40, 180, 170]], person_scores=[0.09])
    assert merged.machine_xyxy_px.tolist() == [BIKE]
    assert merged.on_foot.tolist() == [True]


@pytest.mark.parametrize(("bikes", "persons"), [([], [[0, 0, 10, 10]]), ([BIKE], []), ([], [])])
def test_without_a_machine_or_a_person_nothing_changes(bikes, persons):
    merged = merge(bikes, persons)
    assert merged.machine_xyxy_px.tolist() == bikes
    assert merged.on_foot.tolist() == [True] * len(persons)


@settings(deadline=None)  # a busy machine is no fault
@given(seed=st.integers(0, 2**32 - 1), bikes=st.integers(0, 8), persons=st.integers(0, 12))
def test_machines_only_grow_and_by_no_more_than_one_machine_per_person(seed, bikes, persons):
    rng = np.random.default_rng(seed)
    corner = rng.integers(0, 40, (bikes + persons, 2))
    xyxy = np.concatenate([corner, corner + rng.integers(5, 30, corner.shape)], axis=1)
    merged = merge(xyxy[:bikes], xyxy[bikes:], rng.uniform(0.15, 1, bikes), rng.uniform(0.1, 1, persons))
    assert (merged.machine_xyxy_px[:, :2] <= xyxy[:bikes, :2]).all()
    assert (merged.machine_xyxy_px[:, 2:] >= xyxy[:bikes, 2:]).all()
    grown = (merged.machine_xyxy_px != xyxy[:bikes]).any(axis=1).sum()
    assert grown <= (~merged.on_foot).sum()

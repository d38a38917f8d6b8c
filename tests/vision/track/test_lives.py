import numpy as np
import pytest

from vision.detections import Detections
from vision.track.lives import begin, elect, see
from vision.track.settings import TrackerSettings
from vision.vehicles import VehicleKind

CAR, TRUCK, BUS = VehicleKind.CAR, VehicleKind.TRUCK, VehicleKind.BUS
SETTINGS = TrackerSettings()


def one(score: float, kind: VehicleKind) -> Detections:
    return Detections(np.array([[0, 0, 9, 9]], np.float32), np.array([score], np.float32), np.array([kind], np.int8))


@pytest.mark.parametrize(
    ("car", "truck", "present", "wanted"),
    [
        (1.0, 1.1, CAR, CAR),  # a lead within the margin does not unseat
        (1.0, 1.3, CAR, TRUCK),
        (1.3, 1.0, CAR, CAR),
        (1.0, 1.1, TRUCK, TRUCK),
        (1.0, 0.0, BUS, CAR),
    ],
)
def test_a_kind_is_replaced_only_by_a_clear_lead(car: float, truck: float, present: VehicleKind, wanted: VehicleKind):
    votes = np.zeros((1, len(VehicleKind)))
    votes[0, [CAR, TRUCK]] = car, truck
    elected = elect(votes, np.array([present], np.int8), 1.2)
    assert elected.dtype == np.int8
    assert elected[0] == wanted


def test_votes_weigh_as_much_as_their_scores():
    lives = begin(1, one(0.9, CAR), 0.0, SETTINGS)
    for _ in range(3):
        lives = see(lives, np.array([0]), one(0.2, TRUCK), 0.0, SETTINGS)
    assert lives.kind[0] == CAR


@pytest.mark.parametrize(("machine_hits", "wanted"), [(1, VehicleKind.PEDESTRIAN), (4, VehicleKind.MOTORBIKE)])
def test_a_rider_whose_machine_is_often_missed_is_a_motorbike(machine_hits: int, wanted: VehicleKind):
    lives = begin(1, one(0.5, VehicleKind.PEDESTRIAN), 0.0, SETTINGS)
    for kind in [VehicleKind.PEDESTRIAN] * 5 + [VehicleKind.MOTORBIKE] * machine_hits:
        lives = see(lives, np.array([0]), one(0.5, kind), 0.0, SETTINGS)
    assert lives.kind[0] == wanted


@pytest.mark.parametrize(("score", "hits_needed"), [(0.9, 3), (0.3, 3), (0.15, 6)])
def test_weak_detections_take_longer_to_convince(score: float, hits_needed: int):
    lives = begin(1, one(score, CAR), 0.0, SETTINGS)
    hits = 1
    while not lives.confirmed[0]:
        lives = see(lives, np.array([0]), one(score, CAR), 0.0, SETTINGS)
        hits += 1
    assert hits == hits_needed


def test_what_was_not_seen_keeps_its_last_box_score_and_time():
    lives = begin(7, one(0.9, CAR), 1.0, SETTINGS)
    lives = see(lives, np.zeros(0, np.int64), Detections.empty(), 2.0, SETTINGS)
    assert (lives.id[0], lives.misses[0], lives.hits[0], lives.last_seen_s[0]) == (7, 1, 1, 1.0)
    assert lives.score[0] == np.float32(0.9)
    assert lives.last_px[0].tolist() == [0, 0, 9, 9]

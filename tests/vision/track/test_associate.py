from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vision.arrays import F32
from vision.detections import Detections
from vision.track.associate import FEW_PAIRS, Pairs, assign, grown_iou, newcomers, second_boxes, similarity, touching
from vision.track.settings import TrackerSettings
from vision.vehicles import VehicleKind

SETTINGS = TrackerSettings()
CAR, TRUCK, BIKE, WALKER, BUS = (
    VehicleKind.CAR,
    VehicleKind.TRUCK,
    VehicleKind.MOTORBIKE,
    VehicleKind.PEDESTRIAN,
    VehicleKind.BUS,
)


def row(*corners: float) -> F32:
    return np.array([corners], np.float32)


def pairs_of(matrix: F32) -> Pairs:
    """Every place of the matrix that is above 0, as a pair."""
    rows, columns = np.nonzero(matrix)
    return Pairs(rows, columns, matrix[rows, columns])


@pytest.mark.parametrize(
    ("track", "margin", "box", "wanted"),
    [
        ((0, 0, 10, 10), 0, (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), 0, (5, 0, 15, 10), 50 / 150),
        ((0, 0, 10, 10), 5, (10, 0, 20, 10), 200 / 600),  # both become 20 × 20, 10 apart
        ((0, 0, 10, 10), 5, (0, 0, 10, 10), 1.0),
    ],
)
def test_iou_by_hand(track: tuple[float, ...], margin: float, box: tuple[float, ...], wanted: float):
    found = grown_iou(row(*track), row(*box), np.array([margin], np.float32))
    assert found.dtype == np.float32
    assert found[0] == pytest.approx(wanted)


boxes = arrays(np.float32, st.tuples(st.integers(0, 6), st.just(4)), elements=st.integers(0, 30)).map(
    lambda corners: np.concatenate([corners[:, :2], corners[:, :2] + 1 + corners[:, 2:]], axis=1).astype(np.float32)
)


@given(boxes, boxes)
def test_pairs_that_touch_are_those_that_share_area(left: F32, right: F32):
    shared = {
        (i, j)
        for i, (a1, b1, a2, b2) in enumerate(left.tolist())
        for j, (c1, d1, c2, d2) in enumerate(right.tolist())
        if min(a2, c2) > max(a1, c1) and min(b2, d2) > max(b1, d1)
    }
    assert set(zip(*(places.tolist() for places in touching(left, right)), strict=True)) == shared


def test_each_track_grows_by_its_own_margin(shot: Callable[..., Detections]):
    box = shot((17, 5, 10, 10, 0.9, CAR))
    tracks = row(0, 0, 10, 10).repeat(2, 0)
    found = similarity(tracks, np.array([0, 5], np.float32), np.array([CAR, CAR], np.int8), box, SETTINGS)
    assert found.row.tolist() == [1]


@pytest.mark.parametrize(
    ("track_kind", "box_kind", "possible"),
    [(CAR, TRUCK, True), (BIKE, WALKER, True), (WALKER, BUS, False), (BIKE, TRUCK, False), (BUS, BIKE, False)],
)
def test_kinds_that_detectors_confuse_may_match_and_no_others(
    shot: Callable[..., Detections], track_kind: VehicleKind, box_kind: VehicleKind, possible: bool
):
    box = shot((50, 50, 20, 40, 0.9, box_kind))
    found = similarity(box.xyxy_px, np.zeros(1, np.float32), np.array([track_kind], np.int8), box, SETTINGS)
    assert bool(len(found)) is possible


@pytest.mark.parametrize(("side_px", "possible"), [(40, True), (50, True), (90, False), (15, False)])
def test_a_box_of_quite_another_size_cannot_match(shot: Callable[..., Detections], side_px: float, possible: bool):
    box = shot((0, 0, side_px, side_px, 0.9, CAR))
    found = similarity(row(-20, -20, 20, 20), np.array([60], np.float32), np.array([CAR], np.int8), box, SETTINGS)
    assert bool(len(found)) is possible


def test_a_good_pair_is_not_broken_to_make_two_poor_ones():
    rows, columns = assign(pairs_of(np.array([[0.9, 0.25], [0.3, 0.0]], np.float32)), 0.2)
    assert (list(rows), list(columns)) == ([0], [0])


def test_two_good_pairs_beat_the_single_best():
    rows, columns = assign(pairs_of(np.array([[0.9, 0.8], [0.8, 0.0]], np.float32)), 0.2)
    assert set(zip(rows, columns, strict=True)) == {(0, 1), (1, 0)}


@pytest.mark.parametrize("few", [0, FEW_PAIRS])
def test_two_equal_chances_give_one_pair(few: int):
    rows, columns = assign(pairs_of(np.array([[0.5, 0.5]], np.float32)), 0.2, few)
    assert (len(rows), len(columns)) == (1, 1)


@pytest.mark.parametrize("weak", [[], [0.1, 0.19]])
def test_nothing_similar_gives_no_pairs(weak: list[float]):
    rows, columns = assign(pairs_of(np.array([weak], np.float32).reshape(1, -1)), 0.2)
    assert (len(rows), len(columns)) == (0, 0)


@pytest.mark.parametrize("few", [0, FEW_PAIRS])
@settings(deadline=None)
@given(
    st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
        lambda shape: arrays(np.float32, shape, elements=st.sampled_from([0, 0, 0.1, 0.25, 0.5, 0.75, 1]))
    )
)
def test_the_choice_is_one_to_one_and_as_good_as_trying_every_choice(few: int, similar: F32):
    rows, columns = assign(pairs_of(similar), 0.2, few)
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)
    assert (similar[rows, columns] >= 0.2).all()
    gain = np.where(similar >= 0.2, similar, 0)
    wide = gain if gain.shape[0] <= gain.shape[1] else gain.T
    best = max(wide[range(len(wide)), list(order)].sum() for order in permutations(range(wide.shape[1]), len(wide)))
    assert similar[rows, columns].sum() == pytest.approx(best)


@pytest.mark.parametrize(
    ("known", "box", "fresh"),
    [
        ((0, 0, 100, 80, 0.9, CAR), (2, 2, 100, 80, 0.5, CAR), False),  # the same box twice
        ((0, 0, 100, 80, 0.9, CAR), (2, 2, 100, 80, 0.5, BIKE), False),  # whatever its kind
        ((0, 0, 100, 80, 0.9, CAR), (20, 10, 50, 50, 0.5, TRUCK), False),  # a part of it
        ((0, 0, 30, 60, 0.9, BIKE), (0, -12, 26, 34, 0.5, WALKER), False),  # the rider on the machine
        ((0, 0, 250, 150, 0.9, BUS), (20, 40, 30, 60, 0.5, BIKE), True),  # a motorbike in front of a bus
        ((0, 0, 100, 80, 0.9, CAR), (70, 0, 100, 80, 0.5, CAR), True),  # half hidden behind the other
        ((0, 0, 100, 80, 0.9, CAR), (58, 0, 100, 80, 0.4, CAR), False),  # doubtful, and much of it another's
        ((0, 0, 100, 80, 0.9, CAR), (58, 0, 100, 80, 0.6, CAR), True),
    ],
)
def test_only_an_object_of_its_own_starts_a_track(
    shot: Callable[..., Detections], known: tuple[object, ...], box: tuple[object, ...], fresh: bool
):
    assert list(newcomers(shot(box), shot(known), SETTINGS)) == [fresh]
    assert list(newcomers(shot(known, box), shot(), SETTINGS)) == [True, fresh]


def test_a_second_box_lies_around_the_very_same_object(shot: Callable[..., Detections]):
    known = shot((0, 0, 100, 80, 0.9, CAR))
    near, apart = (3, 2, 100, 80, 0.2, TRUCK), (60, 0, 100, 80, 0.2, CAR)
    assert second_boxes(shot(near, apart), known, SETTINGS).tolist() == [True, False]

"""Sparse lines are counted by tracks, swarms by moving area; the record says which, and how sure."""

import numpy as np
import pytest

from vision.events.bodies import Direction

UP, DOWN = Direction.RIGHT_TO_LEFT, Direction.LEFT_TO_RIGHT
QUIET_S = 7.0  # until the empty road is known


def sparse(until_s, apart_s=1.0, since_s=QUIET_S):
    """One square at a time, in changing columns."""
    times = np.arange(since_s, until_s, apart_s)
    return [(int(7 * place % 20), float(at_s)) for place, at_s in enumerate(times)]


def dense(since_s, until_s, per_s=34, seed=4):
    """Squares strewn at random, many over one another."""
    rng = np.random.default_rng(seed)
    count = round((until_s - since_s) * per_s)
    times = np.sort(rng.uniform(since_s, until_s, count))
    return [(int(column), float(at_s)) for column, at_s in zip(rng.integers(0, 20, count), times, strict=True)]


def of(records, way):
    return [record for record in records if record.direction is way]


@pytest.mark.parametrize(("sign", "way", "other"), [(-1, UP, DOWN), (1, DOWN, UP)])
def test_sparse_line_is_counted_by_tracks_in_the_right_direction(meadow, sign, way, other):
    starts = sparse(28)
    records = meadow.play(meadow.counter_of(), starts, 30, sign=sign)
    assert [record.mode for record in records] == ["tracked"] * 4
    assert sum(record.estimate for record in of(records, way)) == len(starts)
    assert sum(record.estimate for record in of(records, other)) == 0
    assert all(record.low <= record.estimate <= record.high for record in records)


def test_swarm_is_counted_by_area_though_tracking_sees_nobody(meadow):
    counter = meadow.counter_of(swarm_from=0.25, tracked_below=0.18, learn_below=0.15, settle_s=0.5)
    crowd = dense(45.5, 59.5)
    records = of(meadow.play(counter, [*sparse(44, 0.6), *crowd], 60, told_until_s=45), UP)
    assert [record.mode for record in records] == ["tracked", "tracked", "tracked", "swarm"]
    last = records[-1]
    assert last.swarm_share > 0.7
    assert last.tracked == 0
    assert last.low <= len(crowd) <= last.high
    assert last.estimate == pytest.approx(len(crowd), rel=0.3)


def test_line_that_was_never_sparse_is_not_guessed_at(meadow):
    """Nothing calibrates the area: tracks are all there is, and the record says so."""
    records = of(meadow.play(meadow.counter_of(), dense(QUIET_S, 29), 30, told_until_s=0), UP)
    assert {record.mode for record in records} == {"tracked"}
    assert sum(record.estimate for record in records) == 0


def test_standing_crowd_adds_nothing(meadow):
    counter = meadow.counter_of(swarm_from=0.3, tracked_below=0.2, learn_below=0.18)
    meadow.play(counter, sparse(44), 45)
    road = np.full(meadow.small_px[::-1], 100, np.uint8)
    crowd = road.copy()
    crowd[35:55, :130] = np.random.default_rng(2).integers(0, 256, (20, 130), np.uint8)
    from_s = 45
    told = []
    for index in range(15 * 12):
        empty = np.zeros((0, 4), np.float32)
        told += counter.see(crowd, tracks_without(empty), [], from_s + index / meadow.fps)
    told += counter.finish()
    assert counter.mode("across") == "swarm"
    assert all(record.estimate <= 1 for record in told if record.since_s >= 45)


def tracks_without(boxes):
    from vision.tracks import Tracks

    return Tracks(
        np.zeros(0, np.int64), boxes, np.zeros(0, np.float32), np.zeros(0, np.int8),
        np.zeros(0, np.bool_), np.zeros(0, np.bool_), np.zeros(0, np.int64),
    )  # fmt: skip


def test_passing_cloud_is_no_swarm(meadow):
    counter = meadow.counter_of()
    meadow.play(counter, sparse(20), 20)
    road = np.random.default_rng(1).integers(90, 110, meadow.small_px[::-1], np.uint8)
    for index in range(100):
        shade = np.uint8(min(index / 4, 8))
        counter.see(road - shade, tracks_without(np.zeros((0, 4), np.float32)), [], 20 + index / meadow.fps)
    assert counter.covered("across") < 0.1


def test_unwatched_time_lowers_the_coverage(meadow):
    counter = meadow.counter_of()
    road = np.full(meadow.small_px[::-1], 100, np.uint8)
    nobody = tracks_without(np.zeros((0, 4), np.float32))
    for media_s in (*np.arange(0, 5, 0.08), *np.arange(10, 14.9, 0.08)):
        counter.see(road, nobody, [], float(media_s))
    assert {round(record.coverage, 1) for record in counter.finish()} == {0.7}


def test_picture_of_another_size_is_refused(meadow):
    with pytest.raises(ValueError, match=r"\(160, 90\)"):
        meadow.counter_of().see(np.zeros((10, 10), np.uint8), tracks_without(np.zeros((0, 4), np.float32)), [], 0.0)


def test_thresholds_out_of_order_are_refused(meadow):
    with pytest.raises(ValueError, match="tracked_below"):
        meadow.settings(swarm_from=0.2)

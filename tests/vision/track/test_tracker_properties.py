from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.detections import Detections
from vision.track.tracker import Tracker
from vision.tracks import Tracks

box = st.tuples(
    st.integers(0, 12).map(lambda cell: cell * 15.0),
    st.integers(0, 4).map(lambda cell: cell * 15.0),
    st.sampled_from([20.0, 30.0, 60.0]),
    st.sampled_from([20.0, 40.0]),
    st.sampled_from([0.05, 0.15, 0.28, 0.5, 0.9]),
    st.integers(0, 5),
)
films = st.lists(st.tuples(st.sampled_from([0.0, 0.03, 0.2, 0.7, 4.0]), st.lists(box, max_size=6)), max_size=10)
Rows = list[tuple[float, float, float, float, float, int]]


def detections(rows: Rows) -> Detections:
    columns = np.array(rows, np.float32).reshape(-1, 6)
    corners = np.concatenate([columns[:, :2], columns[:, :2] + columns[:, 2:4]], axis=1)
    return Detections(corners, columns[:, 4].copy(), columns[:, 5].astype(np.int8))


def run(film: list[tuple[float, Rows]]) -> list[Tracks]:
    tracker, media_s, said = Tracker(), 0.0, []
    for step_s, rows in film:
        media_s += step_s
        said.append(tracker.update(detections(rows), media_s))
    return said


@given(films, st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_detections_does_not_matter(film: list[tuple[float, Rows]], chance):
    shuffled = [(step_s, chance.sample(rows, len(rows))) for step_s, rows in film]
    for one, other in zip(run(film), run(shuffled), strict=True):
        for column in Tracks.__slots__:
            assert np.array_equal(getattr(one, column), getattr(other, column)), column


@given(films)
@settings(max_examples=30, deadline=None)
def test_every_seen_track_has_a_detection_of_its_own(film: list[tuple[float, Rows]]):
    for (_, rows), tracks in zip(film, run(film), strict=True):
        given_boxes = Counter(map(tuple, detections(rows).xyxy_px.tolist()))
        assert not Counter(map(tuple, tracks.xyxy_px[tracks.seen].tolist())) - given_boxes


@given(films)
@settings(max_examples=30, deadline=None)
def test_ids_rise_live_once_and_end_once(film: list[tuple[float, Rows]]):
    before: set[int] = set()
    newest, confirmed = 0, set()
    for tracks in run(film):
        live, ended = set(tracks.id.tolist()), set(tracks.ended.tolist())
        assert tracks.id.tolist() == sorted(live)
        assert len(tracks.ended) == len(ended)
        assert ended <= before
        assert live - before == set(range(newest + 1, newest + 1 + len(live - before)))
        assert before - ended <= live
        assert not live & ended
        assert confirmed & live <= set(tracks.id[tracks.confirmed].tolist())
        newest = max([newest, *live])
        confirmed |= set(tracks.id[tracks.confirmed].tolist())
        before = live


@given(films)
@settings(max_examples=30, deadline=None)
def test_the_columns_always_hold_sound_values(film: list[tuple[float, Rows]]):
    for tracks in run(film):
        assert np.isfinite(tracks.xyxy_px).all()
        assert (tracks.xyxy_px[:, 2:] > tracks.xyxy_px[:, :2]).all()
        assert ((tracks.score >= 0) & (tracks.score <= 1)).all()
        assert ((tracks.kind >= 0) & (tracks.kind <= 5)).all()

"""The benchmark of plate votes draws what it says it draws, and counts a neighbour's plate as what it is."""

import numpy as np
import pytest

from benchmarks.accuracy.plate_tracks import ACCUSED, VIEWS, Company, draw_track
from benchmarks.accuracy.plate_votes import Tally
from vision.plates.voted import Alternative, VotedPlate, WhyNoPlate


@pytest.fixture(scope="module")
def drawn():
    return [draw_track(np.random.default_rng(seed)) for seed in (0, 1, 4)]


def test_a_track_is_an_accused_in_every_view_and_perhaps_a_neighbour(drawn):
    for one in drawn:
        assert len(one.frames) == len(one.tracks) == VIEWS
        assert all(ACCUSED in tracks.id for tracks in one.tracks)
        assert (one.text is None) == (one.company is Company.COVERING)
        assert (one.other is None) == (one.company is Company.NOBODY)


def test_the_same_seed_draws_the_same_track():
    first, second = (draw_track(np.random.default_rng(3)) for _ in range(2))
    assert (first.text, first.other) == (second.text, second.other)
    np.testing.assert_array_equal(first.frames[5].image, second.frames[5].image)


@pytest.mark.parametrize(
    ("said", "right", "wrong", "abstained", "neighbour"),
    [("own", 1, 0, 0, 0), ("neighbour", 0, 1, 0, 1), ("else", 0, 1, 0, 0), (None, 0, 0, 1, 0)],
)
def test_each_outcome_is_counted_once(drawn, said, right, wrong, abstained, neighbour):
    track = next(one for one in drawn if one.text is not None and one.other is not None)
    text = {"own": track.text, "neighbour": track.other, "else": "11A11111"}.get(said)
    why = WhyNoPlate.UNSURE if text is None else None
    tally = Tally()
    tally.add(VotedPlate(text, why, alternatives=(Alternative((track.text,), 0.5),)), track)
    assert (tally.right, tally.wrong, tally.abstained, tally.neighbour) == (right, wrong, abstained, neighbour)
    assert tally.likeliest == 1

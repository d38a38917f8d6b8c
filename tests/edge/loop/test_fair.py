from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.loop.fair import FairTurns


def serve(turns, waiting, times):
    served = Counter()
    for _ in range(times):
        name = turns.next_of(dict.fromkeys(waiting, 0.0))
        turns.served(name)
        served[name] += 1
    return served


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 30), min_size=1))
def test_cameras_that_always_wait_share_in_proportion_to_what_they_ask_for(weights):
    served = serve(FairTurns(weights), weights, 10 * sum(weights.values()))
    for name, weight in weights.items():
        assert abs(served[name] - 10 * weight) <= 2


def test_of_equals_the_frame_that_waits_longest_goes_first():
    assert FairTurns({"a": 1, "b": 1}).next_of({"a": 7.0, "b": 3.0}) == "b"


def test_who_had_no_frames_for_a_while_is_owed_nothing():
    turns = FairTurns({"a": 10, "b": 10})
    serve(turns, "a", 100)
    assert serve(turns, "ab", 20)["a"] >= 9


def test_nobody_starves_beside_a_camera_that_asks_for_much():
    assert serve(FairTurns({"greedy": 100, "modest": 1}), ["greedy", "modest"], 500)["modest"] >= 4


def test_a_weight_of_nothing_is_refused():
    with pytest.raises(ValueError, match="wanted all above 0"):
        FairTurns({"a": 0.0})

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.loop.turns import EveryKth, Thinning


def taken(rate_fps, times_s):
    thinning = Thinning(rate_fps)
    return [media_s for media_s in times_s if thinning.takes(media_s)]


def test_without_a_rate_every_frame_is_taken():
    times_s = [number / 25 for number in range(50)]
    assert taken(None, times_s) == times_s


@pytest.mark.parametrize(("fps", "rate", "seconds"), [(25, 10, 20), (30, 10, 20), (29.97, 7, 20), (12, 25, 5)])
def test_the_rate_is_held_on_average_and_never_more_than_the_stream_gives(fps, rate, seconds):
    found = taken(rate, [number / fps for number in range(round(fps * seconds))])
    assert len(found) == pytest.approx(min(rate, fps) * seconds, abs=1)


def test_after_a_gap_the_frames_behind_it_are_not_all_due():
    found = taken(10, [*(number / 25 for number in range(50)), *(60 + number / 25 for number in range(25))])
    assert len([media_s for media_s in found if media_s >= 60]) == pytest.approx(10, abs=1)


@settings(deadline=None)
@given(st.lists(st.floats(0.001, 3), min_size=1, max_size=60), st.floats(0.5, 60))
def test_no_stretch_of_a_stream_gives_more_than_its_rate_and_one(steps_s, rate):
    times_s, now_s = [], 0.0
    for step_s in steps_s:
        now_s += step_s
        times_s.append(now_s)
    found = taken(rate, times_s)
    assert found[0] == times_s[0]
    assert len(found) <= (times_s[-1] - times_s[0]) * rate + 2


@pytest.mark.parametrize(("k", "answers"), [(1, [True] * 6), (3, [True, False, False] * 2)])
def test_the_first_of_each_k_is_looked_at(k, answers):
    turn, found = EveryKth(k), []
    for _ in answers:
        assert turn.next_is_true == answers[len(found)]
        found.append(turn())
    assert found == answers

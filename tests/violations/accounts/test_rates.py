import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.accounts.errors import TooManyTriesError
from violations.accounts.rates import Buckets, Rate


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def allowed(buckets, key, rate):
    try:
        buckets.take(key, rate)
    except TooManyTriesError:
        return False
    return True


@given(st.lists(st.floats(0, 3), max_size=60))
def test_nobody_ever_gets_more_than_the_burst_and_the_rate(pauses_s):
    clock, rate = Clock(), Rate(per_s=2, burst=5)
    buckets, passed = Buckets(clock), 0
    for pause_s in pauses_s:
        clock.now_s += pause_s
        passed += allowed(buckets, "a", rate)
    assert passed <= 5 + 2 * clock.now_s + 1e-6


def test_an_empty_bucket_says_how_long_to_wait_and_is_full_again_later():
    clock, rate = Clock(), Rate(per_s=0.1, burst=2)
    buckets = Buckets(clock)
    assert [allowed(buckets, "a", rate) for _ in range(3)] == [True, True, False]
    with pytest.raises(TooManyTriesError) as caught:
        buckets.take("a", rate)
    assert caught.value.wait_s == 10
    assert allowed(buckets, "b", rate)
    clock.now_s = 10
    assert allowed(buckets, "a", rate)


def test_memory_is_bounded_and_the_longest_unseen_go_first():
    buckets, rate = Buckets(Clock(), most=3), Rate(per_s=0.001, burst=1)
    for key in "abcd":
        assert allowed(buckets, key, rate)
    assert not allowed(buckets, "d", rate)
    assert allowed(buckets, "a", rate)

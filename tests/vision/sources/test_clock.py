import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.sources.clock import MediaClock


def test_times_start_at_zero_and_keep_their_distances():
    clock = MediaClock(0.04)
    assert [clock.tick(s) for s in (7.0, 7.04, 7.2)] == pytest.approx([0.0, 0.04, 0.2])
    assert clock.repairs == 0
    assert clock.longest_gap_s == pytest.approx(0.16)
    assert clock.shift_s == pytest.approx(-7.0)


@pytest.mark.parametrize(
    ("presented_s", "media_s", "repairs"),
    [
        ([5.0, None, 5.2], [0.0, 0.1, 0.2], 1),  # a missing time: one step on
        ([5.0, 5.1, 5.1, 5.2], [0.0, 0.1, 0.15, 0.2], 1),  # a repeated time: half a step, then the true time again
        ([5.0, 5.4, 5.1, 5.5], [0.0, 0.4, 0.45, 0.5], 1),  # one step back
        ([None, None, 9.0, 9.1], [0.0, 0.1, 0.2, 0.3], 2),  # times begin late
        ([None, None, None], [0.0, 0.1, 0.2], 3),  # no times at all
    ],
)
def test_missing_and_backward_times_are_replaced_and_counted(presented_s, media_s, repairs):
    clock = MediaClock(0.1)
    assert [clock.tick(s) for s in presented_s] == pytest.approx(media_s)
    assert clock.repairs == repairs


def test_a_new_stretch_goes_on_after_the_time_that_really_passed():
    clock = MediaClock(0.1)
    clock.tick(100.0)
    clock.new_stretch()
    assert clock.tick(3.0, elapsed_s=2.5) == pytest.approx(2.5)
    assert clock.tick(3.1, elapsed_s=9.9) == pytest.approx(2.6)
    assert clock.repairs == 0


def test_a_new_stretch_without_elapsed_time_goes_on_at_the_nominal_step():
    clock = MediaClock(None)
    clock.tick(100.0)
    clock.new_stretch()
    assert clock.tick(0.0) == pytest.approx(0.04)


times_s = st.one_of(st.none(), st.floats(min_value=-1e5, max_value=1e5))


@given(st.lists(st.tuples(times_s, st.booleans(), st.floats(min_value=0, max_value=60)), min_size=2))
def test_media_time_always_grows(events):
    clock = MediaClock(0.04)
    media_s = []
    for presented_s, new_stretch, elapsed_s in events:
        if new_stretch:
            clock.new_stretch()
        media_s.append(clock.tick(presented_s, elapsed_s))
    assert media_s[0] == 0.0
    assert all(later > earlier for earlier, later in itertools.pairwise(media_s))

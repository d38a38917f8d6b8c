from hypothesis import given
from hypothesis import strategies as st

from violations.web.lamp_picture import LEFT, RIGHT, lamp_picture
from vision.events.lamps import Lamp, LampSpan

seconds = st.floats(0, 1e5)


def red(since_s: float, until_s: float) -> LampSpan:
    return LampSpan(state=Lamp.RED, since_s=since_s, until_s=until_s, error_s=0.1)


@given(since_s=seconds, red_s=st.floats(0.1, 1e4), into_s=st.floats(0, 1), error_s=st.floats(0, 0.5))
def test_everything_stands_on_the_drawing_in_the_order_of_time(since_s, red_s, into_s, error_s):
    at_s = since_s + into_s * red_s
    p = lamp_picture([red(since_s, since_s + red_s + 0.1)], at_s, error_s)
    (stretch,) = p.stretches
    assert LEFT <= stretch.start <= p.crossing <= stretch.end <= RIGHT
    assert LEFT <= p.error_from <= p.crossing <= p.error_to <= RIGHT
    assert [tick.x for tick in p.ticks] == sorted(tick.x for tick in p.ticks)
    assert 2 <= len(p.ticks) <= 14


def test_the_axis_counts_seconds_from_the_change_of_the_lamp():
    p = lamp_picture([red(100, 130)], 104.2, 0.05)
    assert abs((p.after_s or 0) - 4.2) < 1e-9
    assert next(tick.x for tick in p.ticks if tick.second == 0) == p.stretches[0].start


def test_a_red_that_began_long_ago_is_cut_off_rather_than_squashing_the_crossing():
    p = lamp_picture([red(0, 3600)], 3000.0, 0.1)
    assert (p.stretches[0].start, p.stretches[0].doubt) == (LEFT, 0.0)
    assert p.error_to - p.error_from > 1


def test_where_nobody_knows_the_lamp_the_axis_counts_from_the_crossing():
    p = lamp_picture([red(0, 10)], 11.0, 0.1)
    assert (p.span, p.after_s) == (None, None)
    assert next(tick.x for tick in p.ticks if tick.second == 0) == p.crossing
    assert p.stretches[0].end < p.crossing

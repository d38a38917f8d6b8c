from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from centre.pages.chart import LEFT, RIGHT, Interval, draw
from vision.events.bodies import Direction

START = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def interval(n: int, coverage: float = 1.0, **kinds: int) -> Interval:
    since = START + timedelta(minutes=n)
    return Interval(since, since + timedelta(minutes=1), coverage, {Direction.LEFT_TO_RIGHT: kinds} if kinds else {})


def test_without_intervals_there_is_no_chart():
    assert draw([]) is None


def test_a_missing_interval_and_one_without_coverage_are_gaps_and_a_quiet_one_is_not():
    chart = draw([interval(0, car=1), interval(1), interval(2, coverage=0.0), interval(4, car=2)])
    assert chart is not None
    minute = (RIGHT - LEFT) / 5
    (gap,) = chart.gaps
    assert abs(gap.x - (LEFT + 2 * minute)) < 0.2
    assert abs(gap.width - 2 * minute) < 0.2
    assert len(chart.covered) == 3


def test_every_kind_has_a_scale_of_its_own_and_kinds_never_seen_have_none():
    chart = draw([interval(0, motorbike=95, car=4)])
    assert chart is not None
    assert [(panel.kind, panel.most) for panel in chart.panels] == [("motorbike", 100), ("car", 4)]


@given(numbers=st.lists(st.integers(0, 10_000), min_size=1, max_size=60))
def test_bars_stay_inside_their_panel_and_the_drawing(numbers):
    chart = draw([interval(n, motorbike=number) for n, number in enumerate(numbers)])
    assert chart is not None
    for panel in chart.panels:
        for bar in panel.bars:
            assert panel.top - 0.1 <= bar.y
            assert bar.y + bar.height <= panel.top + 44.1
            assert bar.x >= LEFT
            assert bar.x + bar.width <= RIGHT + 0.1
    assert all(LEFT <= x <= RIGHT for x, _ in chart.ticks)


def test_directions_are_stacked():
    both = Interval(
        START,
        START + timedelta(minutes=1),
        1.0,
        {Direction.LEFT_TO_RIGHT: {"car": 3}, Direction.RIGHT_TO_LEFT: {"car": 1}},
    )
    chart = draw([both])
    assert chart is not None
    first, second = chart.panels[0].bars
    assert (first.first, second.first) == (True, False)
    assert abs(second.y + second.height - first.y) < 0.2

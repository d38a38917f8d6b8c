import pytest

from benchmarks.accuracy.drawn_swarm import SIZE_PX, Phase, line, shown
from benchmarks.accuracy.swarm import Moment, Row, as_markdown, main, summary, true_times
from benchmarks.errors import BenchmarkError


def moment(media_s, feet_px):
    return Moment(media_s, None, None, feet_px)


def test_truth_is_when_the_feet_first_stand_beyond_the_line():
    (x1, y), (x2, _) = line(20.0).ends_px
    middle = (x1 + x2) / 2
    path = [moment(index / 10, {1: (middle, y + 10 - 4 * index), 2: (middle, y - 20)}) for index in range(8)]
    assert true_times(path, 20.0) == [pytest.approx(0.3)]


def test_same_seed_draws_the_same_swarm_and_it_drives_on():
    first, again = (list(shown([Phase(1.6, 6.0, 9.0)], 3)) for _ in range(2))
    assert [each.feet_px for each in first] == [each.feet_px for each in again]
    assert first[-1].image.shape == (SIZE_PX[1], SIZE_PX[0], 3)
    known = first[-4].feet_px.keys() & first[-1].feet_px.keys()
    assert known
    assert all(first[-1].feet_px[one][1] < first[-4].feet_px[one][1] for one in known)


def test_summary_adds_up_the_records_of_each_line_that_were_made_in_swarm_mode():
    rows = [
        Row(1, 20, 0, 10, 10, 10.0, 8, 12, "tracked", 0.0),
        Row(1, 20, 15, 100, 60, 90.0, 70, 120, "swarm", 1.0),
        Row(1, 20, 30, 100, 80, 130.0, 110, 150, "swarm", 1.0),
        Row(1, 30, 30, 50, 40, 45.0, 30, 60, "swarm", 0.4),
    ]
    said = summary(rows, 0.5)
    assert "line at 20 m: truth 200, tracking 140, swarm mode 220;" in said
    assert "line at 30 m: truth 50, tracking 40, swarm mode 45." in said
    assert "3 of 4 intervals hold the truth" in said
    assert "| 1 | 20 | 15 | 100 | 60 (-40) | 90 (-10) | 70 to 120 | swarm 100% |" in as_markdown(rows)


def test_impossible_scale_is_refused():
    with pytest.raises(BenchmarkError, match="--scale"):
        main(["--scale", "0"])

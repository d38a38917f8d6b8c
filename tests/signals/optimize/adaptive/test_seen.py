"""What vehicles without names tell of queues and of who comes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from signals.optimize.adaptive.seen import Seen, behind_the_sensor, coming, held_up, standing

# Two lanes at the signal; row 2 is a road before them that divides, row 3 a side road behind lane 0.
SHARE = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.0, 0.0]])
BEHIND = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
ALLOWED_MPS = np.full(4, 10.0)


def seen(*rows: tuple[int, float, float]) -> Seen:
    table = np.array(rows, np.float64).reshape(-1, 3)
    return Seen(table[:, 0].astype(np.int64), table[:, 1], table[:, 2])


def test_who_stands_is_shared_among_the_lanes_he_may_choose() -> None:
    assert standing(seen((0, 5, 0.0), (0, 12, 1.9), (0, 50, 8.0), (2, 70, 0.0)), SHARE).tolist() == [2.5, 0.5]


def test_who_comes_is_counted_when_he_will_be_there() -> None:
    now = seen((0, 40, 10.0), (1, 90, 1000.0), (1, 110, 2.5), (0, 3, 0.0))
    assert coming(now, SHARE, ALLOWED_MPS, 5.0, 3).tolist() == [[1, 0, 0], [1, 0, 0]], "one stands, one is too far"
    assert coming(now, SHARE, ALLOWED_MPS, 5.0, 4).tolist() == [[1, 0, 0, 0], [1, 0, 0, 1]]


@given(
    rows=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 200), st.floats(0, 20)), max_size=20),
    late_s=st.floats(0, 3),
)
def test_nobody_is_counted_twice_and_an_old_picture_brings_them_nearer(
    rows: list[tuple[int, float, float]], late_s: float
) -> None:
    now = seen(*rows)
    fresh, old = (coming(now, SHARE, ALLOWED_MPS, 5.0, 8, late_s=late) for late in (0.0, late_s))
    assert standing(now, SHARE).sum() + fresh.sum() <= len(rows) + 1e-9
    assert (np.cumsum(old.sum(axis=0)) >= np.cumsum(fresh.sum(axis=0)) - 1e-9).all()


def test_a_queue_that_fills_the_sensor_is_longer_than_it_looks() -> None:
    now = seen(*((0, metres, 0.0) for metres in (5, 50, 95)), (1, 95, 0.0))
    hidden = behind_the_sensor(now, SHARE, standing(now, SHARE), np.array([100.0, 100.0]))
    assert hidden[0] > 0 == hidden[1], "one vehicle is no queue"


def test_who_is_held_up_on_a_side_road_counts_with_the_queue_in_his_way() -> None:
    now = seen((3, 20, 0.0), (3, 27, 0.0), (3, 60, 9.0))
    assert held_up(now, BEHIND, np.array([4.0, 4.0]))[0] > 0
    assert held_up(now, BEHIND, np.zeros(2)).tolist() == [0, 0], "no queue is in his way"

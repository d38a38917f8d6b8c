import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.riders.card import HeadState
from vision.riders.helmets import Head
from vision.riders.votes import LEAST_CHANCE_ERROR, RiderBook, RiderLook, heads_shown, tally_heads

BARE, COVERED, UNSURE = (0.05, 0.85, 0.05), (0.85, 0.05, 0.05), (0.3, 0.4, 0.2)


def head(x, y, chances, wide=20.0):
    helmet, none, _ = chances
    state = HeadState.NONE if none >= 0.65 else HeadState.HELMET if helmet >= 0.45 else HeadState.UNSURE
    box = (x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2)
    return Head(box, state, max(chances), state, chances)


def look(number, *heads, way=(0.0, 30.0)):
    """The heads' places are given in a box of 80 by 160 px; the box drives on by `way` from look to look."""
    dx, dy = way[0] * number, way[1] * number
    moved = tuple(
        Head((b[0] + dx, b[1] + dy, b[2] + dx, b[3] + dy), h.state, h.confidence, h.likeliest, h.chances)
        for h in heads
        for b in [h.box_px]
    )
    return RiderLook(number, float(number), (dx, dy, 80 + dx, 160 + dy), moved)


def test_one_bare_head_in_every_look_is_the_drivers():
    (only,) = tally_heads([look(n, head(40, 15, BARE)) for n in range(5)])
    assert (only.looks, only.missed, only.bare, only.covered, only.driver) == (5, 0, 5, 0, True)
    assert only.chance == pytest.approx(0.85)
    assert only.chance_error == LEAST_CHANCE_ERROR


def test_a_look_that_may_show_a_helmet_and_one_that_shows_nothing_are_counted():
    looks = [look(0, head(40, 15, BARE)), look(1, head(41, 16, UNSURE)), look(2), look(3, head(39, 15, BARE))]
    (only,) = tally_heads(looks)
    assert (only.looks, only.missed, only.bare, only.covered) == (3, 1, 2, 1)
    assert only.chance_error == pytest.approx(0.3)
    assert only.at_s == 3.0


@pytest.mark.parametrize(("way", "front"), [((0.0, 30.0), 0), ((0.0, -30.0), 1)])
def test_the_head_that_goes_ahead_is_the_drivers(way, front):
    lower, upper = head(40, 40, BARE), head(40, 8, COVERED)
    tallies = tally_heads([look(n, lower, upper, way=way) for n in range(5)])
    assert sorted(one.driver for one in tallies) == [False, True]
    driver = next(one for one in tallies if one.driver)
    assert (driver.bare == 5) is (front == 0)


def test_heads_side_by_side_or_at_a_stand_have_no_roles():
    beside = [look(n, head(20, 15, BARE), head(60, 15, COVERED)) for n in range(5)]
    still = [look(n, head(40, 40, BARE), head(40, 8, COVERED), way=(0.0, 0.0)) for n in range(5)]
    assert {one.driver for looks in (beside, still) for one in tally_heads(looks)} == {None}


def test_a_head_found_once_is_nobody_to_ride_behind():
    looks = [look(n, head(40, 15, BARE), *([head(40, 70, BARE)] if n == 2 else [])) for n in range(5)]
    rider, stray = tally_heads(looks)
    assert (rider.driver, rider.looks) == (True, 5)
    assert (stray.driver, stray.looks, stray.missed) == (None, 1, 4)


def test_two_finds_of_one_head_and_what_is_hardly_a_head_are_not_counted():
    twice = look(0, head(40, 15, BARE), head(46, 17, BARE), head(40, 70, (0.1, 0.15, 0.1)))
    three = look(1, head(40, 15, BARE), head(40, 40, BARE), head(40, 65, BARE))
    assert heads_shown([twice, three]) == (2, 1, 1)
    assert heads_shown([look(0)]) == ()
    assert tally_heads([]) == ()


def test_looks_that_were_taken_are_forgotten():
    book = RiderBook()
    assert book.add(3, look(0)) == 1
    assert book.add(3, look(1)) == 2
    assert list(book.tracks()) == [3]
    assert [one.frame for one in book.of(3)] == [0, 1]
    assert len(book.take(3)) == 2
    assert book.take(3) == book.of(3) == ()


@given(
    chances=st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1)).filter(lambda c: 0.5 <= sum(c) <= 1), min_size=1, max_size=8
    )
)
def test_no_look_is_lost_or_counted_twice(chances):
    looks = [look(n, head(40, 15, (covered, bare, 0.0))) for n, (covered, bare) in enumerate(chances)]
    (only,) = tally_heads(looks)
    assert only.looks + only.missed == len(looks)
    assert only.bare <= only.looks
    assert only.covered <= only.looks
    assert min(bare for _, bare in chances) - 1e-9 <= only.chance <= max(bare for _, bare in chances) + 1e-9

"""What a site remembers of plates: little, not for long, and nothing that was not surely read."""

import pytest

from vision.plates.sightings import Sighting, Sightings
from vision.plates.text import Ground
from vision.plates.voted import Alternative, VotedPlate, WhyNoPlate


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


def plate(text="30E58670", rows=("30E", "58670")):
    return VotedPlate(text, None, alternatives=(Alternative(rows, 0.97),), ground=Ground.WHITE)


def add(sightings, camera="a", at_s=5.0, **changes):
    return sightings.add(plate(**changes), camera=camera, at_s=at_s, at_error_s=0.1, vehicle="car")


def test_what_was_surely_read_is_remembered_in_the_order_of_time(clock):
    sightings = Sightings(seconds=clock)
    late, early = add(sightings, "b", 9.0), add(sightings, "a", 5.0)
    add(sightings, text="51F73701", rows=("51F", "73701"))
    assert sightings.of("30E58670") == (early, late)
    assert early == Sighting("30E58670", ("30E", "58670"), "a", 5.0, 0.1, "car", 0.97, Ground.WHITE)
    assert sightings.of("29A11111") == ()


def test_an_abstained_plate_never_enters(clock):
    sightings = Sightings(seconds=clock)
    doubtful = VotedPlate(None, WhyNoPlate.UNSURE, alternatives=(Alternative(("30E", "58670"), 0.6),))
    assert sightings.add(doubtful, camera="a", at_s=5, at_error_s=0, vehicle="car") is None
    assert (len(sightings), sightings.abstained) == (0, 1)
    assert sightings.of("30E58670") == ()


def test_earlier_ones_at_other_cameras_come_latest_first(clock):
    sightings = Sightings(seconds=clock)
    a, _, b = add(sightings, "a", 1), add(sightings, "c", 9), add(sightings, "b", 3)
    here = add(sightings, "c", 5)
    assert sightings.before(here) == (b, a)


def test_what_is_old_is_forgotten(clock):
    sightings = Sightings(keep_s=60, seconds=clock)
    add(sightings)
    clock.now_s += 59
    add(sightings, "b", 70.0)
    assert len(sightings) == 2
    clock.now_s += 2
    assert [one.camera for one in sightings.of("30E58670")] == ["b"]
    clock.now_s += 100
    assert len(sightings) == 0
    assert sightings.of("30E58670") == ()


def test_a_camera_whose_clock_jumps_makes_nobody_forget(clock):
    sightings = Sightings(keep_s=60, seconds=clock)
    add(sightings, "a", 5.0)
    add(sightings, "b", 1e9)
    assert len(sightings.of("30E58670")) == 2


def test_room_is_bounded(clock):
    sightings = Sightings(most=3, seconds=clock)
    for number in range(10):
        add(sightings, at_s=float(number))
    assert [one.at_s for one in sightings.of("30E58670")] == [7, 8, 9]
    assert (len(sightings), sightings.evicted) == (3, 7)


@pytest.mark.parametrize(("most", "keep_s"), [(0, 60), (3, 0), (3, float("nan"))])
def test_bounds_that_make_no_sense_are_refused(most, keep_s):
    with pytest.raises(ValueError, match="Sightings: wanted room"):
        Sightings(most, keep_s)


def test_a_time_that_is_none_is_refused():
    with pytest.raises(ValueError, match="sighting at a: wanted a finite time"):
        Sighting("30E58670", ("30E", "58670"), "a", float("nan"), 0.1, "car", 0.9)

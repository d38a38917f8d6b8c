import pytest

from vision.sources.freshest import Freshest


def test_an_untaken_picture_gives_way_to_a_fresher_one_and_is_counted():
    place = Freshest()
    for picture in ("first", "second", "third"):
        place.put(picture)
    assert (place.take(), place.dropped) == ("third", 2)


def test_a_taken_picture_is_not_counted_as_dropped():
    place = Freshest()
    for picture in ("first", "second"):
        place.put(picture)
        assert place.take() == picture
    assert place.dropped == 0


def test_the_readers_fault_reaches_the_consumer():
    place = Freshest()
    place.fail(RuntimeError("broken"))
    with pytest.raises(RuntimeError, match="broken"):
        place.take()
    with pytest.raises(RuntimeError, match="broken"):
        place.wait(0.0)


def test_waiting_for_a_picture_leaves_it_there_and_ends_in_time():
    place = Freshest()
    assert place.wait(0.0) is None
    place.put("picture")
    assert (place.wait(0.0), place.take()) == ("picture", "picture")


def test_a_closed_place_ends_the_consumer():
    place = Freshest()
    place.put("picture")
    place.close()
    assert place.take() is None

"""A lane's far end is as far as it is on the road, once somebody has driven there; before that, as far as it looks."""

import pytest

from vision.traffic.incidents.perspective import FEWEST

VANISHING_Y_PX = -50.0


def size(y, tall=60.0):
    """A vehicle's size where its feet are at y: nothing at the vanishing point, `tall` at the picture's foot."""
    scale = tall * (y - VANISHING_Y_PX) / (1000 - VANISHING_Y_PX)
    return scale, scale


def driving_away(street, track, tall):
    return [[street.car((250, y), track=track, size_px=size(y, tall))] for y in range(900, 100, -20)]


def stands(street, y, tall=60.0, seconds=40, track=99):
    return [[street.car((250, y), track=track, size_px=size(y, tall))] for _ in range(seconds * 5)]


def test_a_vehicle_that_stands_well_before_a_far_end_is_found_once_others_have_shown_how_far_that_is(street):
    """150 px before the end of the lane, at a size of 15 px: 10 bodies in the picture, and 15 on the road."""
    drives = [frame for track in range(1, FEWEST + 3) for frame in driving_away(street, track, 55 + track)]
    said = street.starts(drives + stands(street, 210, tall=160), fps=5)
    assert said == [("stopped_vehicle", "left", (99,))]
    assert street.starts(stands(street, 210, tall=160), fps=5) == []


def test_one_that_stands_at_the_very_end_may_still_be_held_by_the_unseen(street):
    drives = [frame for track in range(1, FEWEST + 3) for frame in driving_away(street, track, 60)]
    assert street.starts(drives + stands(street, 80, tall=160), fps=5) == []


@pytest.mark.parametrize("y", [600, 210])
def test_seen_from_straight_above_nothing_changes(street, y):
    drives = [[street.car((250, at), track=track)] for track in range(1, 9) for at in range(900, 100, -20)]
    still = [[street.car((250, y), track=99)] for _ in range(200)]
    expected = [("stopped_vehicle", "left", (99,))] if y == 600 else []
    assert street.starts(drives + still, fps=5) == expected

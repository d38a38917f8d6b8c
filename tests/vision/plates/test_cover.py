"""What hangs where others bear their plates: strokes side by side, or a plain thing with a rim."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.plates.cover import MANY_STROKES, Seat, Shows, shown, strokes_on, usual

BOX_PX = np.array([10, 10, 130, 290], np.float32)
PLATE_PX = (56, 200, 86, 222)
QUAD_PX = np.array([[56, 200], [86, 200], [86, 222], [56, 222]], np.float32)
SEAT = Seat.of(QUAD_PX, BOX_PX)


def vehicle(inside: str, at: tuple[int, int] = (0, 0), grey: int = 130) -> np.ndarray:
    """A grey vehicle; `inside` its plate's place: strokes, plain (a dark rag), or nothing at all."""
    image = np.full((300, 140, 3), grey, np.uint8)
    x1, y1, x2, y2 = PLATE_PX[0] + at[0], PLATE_PX[1] + at[1], PLATE_PX[2] + at[0], PLATE_PX[3] + at[1]
    if inside != "nothing":
        image[y1:y2, x1:x2] = 235 if inside == "strokes" else 40
    if inside == "strokes":
        image[y1 + 3 : y2 - 3, x1 + 2 : x2 - 2 : 5] = 20
        image[y1 + 3 : y2 - 3, x1 + 3 : x2 - 2 : 5] = 20
    return image


def test_a_plate_has_strokes_wherever_within_reach_it_hangs():
    for at in ((0, 0), (12, 0), (-12, 8), (0, -9)):
        assert shown(vehicle("strokes", at), BOX_PX, SEAT) is Shows.STROKES


def test_a_rag_is_plain_and_has_a_rim():
    for at in ((0, 0), (8, 4), (-8, -4)):
        assert shown(vehicle("plain", at), BOX_PX, SEAT) is Shows.PLAIN


def test_bare_paint_has_no_rim_and_a_plate_beside_a_rag_is_still_a_plate():
    assert shown(vehicle("nothing"), BOX_PX, SEAT) is Shows.UNSURE
    both = vehicle("plain")
    both[200:222, 86:100] = vehicle("strokes")[200:222, 60:74]
    assert (
        shown(both, BOX_PX, SEAT) is not Shows.PLAIN or strokes_on(both, QUAD_PX + np.float32([20, 0])) < MANY_STROKES
    )


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 255), st.integers(40, 250))
def test_what_is_plain_has_no_strokes_at_any_brightness(dark, grey):
    image = np.full((300, 140, 3), grey, np.uint8)
    image[200:222, 56:86] = dark
    assert strokes_on(image, QUAD_PX) <= 1
    assert shown(image, BOX_PX, SEAT) is not Shows.STROKES


def test_the_usual_seat_is_the_middle_one_and_reaches_to_the_others():
    moved = [Seat(SEAT.corners + np.float32([0, down])) for down in (-0.09, 0.0, 0.0, 0.01)]
    middle = usual(moved)
    np.testing.assert_allclose(middle.corners, SEAT.corners, atol=0.01)
    assert middle.reach[0] == 0.5
    assert middle.reach[1] == pytest.approx(0.25 + 0.09 / np.ptp(SEAT.corners[:, 1]), abs=0.2)
    assert usual([SEAT]).reach == (0.5, 0.5)


def test_how_far_a_find_lies_from_the_seat_is_told_in_sides_of_a_plate():
    middle = SEAT.corners.mean(axis=0)
    assert SEAT.away(middle) == 0
    assert SEAT.away(middle + np.float32([np.ptp(SEAT.corners[:, 0]), 0])) == pytest.approx(1)

"""Finds are counted as a person would count them."""

import numpy as np
import pytest

from benchmarks.accuracy.plate_tally import Tally

NOTHING = np.zeros((0, 4, 2), np.float32)
NO_BOXES = np.zeros((0, 4), np.float32)


def quads(*boxes: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(boxes, np.float32)[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)


PLATE = (100, 100, 200, 150)


@pytest.mark.parametrize(
    ("found", "share", "centred", "false"),
    [
        (quads(PLATE), 1, 1, 0),
        (NOTHING, 0, 0, 0),
        (quads((130, 110, 170, 140)), 0, 1, 0),
        (quads((300, 300, 400, 350)), 0, 0, 1),
        (quads(PLATE, (300, 300, 400, 350), (0, 0, 9, 9)), 1, 1, 2),
    ],
    ids=["right", "nothing", "too small", "elsewhere", "right and elsewhere"],
)
def test_finds_against_one_true_plate(found, share, centred, false):
    tally = Tally()
    tally.add(quads(PLATE), found, NO_BOXES, corners_known=True)
    got = tally.finding()
    assert (got.found_share, got.centred_share, got.false_a_picture) == (share, centred, false)


def test_a_find_in_an_unsure_place_is_neither_right_nor_wrong():
    tally = Tally()
    tally.add(NOTHING, quads(PLATE), np.array([(90, 90, 210, 160)], np.float32), corners_known=True)
    assert tally.finding().false_a_picture == 0


def test_corner_errors_are_shares_of_the_plates_width():
    tally = Tally()
    tally.add(quads(PLATE), quads(PLATE) + np.float32(3), NO_BOXES, corners_known=True)
    median, high = tally.finding().corner_error
    assert median == high == pytest.approx(np.hypot(3, 3) / 100)


def test_loose_boxes_say_nothing_of_corners():
    tally = Tally()
    tally.add(quads(PLATE), quads(PLATE), NO_BOXES, corners_known=False)
    assert tally.finding().corner_error is None

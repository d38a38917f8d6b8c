"""Finding plates: corners come back in the picture's own pixels, and a wrong file is refused in words."""

import numpy as np
import pytest
from pydantic import ValidationError

from vision.errors import ModelError
from vision.plates.finder import PlateFinder, PlateQuads, decode, distinct
from vision.plates.finder_card import FinderCard


def test_a_plate_is_found_with_its_corners_clockwise_from_the_top_left(finder, black_with):
    found = finder.find([black_with((64, 64), (22, 26, 46, 42))])[0]
    assert len(found) == 1
    assert found.score[0] == pytest.approx(1, abs=0.02)
    np.testing.assert_allclose(found.quad_px[0], [(22, 26), (46, 26), (46, 42), (22, 42)], atol=0.5)


def test_corners_come_back_in_the_pixels_of_a_larger_picture(finder, black_with):
    found = finder.find([black_with((640, 320), (200, 130, 440, 290))])[0]
    np.testing.assert_allclose(found.quad_px[0], [(200, 130), (440, 130), (440, 290), (200, 290)], atol=25)


def test_several_pictures_keep_their_order(finder, black_with):
    empty, one = black_with((64, 64)), black_with((64, 64), (22, 26, 46, 42))
    assert [len(found) for found in finder.find([empty, one, empty] * 4)] == [0, 1, 0] * 4


def test_two_plates_in_one_picture(finder, black_with):
    found = finder.find([black_with((64, 64), (4, 4, 28, 20), (36, 40, 60, 56))])[0]
    assert len(found) == 2


def test_nothing_is_found_in_nothing(finder, black_with):
    assert len(finder.find([black_with((64, 64))])[0]) == 0
    assert finder.find([]) == []


def test_what_scores_less_than_doubtful_is_not_found(finder, black_with):
    assert len(finder.find([black_with((64, 64), (22, 26, 46, 42), level=70)])[0]) == 0
    assert len(finder.find([black_with((64, 64), (22, 26, 46, 42), level=120)])[0]) == 1


def test_numbers_that_are_not_finite_find_nothing():
    raw = np.ones((13, 16, 16), np.float32)
    raw[3, 2, 2] = np.nan
    assert len(decode(raw, 4, 0.5)) == 0


def test_corners_that_go_round_the_wrong_way_are_no_plate():
    raw = np.zeros((13, 16, 16), np.float32)
    raw[0, 8, 8] = 0.9
    raw[1:9] = np.array([10, -5, -10, -5, -10, 5, 10, 5], np.float32).reshape(8, 1, 1)
    assert len(decode(raw, 4, 0.5)) == 0
    raw[1:9] = np.array([-10, -5, 10, -5, 10, 5, -10, 5], np.float32).reshape(8, 1, 1)
    assert len(decode(raw, 4, 0.5)) == 1


def test_a_network_of_another_picture_size_is_refused(write_network, card):
    with pytest.raises(ModelError, match=r"input: wanted \(any, 3, 64, 64\), found .*96"):
        PlateFinder.open(write_network(side_px=96), card)


def test_a_network_that_gives_something_else_is_refused(write_network, card):
    with pytest.raises(ModelError, match=r"wanted \(1, 13, 16, 16\), found \(1, 5, 16, 16\)"):
        PlateFinder.open(write_network(outputs=5), card)


def test_a_file_that_is_not_the_cards_is_refused(write_network, card):
    with pytest.raises(ModelError, match="wanted sha256"):
        PlateFinder.open(write_network(), card.model_copy(update={"sha256": "0" * 64}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"thresholds": {"sure": 0.2, "doubtful": 0.4}}, "wanted doubtful <= sure, found 0.4 > 0.2"),
        ({"stride_px": 0}, "stride_px"),
        ({"colour": "rgb"}, "colour"),
        ({"task": "helmet"}, "task"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(card, change, words):
    with pytest.raises(ValidationError, match=words):
        FinderCard.model_validate(card.model_dump() | change)


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match=r"PlateQuads.quad_px: wanted shape \(2, 4, 2\)"):
        PlateQuads(np.zeros((1, 4, 2), np.float32), np.zeros(2, np.float32))


def test_joined_parts_stand_best_first():
    def one(score: float) -> PlateQuads:
        return PlateQuads(np.full((1, 4, 2), score, np.float32), np.array([score], np.float32))

    assert PlateQuads.joined([one(0.2), one(0.9), one(0.5)]).score.tolist() == pytest.approx([0.9, 0.5, 0.2])
    assert len(PlateQuads.joined([])) == 0


def quads(*boxes_and_scores: tuple[float, float, float, float, float]) -> PlateQuads:
    rows = np.array(boxes_and_scores, np.float32)
    return PlateQuads(rows[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2), rows[:, 4])


@pytest.mark.parametrize(
    ("other", "stays"),
    [
        ((102, 101, 201, 151, 0.8), False),
        ((110, 110, 150, 140, 0.8), False),
        ((110, 110, 150, 140, 0.95), True),
        ((170, 100, 270, 150, 0.8), True),
        ((100, 160, 200, 210, 0.8), True),
        ((140, 120, 150, 126, 0.8), True),
    ],
    ids=["the same", "characters in it", "better than it", "beside it", "below it", "far smaller"],
)
def test_every_plate_keeps_one_quad(other, stays):
    found = distinct(quads((100, 100, 200, 150, 0.9), other), 0.3)
    assert (len(found) == 2) is stays

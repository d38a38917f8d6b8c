import numpy as np
import pytest

from vision.detect.card import Head
from vision.detect.heads import cells, decode

SIZE_PX = (96, 64)
VEHICLES, PERSON = np.array([1, 2]), np.array([0])
BOX = [10.0, 20.0, 40.0, 44.0]


def yolox(cell: int, stride_px: int, corner: tuple[int, int], box: list[float], scores: list[float]) -> np.ndarray:
    """One row of a raw YOLOX output that stands for `box`; `scores` = objectness, then classes."""
    raw = np.zeros((cells(SIZE_PX), 5 + len(scores) - 1), np.float32)
    middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]) / stride_px - corner
    size = np.log(np.array([box[2] - box[0], box[3] - box[1]]) / stride_px)
    raw[cell] = [*middle, *size, *scores]
    return raw


def yolo(rows: list[list[float]]) -> np.ndarray:
    return np.array(rows, np.float32).T


@pytest.mark.parametrize(
    ("cell", "stride_px", "corner"),
    [(0, 8, (0, 0)), (12 + 5, 8, (5, 1)), (96 + 6 * 2 + 3, 16, (3, 2)), (96 + 24 + 3 + 2, 32, (2, 1))],
)
def test_yolox_cells_are_counted_row_by_row_level_by_level(cell, stride_px, corner):
    found = decode(Head.YOLOX, yolox(cell, stride_px, corner, BOX, [0.5, 0.1, 0.8, 0.2]), [VEHICLES], 0.3, SIZE_PX)
    np.testing.assert_allclose(found.xyxy_px, [BOX], atol=1e-3)
    np.testing.assert_allclose(found.score, [0.4], rtol=1e-6)
    assert found.label.tolist() == [1]


def test_yolo_gives_middle_and_size_in_pixels():
    found = decode(Head.YOLO, yolo([[25, 32, 30, 24, 0.1, 0.2, 0.7], [1, 1, 1, 1, 0, 0, 0]]), [VEHICLES], 0.3, SIZE_PX)
    np.testing.assert_allclose(found.xyxy_px, [BOX])
    np.testing.assert_allclose(found.score, [0.7])
    assert found.label.tolist() == [2]


def test_end2end_rows_are_taken_as_they_are_and_unwanted_classes_dropped():
    raw = np.array([[*BOX, 0.9, 2], [*BOX, 0.8, 5], [*BOX, 0.2, 1], [*BOX, 0.5, 0]], np.float32)
    found = decode(Head.YOLO_END2END, raw, [VEHICLES, PERSON], 0.3, SIZE_PX)
    assert found.label.tolist() == [2, 0]
    np.testing.assert_allclose(found.score, [0.9, 0.5])


def test_one_place_gives_the_best_of_each_group_of_rivals():
    found = decode(Head.YOLO, yolo([[25, 32, 30, 24, 0.9, 0.4, 0.6]]), [VEHICLES, PERSON], 0.3, SIZE_PX)
    assert sorted(found.label.tolist()) == [0, 2]
    assert found.score.tolist() == pytest.approx([0.6, 0.9])


def test_a_class_nobody_asked_for_does_not_hide_a_wanted_one():
    found = decode(Head.YOLO, yolo([[25, 32, 30, 24, 0.9, 0.4, 0.1]]), [VEHICLES], 0.3, SIZE_PX)
    assert found.label.tolist() == [1]


def test_the_least_score_itself_is_enough():
    raw = yolo([[25, 32, 30, 24, 0, 0.5, 0], [25, 32, 30, 24, 0, 0.499, 0]])
    assert len(decode(Head.YOLO, raw, [VEHICLES], 0.5, SIZE_PX).score) == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("column", range(5))
def test_numbers_that_are_not_finite_never_become_a_candidate(bad, column):
    raw = yolo([[25, 32, 30, 24, 0, 0.5, 0], [25, 32, 30, 24, 0, 0.6, 0]])
    raw[column if column < 4 else 5, 1] = bad
    found = decode(Head.YOLO, raw, [VEHICLES], 0.3, SIZE_PX)
    assert np.isfinite(found.xyxy_px).all()
    assert np.isfinite(found.score).all()
    assert found.score.max() <= 1


def test_a_wild_yolox_size_is_dropped_without_a_warning():
    raw = yolox(0, 8, (0, 0), BOX, [0.9, 0, 0.9, 0])
    raw[0, 2] = 1e6
    assert len(decode(Head.YOLOX, raw, [VEHICLES], 0.3, SIZE_PX).score) == 0


def test_a_huge_finite_box_is_held_within_bounds_that_no_area_overflows():
    found = decode(Head.YOLO, yolo([[0, 0, 1e30, 1e30, 0, 0.5, 0]]), [VEHICLES], 0.3, SIZE_PX)
    assert np.abs(found.xyxy_px).max() <= 1e6


def test_boxes_without_area_are_dropped():
    assert len(decode(Head.YOLO, yolo([[5, 5, 0, 4, 0, 0.5, 0]]), [VEHICLES], 0.3, SIZE_PX).score) == 0


def test_scores_of_quantised_networks_are_held_to_one():
    assert decode(Head.YOLO, yolo([[5, 5, 4, 4, 0, 1.004, 0]]), [VEHICLES], 0.3, SIZE_PX).score.tolist() == [1]


@pytest.mark.parametrize(
    ("head", "shape"), [(Head.YOLOX, (126, 8)), (Head.YOLO, (7, 126)), (Head.YOLO_END2END, (0, 6))]
)
def test_nothing_found_gives_no_candidate(head, shape):
    found = decode(head, np.zeros(shape, np.float32), [VEHICLES, PERSON], 0.1, SIZE_PX)
    assert (found.xyxy_px.shape, found.score.shape, found.label.shape) == ((0, 4), (0,), (0,))

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.detect.suppress import MOST_CANDIDATES, overlap_iou, suppress


def plain_suppress(xyxy: np.ndarray, score: np.ndarray, group: np.ndarray, iou: float) -> list[int]:
    """The textbook: take the best, drop what it covers, go on."""
    overlaps, kept = overlap_iou(xyxy, xyxy), list[int]()
    for row in sorted(range(len(score)), key=lambda row: (-score[row], row)):
        if all(group[row] != group[k] or overlaps[row, k] <= iou for k in kept):
            kept.append(row)
    return kept


def boxes(rng: np.random.Generator, count: int) -> np.ndarray:
    corner = rng.uniform(0, 100, (count, 2))
    return np.concatenate([corner, corner + rng.uniform(1, 60, (count, 2))], axis=1).astype(np.float32)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 200), groups=st.integers(1, 4), iou=st.floats(0, 1))
def test_the_blocks_give_what_the_textbook_gives(seed, count, groups, iou):
    rng = np.random.default_rng(seed)
    xyxy, group = boxes(rng, count), rng.integers(0, groups, count)
    score = rng.choice(np.linspace(0.1, 0.9, 40), count).astype(np.float32)  # with equal scores among them
    assert suppress(xyxy, score, group, iou).tolist() == plain_suppress(xyxy, score, group, iou)


def test_only_boxes_of_one_group_cover_each_other():
    xyxy = np.array([[0, 0, 10, 10], [0, 0, 10, 10], [0, 0, 10, 9]], np.float32)
    score = np.array([0.5, 0.9, 0.8], np.float32)
    assert suppress(xyxy, score, np.array([1, 2, 2]), 0.5).tolist() == [1, 0]


def test_a_dropped_box_drops_nobody():
    xyxy = np.array([[0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10]], np.float32)
    score = np.array([0.9, 0.8, 0.7], np.float32)
    assert suppress(xyxy, score, np.zeros(3, np.int64), 0.3).tolist() == [0, 2]


def test_a_flood_of_boxes_is_cut_to_the_best():
    count = MOST_CANDIDATES + 500
    corner = np.stack([np.arange(count) * 10.0, np.zeros(count)], axis=1)
    xyxy = np.concatenate([corner, corner + 5], axis=1).astype(np.float32)
    score = np.linspace(0.1, 0.9, count, dtype=np.float32)
    kept = suppress(xyxy, score, np.zeros(count, np.int64), 0.5)
    assert kept.tolist() == list(range(count - 1, count - 1 - MOST_CANDIDATES, -1))


@pytest.mark.parametrize(
    ("other", "iou"),
    [([0, 0, 10, 10], 1), ([5, 0, 15, 10], 1 / 3), ([10, 0, 20, 10], 0), ([50, 50, 60, 60], 0), ([0, 0, 0, 0], 0)],
)
def test_overlap(other, iou):
    found = overlap_iou(np.array([[0, 0, 10, 10]], np.float32), np.array([other], np.float32))
    np.testing.assert_allclose(found, [[iou]], rtol=1e-6)

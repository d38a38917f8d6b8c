import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy.plates import Read, _joined, as_markdown, main, peer, score
from benchmarks.errors import BenchmarkError
from models.datasets.plates.garage import Crop


def crop(name, text, lines, truth):
    return Crop(Path(name), text, lines, truth)


CROPS = [
    crop("1.jpg", "51F88270", 1, "51F88270"),
    crop("2.jpg", "59A112345", 2, "59A112345"),
    crop("3.jpg", "59A712345", 2, "59A112345"),
    crop("4.jpg", "59A112340", 2, None),
    crop("5.jpg", "59A112349", 2, "59A112349"),
]
READS = [
    Read("51F88270", True, 3.0),
    Read("59A112345", True, 3.0),
    Read("59A112345", True, 3.0),
    Read("59A112340", False, 3.0),
    Read("59A112344", True, 5.0),
]


def test_a_reading_that_shows_a_label_fault_is_right_in_the_corrected_figure_only():
    found = score("ngatu", "all", CROPS, READS)
    assert found.crops == 5
    assert found.exact_as_is == pytest.approx(3 / 5)
    assert found.exact_corrected == pytest.approx(3 / 4)


def test_what_was_held_back_is_not_among_the_given():
    found = score("ngatu", "all", CROPS, READS)
    assert found.given == pytest.approx(4 / 5)
    assert found.given_wrong_as_is == pytest.approx(2 / 4)
    assert found.given_wrong_corrected == pytest.approx(1 / 4)
    assert found.median_ms == 3.0


@pytest.mark.parametrize(("shape", "crops"), [("one line", 1), ("two lines", 4), ("all", 5)])
def test_one_line_and_two_lines_are_told_apart(shape, crops):
    assert score("ngatu", shape, CROPS, READS).crops == crops


def test_the_table_has_a_row_for_each_shape():
    text = as_markdown([score("ngatu", shape, CROPS, READS) for shape in ("one line", "all")])
    assert "| ngatu | one line | 1 | 100.0 | 100.0 | 100.0 | 0.00 | 0.00 | 3.0 |" in text


class Found:
    txts = ("965.77", "59-Đ1")
    boxes = np.array([[[0, 50], [9, 50], [9, 90], [0, 90]], [[0, 5], [9, 5], [9, 45], [0, 45]]])


class Nothing:
    txts = None
    boxes = None


def test_the_peers_lines_are_joined_from_top_to_bottom_without_marks():
    assert _joined(Found()) == "59D196577"
    assert _joined(Nothing()) == ""


def test_without_data_the_benchmark_ends_with_a_sentence(monkeypatch):
    monkeypatch.delenv("NGATU_TEST_DATA", raising=False)
    with pytest.raises(BenchmarkError, match="NGATU_TEST_DATA: wanted the folder"):
        main([])


def test_without_the_peer_installed_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(BenchmarkError, match="pip install rapidocr"):
        peer()

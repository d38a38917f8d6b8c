"""The report every trainer writes at its end."""

import base64
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from models.errors import ModelsError
from models.train.chart import curve_svg, ticks
from models.train.report import write_report

LOSS = "sai số · loss per picture"
RED = np.full((40, 60, 3), (0, 0, 255), np.uint8)


def report(out, **more):
    given = {"facts": {"sets": "drawn: 12"}, "curves": {LOSS: [(16, 9.0), (32, 4.5)]}, "pictures": [("one", RED)]}
    return write_report(out, "Máy dò · Detector", **(given | more))


def test_the_report_needs_nothing_beside_it_and_says_all_it_was_given(tmp_path):
    file = report(tmp_path / "run")
    text = file.read_text("utf-8")
    assert file == tmp_path / "run/report.html"
    for part in ("Máy dò · Detector", "drawn: 12", LOSS, "one", "số hình đã xem · pictures shown"):
        assert part in text
    assert not re.search(r"""(src|href)=(?!"data:)""", text)
    assert "<script" not in text
    assert [one.name for one in file.parent.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("picture", "size"),
    [(RED, (40, 60)), (RED[..., 0], (40, 60)), (np.zeros((2000, 500, 3), np.uint8), (1280, 320))],
    ids=["colour", "grey", "large"],
)
def test_pictures_lie_inside_the_report_large_ones_shrunk(tmp_path, picture, size):
    text = report(tmp_path, pictures=[("one", picture)]).read_text("utf-8")
    [content] = re.findall(r"data:image/jpeg;base64,([^\"]+)", text)
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(content), np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape[:2] == size
    assert abs(shown.mean(axis=(0, 1)) - np.atleast_1d(picture.mean(axis=(0, 1)))).max() < 3


def test_words_from_outside_stay_words(tmp_path):
    evil = "<script>alert(1)</script>"
    text = report(tmp_path, facts={evil: evil}, curves={evil: [(0, 1)]}, pictures=[(evil, RED)]).read_text("utf-8")
    assert "<script" not in text
    assert text.count("&lt;script&gt;") >= 4


def test_a_part_without_content_says_so(tmp_path):
    text = report(tmp_path, facts={}, curves={}, pictures=[]).read_text("utf-8")
    assert text.count("không có · none") == 3


def test_a_writer_that_dies_half_way_leaves_the_report_before_it(tmp_path, monkeypatch):
    before = report(tmp_path).read_bytes()

    def half(self, text, *_):
        self.write_bytes(text.encode()[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(ModelsError, match=r"report\.html: the report cannot be written: .*No space left"):
        report(tmp_path, facts={"new": "run"})
    assert (tmp_path / "report.html").read_bytes() == before


def points_of(svg):
    """Pixel places of the curve, x to the right and y down; the drawing must be sound XML."""
    line = ElementTree.fromstring(svg).find("polyline")
    return np.array([[float(one) for one in pair.split(",")] for pair in line.get("points").split()])


def test_a_falling_loss_falls_on_the_picture_and_fills_it():
    x, y = points_of(curve_svg("loss", [(0, 8.0), (50, 4.0), (100, 0.0)], "steps")).T
    assert x.tolist() == [64, 306, 548]
    assert y.tolist() == [12, 112, 212]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], "no points yet"),
        ([(1, math.nan), (2, math.inf)], "2 points that are no numbers"),
        ([(1, math.nan), (2, 5.0), (3, 4.0)], "1 points that are no numbers"),
    ],
)
def test_missing_and_burst_values_are_said(points, said):
    assert said in curve_svg("loss", points, "steps")


def test_values_that_never_change_and_a_single_point_are_drawn():
    assert len(points_of(curve_svg("rate", [(0, 5.0), (9, 5.0)], "steps"))) == 2
    assert "<circle" in curve_svg("rate", [(3, 0.0)], "steps")


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (1600, 31200, [10000, 20000, 30000]),
        (-0.3, 0.3, [-0.2, 0, 0.2]),
        (4.67, 4.89, [4.7, 4.75, 4.8, 4.85]),
    ],
)
def test_numbers_at_the_axes_are_round(low, high, found):
    assert ticks(low, high) == pytest.approx(found)

import json

import numpy as np
import pytest

from benchmarks.accuracy import lamps
from benchmarks.accuracy.lamps import Score, as_markdown, confusion, main, score
from benchmarks.errors import BenchmarkError
from models.datasets.lamp_regions import HeadPicture
from vision.events.lamps import Lamp
from vision.lamps.reader import LampReading

SAID = {0: (Lamp.UNKNOWN, Lamp.RED), 50: (Lamp.RED, Lamp.RED), 100: (Lamp.GREEN, Lamp.GREEN)}


class ReadsBrightness:
    """Says of each region what its grey stands for; 0 is doubt about a red."""

    def read(self, image, regions_px):
        state, likeliest = SAID[int(image.max())]
        return [LampReading(state, 0.9, likeliest)] * len(regions_px)


def head(grey, state):
    return HeadPicture(np.full((30, 30, 3), grey, np.uint8), (10.0, 5.0, 18.0, 25.0), state, "1.jpg")


def test_doubts_are_abstentions_and_reds_without_a_head_are_wrong_reds():
    heads = [
        head(50, Lamp.RED), head(50, Lamp.RED), head(0, Lamp.RED), head(100, Lamp.GREEN), head(100, Lamp.YELLOW),
        head(50, Lamp.UNKNOWN), head(0, Lamp.UNKNOWN),
    ]  # fmt: skip
    found = score(ReadsBrightness(), heads, "set", 0.3)
    assert (found.heads, found.given, found.given_right, found.likeliest_right) == (5, 4, 3, 4)
    assert (found.empty, found.empty_claimed, found.empty_red) == (2, 1, 1)
    assert found.red_precision == pytest.approx(2 / 3)
    assert found.confusion == {"red>red": 2, "red>unknown": 1, "green>green": 1, "yellow>green": 1}
    assert "25.0%" in as_markdown([found])
    assert "| yellow | 0 | 0 | 1 | 0 | 0 |" in confusion([found])


def test_no_red_said_has_no_precision():
    nothing = Score("set", 0.0, 1, 0, 0, 0, 0, 0, 0, 0, 0, {})
    assert nothing.red_precision is None
    assert "none said" in as_markdown([nothing])


def test_without_data_the_command_says_what_it_wants(monkeypatch):
    monkeypatch.delenv("NGATU_TEST_DATA", raising=False)
    with pytest.raises(BenchmarkError, match="NGATU_TEST_DATA"):
        main([])


def test_the_command_scores_the_shipped_reader(real_data, monkeypatch, capsys):
    monkeypatch.setattr(lamps, "LOOSENESS", (0.3,))
    main(["--json"])
    document = json.loads(capsys.readouterr().out)
    assert [one["data"] for one in document["lamps"]] == ["lamps/korea", "lamps/indonesia"]
    assert all(one["given_right"] > 0.9 * one["given"] > 0 for one in document["lamps"])

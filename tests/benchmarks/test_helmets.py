import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.accuracy import helmets
from benchmarks.accuracy.helmets import WEIGHTS, as_markdown, main, score
from benchmarks.errors import BenchmarkError
from models.train.helmet_score import Answers
from vision.detect.card_file import load_card
from vision.riders.card import HeadState, HelmetCard

HELMET, NONE, UNSURE = range(3)


@pytest.fixture(scope="module")
def card():
    shipped = load_card(WEIGHTS.with_suffix(".card.yaml"), HelmetCard)
    limits = shipped.thresholds.model_copy(update={"none": 0.5, "helmet": 0.5})
    return shipped.model_copy(update={"thresholds": limits})


def answers(*heads):
    """(class said, chance, true class), each at a place of its own; true None: no head there."""
    places = np.array([[20 * x, 0, 20 * x + 10, 10] for x in range(len(heads))], np.float32)
    true = [row for row, head in enumerate(heads) if head[2] is not None]
    return Answers(
        places,
        np.array([np.eye(3)[head[0]] * head[1] for head in heads], np.float32),
        places[true],
        np.array([heads[row][2] for row in true]),
        np.zeros((0, 4), np.float32),
    )


def test_a_bare_head_said_of_a_doubtful_cover_is_wrong_and_one_under_the_threshold_is_not_said(card):
    said = answers((NONE, 0.9, NONE), (NONE, 0.8, UNSURE), (NONE, 0.4, NONE), (NONE, 0.3, None))
    found = score([said], card, HeadState.NONE, 0.5)
    assert (found.heads, found.said) == (2, 2)
    assert found.precision == pytest.approx(0.5)
    assert found.recall == pytest.approx(0.5)
    assert found.precision_at_recall == pytest.approx(2 / 3)


def test_a_helmet_said_of_a_doubtful_cover_counts_for_nothing(card):
    found = score([answers((HELMET, 0.9, UNSURE), (HELMET, 0.8, HELMET))], card, HeadState.HELMET, 0.5)
    assert (found.said, found.precision) == (1, 1.0)


def test_what_is_never_reached_is_said_so(card):
    missed = answers((NONE, 0.9, None), (NONE, 0.8, NONE))
    missed = replace(missed, said_px=missed.said_px[:0], chances=missed.chances[:0])
    found = score([missed], card, HeadState.NONE, 0.5)
    assert "not reached" in as_markdown([found])
    assert "none said" in as_markdown([found])


def test_without_data_the_command_says_what_it_wants(monkeypatch):
    monkeypatch.delenv("NGATU_TEST_DATA", raising=False)
    with pytest.raises(BenchmarkError, match="NGATU_TEST_DATA"):
        main([])


def test_the_command_scores_the_shipped_reader(real_data, monkeypatch, capsys):
    monkeypatch.setattr(helmets, "IOUS", (0.4,))
    main(["--json"])
    document = json.loads(capsys.readouterr().out)
    assert [one["state"] for one in document["helmets"]] == ["helmet"] * 2 + ["none"] * 2
    assert all(one["heads"] > 50 for one in document["helmets"])

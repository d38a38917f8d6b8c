"""Heads said against true heads."""

import numpy as np
import pytest

from models.train.helmet_score import Answers, Ranked, lowest_sure, ranked, told_apart

HELMET, NONE, UNSURE = range(3)


def boxes(*left):
    return np.array([[x, 0, x + 10, 10] for x in left], np.float32).reshape(-1, 4)


def answers(said, true, unclear=()):
    """said: (left, class, chance); true: (left, state)."""
    return Answers(
        boxes(*(one[0] for one in said)),
        np.array([np.eye(3)[one[1]] * one[2] for one in said], np.float32).reshape(-1, 3),
        boxes(*(one[0] for one in true)),
        np.array([one[1] for one in true], np.int64),
        boxes(*unclear),
    )


@pytest.mark.parametrize(
    ("said", "true", "right"),
    [
        ([(0, NONE, 0.9)], [(1, NONE)], [True]),
        ([(0, NONE, 0.9)], [(7, NONE)], [False]),
        ([(0, NONE, 0.9)], [(0, HELMET)], [False]),
        ([(0, NONE, 0.9)], [], [False]),
        ([(0, NONE, 0.6), (1, NONE, 0.9)], [(0, NONE)], [True, False]),
        ([(0, HELMET, 0.9)], [(0, NONE)], [True]),
    ],
    ids=["near", "beside", "other class", "nothing there", "twice", "said as the last thing it could be"],
)
def test_each_true_head_counts_once_for_the_surest_answer(said, true, right):
    assert ranked([answers(said, true)], NONE, 0.5).right.tolist() == right


def test_a_doubtful_cover_counts_for_nothing_as_helmet_and_as_wrong_when_called_bare():
    doubtful = [(0, UNSURE)]
    assert ranked([answers([(0, HELMET, 0.9)], doubtful)], HELMET, 0.5, neutral=(UNSURE,)).right.tolist() == []
    assert ranked([answers([(0, NONE, 0.9)], doubtful)], NONE, 0.5).right.tolist() == [False]


def test_where_heads_were_not_marked_nothing_counts():
    assert ranked([answers([(30, NONE, 0.9)], [], unclear=(28,))], NONE, 0.5).right.tolist() == []


def test_precision_and_recall_follow_the_rank():
    said = ranked([answers([(0, NONE, 0.9), (40, NONE, 0.8), (80, NONE, 0.7)], [(0, NONE), (80, NONE)])], NONE, 0.5)
    assert said.precision().tolist() == pytest.approx([1, 1 / 2, 2 / 3])
    assert said.recall().tolist() == pytest.approx([0.5, 0.5, 1])
    assert said.precision_at(0.9) == pytest.approx(2 / 3)
    assert said.at(0.85) == (1.0, 0.5, 1)
    assert said.at(0.95) == (None, 0.0, 0)


def test_a_recall_nobody_reaches_has_no_precision():
    assert ranked([answers([], [(0, NONE)])], NONE, 0.5).precision_at(0.9) is None


def test_the_threshold_is_the_lowest_that_keeps_its_target():
    right = np.array([True] * 30 + [False] + [True] * 10 + [False] * 10)
    said = Ranked(np.linspace(0.9, 0.4, len(right)), right, 60)
    lowest = lowest_sure(said, 0.95)
    precision, _, number = said.at(lowest)
    assert precision is not None
    assert precision >= 0.95
    assert number == 42


def test_few_answers_are_no_proof():
    assert lowest_sure(Ranked(np.linspace(0.9, 0.8, 5), np.ones(5, bool), 5), 0.95) == 0.98


def test_heads_found_are_told_apart_by_their_true_class():
    one = answers([(0, HELMET, 0.9), (40, NONE, 0.3)], [(0, HELMET), (40, HELMET), (80, NONE)])
    assert told_apart([one], 0.5, 3).tolist() == [[1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_answers_that_touch_no_marked_head_can_be_left_out():
    said = answers([(0, NONE, 0.9), (50, NONE, 0.8), (84, NONE, 0.7)], [(0, NONE), (80, HELMET)])
    assert ranked([said], NONE, 0.5).right.tolist() == [True, False, False]
    assert ranked([said], NONE, 0.5, marked_only=True).right.tolist() == [True, False]


def test_one_wrong_answer_is_allowed_however_few_there_are_but_not_two():
    chance = np.linspace(0.95, 0.6, 18)
    one, two = np.ones(18, bool), np.ones(18, bool)
    one[2], two[[2, 9]] = False, False
    assert lowest_sure(Ranked(chance, one, 18), 0.95) == pytest.approx(0.6)
    assert lowest_sure(Ranked(chance, two, 18), 0.95) == 0.98

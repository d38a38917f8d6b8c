from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.plates.ctc import BLANK, chance_of, greedy, peaks

CLASSES = 3


def said_by(path):
    """What an alignment says, by the definition: runs joined, then blanks dropped."""
    return tuple(code for code, _ in groupby(path) if code != BLANK)


def by_enumeration(chances):
    """Every text with its chance, from every alignment one by one."""
    texts: dict[tuple[int, ...], float] = {}
    for path in product(range(CLASSES), repeat=len(chances)):
        chance = float(np.prod([chances[column, code] for column, code in enumerate(path)]))
        texts[said_by(path)] = texts.get(said_by(path), 0.0) + chance
    return texts


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), columns=st.integers(1, 5))
def test_the_chance_of_a_text_is_the_sum_over_its_alignments(seed, columns):
    chances = np.random.default_rng(seed).dirichlet(np.ones(CLASSES), columns).astype(np.float32)
    every = by_enumeration(chances)
    assert sum(every.values()) == pytest.approx(1, abs=1e-5)
    for text, chance in every.items():
        assert chance_of(text, chances) == pytest.approx(chance, abs=1e-6)


def test_a_text_too_long_for_the_columns_has_no_chance():
    assert chance_of([1, 1], np.full((2, CLASSES), 1 / 3, np.float32)) == 0


@given(path=st.lists(st.integers(0, CLASSES - 1), min_size=1, max_size=12))
def test_greedy_reads_what_the_likeliest_alignment_says(path):
    assert tuple(greedy(np.array(path))) == said_by(path)


def test_each_character_is_as_sure_as_its_best_column():
    chances = np.array([[0.2, 0.8, 0], [0.1, 0.9, 0], [0.9, 0.1, 0], [0.3, 0.7, 0], [0.4, 0, 0.6]], np.float32)
    assert greedy(chances.argmax(1)) == [1, 1, 2]
    assert peaks(chances) == pytest.approx([0.9, 0.7, 0.6])

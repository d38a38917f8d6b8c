"""Texts out of columns: connectionist temporal classification (Graves et al., ICML 2006), class 0 is blank."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from vision.arrays import F32, F64, I64

BLANK = 0


def greedy(best: I64) -> list[int]:
    """(columns,) the likeliest class of each column → the classes that are read: runs joined, blanks dropped."""
    return [int(code) for before, code in pairwise([BLANK, *best.tolist()]) if code not in (BLANK, before)]


def peak_columns(chances: F32) -> list[int]:
    """(columns, classes) chances → for each character that `greedy` reads the surest column of its run."""
    best = chances.argmax(1)
    found: list[int] = []
    for column, code in enumerate(best.tolist()):
        if code == BLANK:
            continue
        if column and best[column - 1] == code:
            if chances[column, code] > chances[found[-1], code]:
                found[-1] = column
        else:
            found.append(column)
    return found


def peaks(chances: F32) -> list[float]:
    """(columns, classes) chances → for each character that `greedy` reads the highest chance within its run."""
    return [float(chances[column].max()) for column in peak_columns(chances)]


def chance_of(codes: Sequence[int], chances: F32) -> float:
    """The chance, over every alignment, that the columns say exactly `codes`: 0..1."""
    with_blanks = np.full(2 * len(codes) + 1, BLANK)
    with_blanks[1::2] = codes
    can_skip = np.zeros(len(with_blanks), bool)
    can_skip[3::2] = with_blanks[3::2] != with_blanks[1:-2:2]
    spoken: F64 = chances[:, with_blanks].astype(np.float64)
    reached = np.zeros(len(with_blanks))
    reached[:2] = spoken[0, :2]
    for column in spoken[1:]:
        one_back = np.concatenate([[0.0], reached[:-1]])
        two_back = np.concatenate([[0.0, 0.0], reached[:-2]])[: len(reached)]
        reached = (reached + one_back + np.where(can_skip, two_back, 0.0)) * column
    return float(reached[-2:].sum()) if len(codes) else float(reached[0])

"""From a network's raw numbers to candidate boxes. Whatever scores too little is dropped before any box is computed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np

from vision.arrays import F32, I64
from vision.detect.card import Head

STRIDES_PX = (8, 16, 32)
FARTHEST_PX = np.float32(1e6)
"""Corners are held within this, so that no area overflows."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Row i of every column describes the same box.

    xyxy_px    (n, 4) float32  pixels of the network's input; may reach beyond its edges
    score      (n,)   float32  0..1
    label      (n,)   int64    the model's own class index
    """

    xyxy_px: F32
    score: F32
    label: I64

    def take(self, rows: I64) -> Self:
        return type(self)(self.xyxy_px[rows], self.score[rows], self.label[rows])


Decode = Callable[[F32, Sequence[I64], float, tuple[int, int]], Candidates]


def decode(
    head: Head, raw: F32, rivals: Sequence[I64], least_score: float, input_size_px: tuple[int, int]
) -> Candidates:
    """Candidates of one picture.

    raw             one picture's output, without the batch axis; its shape is `Head`'s
    rivals          groups of class indices; each place of the network gives at most one box per group, that of the
                    group's best class. Classes in no group are not looked at, however high they score
    input_size_px   (width, height) of the network's input
    Numbers that are not finite never become a candidate.
    """
    candidates = DECODERS[head](raw, rivals, least_score, input_size_px)
    sound = np.isfinite(candidates.xyxy_px)
    sound[:, 2:] &= candidates.xyxy_px[:, 2:] > candidates.xyxy_px[:, :2]
    kept = candidates.take(np.flatnonzero(sound.all(axis=1)))
    corners_px = np.clip(kept.xyxy_px, -FARTHEST_PX, FARTHEST_PX)
    return Candidates(corners_px, np.minimum(kept.score, np.float32(1)), kept.label)


def _yolox(raw: F32, rivals: Sequence[I64], least_score: float, input_size_px: tuple[int, int]) -> Candidates:
    """(N, 5 + C). Score = objectness · class, so objectness alone rules most cells out."""
    possible = np.flatnonzero(raw[:, 4] >= least_score)
    kept = raw[possible]
    rows, label, score = _best([((kept[:, 5 + group] * kept[:, 4:5]).T, group) for group in rivals], least_score)
    grid = _grid(input_size_px)[possible[rows]]
    box = kept[rows, :4]
    middle = (box[:, :2] + grid[:, :2]) * grid[:, 2:]
    with np.errstate(over="ignore"):  # a wild log size becomes inf and is dropped as not finite
        half = np.exp(box[:, 2:]) * grid[:, 2:] / 2
    return Candidates(np.concatenate([middle - half, middle + half], axis=1), score, label)


def _yolo(raw: F32, rivals: Sequence[I64], least_score: float, _input_size_px: tuple[int, int]) -> Candidates:
    """(4 + C, N)."""
    rows, label, score = _best([(raw[4 + group], group) for group in rivals], least_score)
    box = raw[:4, rows].T
    middle, half = box[:, :2], box[:, 2:] / 2
    return Candidates(np.concatenate([middle - half, middle + half], axis=1), score, label)


def _yolo_end2end(raw: F32, rivals: Sequence[I64], least_score: float, _input_size_px: tuple[int, int]) -> Candidates:
    """(K, 6). The network has chosen between its classes already."""
    wanted = np.isin(raw[:, 5], np.concatenate(rivals))
    rows = np.flatnonzero((raw[:, 4] >= least_score) & wanted)
    return Candidates(raw[rows, :4], raw[rows, 4], raw[rows, 5].astype(np.int64))


DECODERS: dict[Head, Decode] = {Head.YOLOX: _yolox, Head.YOLO: _yolo, Head.YOLO_END2END: _yolo_end2end}


def _best(scored: Sequence[tuple[F32, I64]], least_score: float) -> tuple[I64, I64, F32]:
    """Row, class and score wherever the best class of a group reaches `least_score`.

    `scored` holds, per group, its (c, n) scores and its (c,) class indices.
    """
    parts = []
    for scores, group in scored:
        rows = np.flatnonzero(scores.max(axis=0, initial=0) >= least_score)
        possible = scores[:, rows]
        parts.append((rows, group[possible.argmax(axis=0)], possible.max(axis=0, initial=0)))
    rows, label, score = (np.concatenate(column) for column in zip(*parts, strict=True))
    return rows, label, score


@lru_cache(maxsize=16)
def _grid(input_size_px: tuple[int, int]) -> F32:
    """(N, 3) column, row and stride in px of every YOLOX cell, in the order of its output."""
    width_px, height_px = input_size_px
    levels = []
    for stride_px in STRIDES_PX:
        rows, columns = np.mgrid[: height_px // stride_px, : width_px // stride_px]
        levels.append(np.stack([columns, rows, np.full_like(rows, stride_px)], axis=-1).reshape(-1, 3))
    return np.concatenate(levels).astype(np.float32)


def cells(input_size_px: tuple[int, int]) -> int:
    """How many boxes an anchor-free head of strides 8, 16 and 32 gives for this input size."""
    width_px, height_px = input_size_px
    return sum((width_px // stride_px) * (height_px // stride_px) for stride_px in STRIDES_PX)

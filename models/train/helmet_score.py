"""How well heads are found and told apart: matching, precision along recall, thresholds. No torch in here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.datasets.heads import RiderPicture, inside
from vision.arrays import F32, F64, I64, Bool
from vision.detect.suppress import overlap_iou
from vision.riders.card import HEAD_STATES
from vision.riders.helmets import HelmetReader

TOUCHED = 0.1
"""IoU from which on an answer speaks of a true head at all."""
FEWEST = 15
"""Under so many answers a share says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Heads said of one picture against the true ones.

    said_px   (n, 4) boxes, chances (n, classes) of each class there
    true_px   (m, 4) boxes, states (m,) true class
    unclear_px  regions where heads may be that nobody marked: what is said there counts for nothing
    """

    said_px: F32
    chances: F32
    true_px: F32
    states: I64
    unclear_px: F32


def answers_of(reader: HelmetReader, picture: RiderPicture, *, guessed: bool = False) -> Answers:
    """What the reader says of the riders that have a box (with `guessed`: also of those a head stands for).

    True heads that lie in none of these are not asked for.
    """
    riders = picture.riders_px if guessed else picture.riders_px[~picture.guessed]
    asked = np.array([inside(head, riders).any() for head in picture.heads_px], np.bool_)
    heads = [head for found in reader.read(picture.image, riders) for head in found]
    return Answers(
        np.array([head.box_px for head in heads], np.float32).reshape(-1, 4),
        np.array([head.chances for head in heads], np.float32).reshape(-1, len(HEAD_STATES)),
        picture.heads_px[asked],
        picture.states[asked],
        np.concatenate([picture.unclear_px, picture.heads_px[~asked]]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """What is said of one class, the surest first: its chance, and whether it was right. truths: true heads of it."""

    chance: F64
    right: Bool
    truths: int

    def precision(self) -> F64:
        return np.asarray(np.cumsum(self.right) / np.arange(1, len(self.right) + 1), np.float64)

    def recall(self) -> F64:
        return np.asarray(np.cumsum(self.right) / max(1, self.truths), np.float64)

    def precision_at(self, recall: float) -> float | None:
        """The best precision among thresholds that find at least this share; None where none finds so many."""
        reached = self.recall() >= recall
        return float(self.precision()[reached].max()) if reached.any() else None

    def at(self, threshold: float) -> tuple[float | None, float, int]:
        """Precision (None: nothing said), recall and number of answers from this chance on."""
        said = int((self.chance >= threshold).sum())
        if not said:
            return None, 0.0, 0
        return float(self.precision()[said - 1]), float(self.recall()[said - 1]), said


def ranked(
    answers: Sequence[Answers], wanted: int, iou: float, neutral: tuple[int, ...] = (), *, marked_only: bool = False
) -> Ranked:
    """Every head taken for `wanted` as far as its chance goes, matched greedily, the surest first, each truth once.

    Right: it covers a true head of that class by `iou`. Left out: it covers one of a `neutral` class, or lies in an
    unclear region; with `marked_only` also one that touches no true head, as many heads of the set bear no mark.
    Wrong: all else.
    """
    chances, rights = [], []
    for one in answers:
        chance, right = _judged(one, wanted, iou, neutral, TOUCHED if marked_only else 0.0)
        chances.append(chance)
        rights.append(right)
    chance = np.concatenate(chances) if chances else np.zeros(0, np.float32)
    order = np.argsort(-chance, kind="stable")
    right = np.concatenate(rights) if rights else np.zeros(0, np.bool_)
    return Ranked(chance[order].astype(np.float64), right[order], sum(int((o.states == wanted).sum()) for o in answers))


def _judged(one: Answers, wanted: int, iou: float, neutral: tuple[int, ...], touched: float) -> tuple[F32, Bool]:
    rows = np.argsort(-one.chances[:, wanted], kind="stable")
    overlaps = overlap_iou(one.said_px[rows], one.true_px)
    unmarked = overlaps.max(axis=1, initial=0.0) < touched
    taken = np.zeros(len(one.true_px), np.bool_)
    kept: list[int] = []
    right: list[bool] = []
    for at, row in enumerate(rows):
        fits = (overlaps[at] >= iou) & ~taken
        hits = fits & (one.states == wanted)
        if hits.any():
            taken[np.argmax(np.where(hits, overlaps[at], -1))] = True
        elif unmarked[at] or (fits & np.isin(one.states, neutral)).any() or _unclear(one.said_px[row], one.unclear_px):
            continue
        kept.append(int(row))
        right.append(bool(hits.any()))
    return one.chances[kept, wanted], np.array(right, np.bool_)


def _unclear(box: F32, regions: F32) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    x1, y1, x2, y2 = regions.T
    return bool(((x1 <= x) & (x <= x2) & (y1 <= y) & (y <= y2)).any())


def lowest_sure(answers: Ranked, target: float, ceiling: float = 0.98) -> float:
    """The lowest threshold with at least `target` right of all that is said; `ceiling` where there is none.

    A single wrong answer is allowed however few there are: of fewer than twenty it would be more than one in twenty.
    """
    if len(answers.right) < FEWEST:
        return ceiling
    wrong = np.cumsum(~answers.right)
    most = np.maximum(1.0, (1 - target) * np.arange(1, len(wrong) + 1) + 1e-9)
    good = np.flatnonzero((wrong <= most)[FEWEST - 1 :])
    return float(answers.chance[FEWEST - 1 + int(good[-1])]) if len(good) else ceiling


def told_apart(answers: Sequence[Answers], iou: float, classes: int) -> I64:
    """(classes, classes + 1) true class against the likeliest class of the head found there; last column: not found."""
    table = np.zeros((classes, classes + 1), np.int64)
    for one in answers:
        overlaps = overlap_iou(one.true_px, one.said_px)
        for truth, row in zip(one.states, overlaps, strict=True):
            found = len(row) > 0 and row.max() >= iou
            table[truth, int(one.chances[int(row.argmax())].argmax()) if found else classes] += 1
    return table

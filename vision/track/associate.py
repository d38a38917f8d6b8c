"""Which detection continues which track: similarity of all pairs that touch, then the best one-to-one choice.

In a swarm nearly all pairs lie apart. Four comparisons rule such a pair out; all else is computed for the rest only,
as a list of pairs, so that the cost follows the number of neighbours and not the square of the objects.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np

from vision.arrays import F32, I8, I64, Bool
from vision.detections import Detections
from vision.track.settings import KindWeights, TrackerSettings
from vision.track.solver import solve

SURE_ROUNDS = 4
FEW_PAIRS = 48
"""Each round takes the pairs that no rival can better; once only these few are left, or after the last round, the rest
goes through the assignment solver."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Row i of every column describes the same possible pair.

    row      (p,) int64    place of the track
    column   (p,) int64    place of the detection
    similar  (p,) float32  0..1
    """

    row: I64
    column: I64
    similar: F32

    def __len__(self) -> int:
        return len(self.row)

    def take(self, rows: Bool) -> Self:
        return type(self)(self.row[rows], self.column[rows], self.similar[rows])


def touching(left_px: F32, right_px: F32) -> tuple[I64, I64]:
    """Places (p,), (p,) in `left_px` (l, 4) and `right_px` (r, 4) of each two boxes that share area, in that order."""
    x1, y1, x2, y2 = np.ascontiguousarray(right_px.T)
    near = left_px[:, 0, None] < x2
    near &= left_px[:, 2, None] > x1
    near &= left_px[:, 1, None] < y2
    near &= left_px[:, 3, None] > y1
    return np.divmod(np.flatnonzero(near), max(len(right_px), 1))


def grown_iou(left_px: F32, right_px: F32, margin_px: F32 | float) -> F32:
    """(p,) IoU of box i of `left_px` (p, 4) with box i of `right_px` after both were grown by `margin_px[i]` on all
    four sides; right only for boxes that share area then.

    Growing keeps an ordering among boxes that do not touch yet (C-BIoU, Yang et al., WACV 2023).
    With a margin of 0 this is the plain IoU.
    """
    grow_px = 2 * margin_px
    shared = _shared_px2(left_px, right_px, grow_px)
    union = _area_px2(left_px, grow_px) + _area_px2(right_px, grow_px) - shared
    iou: F32 = shared / union
    return iou


def similarity(tracks_px: F32, margin_px: F32, track_kind: I8, boxes: Detections, settings: TrackerSettings) -> Pairs:
    """Every pair that is possible, with grown IoU × kind weight: where the kinds exclude each other or the areas differ
    too much, or the grown boxes do not touch, there is none."""
    reach_px = 2 * margin_px[:, None]
    grown_px = np.concatenate([tracks_px[:, :2] - reach_px, tracks_px[:, 2:] + reach_px], axis=1)
    row, column = touching(grown_px, boxes.xyxy_px)
    weight = _weights(settings.kind_weights)[track_kind[row], boxes.kind[column]]
    track_area, box_area = _area_px2(tracks_px)[row], _area_px2(boxes.xyxy_px)[column]
    possible = weight > 0
    possible &= box_area >= settings.size_ratio * track_area
    possible &= box_area * settings.size_ratio <= track_area
    row, column = row[possible], column[possible]
    similar = grown_iou(tracks_px[row], boxes.xyxy_px[column], margin_px[row])
    similar *= weight[possible]
    return Pairs(row, column, similar)


def assign(pairs: Pairs, least: float, few: int = FEW_PAIRS) -> tuple[I64, I64]:
    """One-to-one pairs (rows, columns) of similarity `least` or more, with the largest sum of similarities; how `few`
    pairs the solver takes at once changes nothing but the time.

    The sum, not the number of pairs: a good pair is never broken to make two poor ones. A pair that is worth more than
    the best rival of its row and the best rival of its column together is in every best choice, so it is taken at
    once; only what is left goes through the assignment solver, which is cubic. `least` must be above 0.
    """
    pairs = pairs.take(pairs.similar >= least)
    rows, columns = [], []
    for _ in range(SURE_ROUNDS):
        if len(pairs) <= few:
            break
        sure = pairs.similar > _best_rival(pairs.row, pairs.similar) + _best_rival(pairs.column, pairs.similar)
        row, column = pairs.row[sure], pairs.column[sure]
        if not len(row):
            break
        rows.append(row)
        columns.append(column)
        pairs = pairs.take(~(_among(pairs.row, row) | _among(pairs.column, column)))
    row, column = _solve(pairs)
    return np.concatenate([*rows, row]), np.concatenate([*columns, column])


def second_boxes(boxes: Detections, known: Detections, settings: TrackerSettings) -> Bool:
    """(d,) which boxes lie around the very object of a `known` one, whatever the kinds: no two bodies fill one outline.

    Suppression per class leaves a van both as car and as truck.
    """
    row, column = touching(known.xyxy_px, boxes.xyxy_px)
    around = _around(known.xyxy_px[row], boxes.xyxy_px[column], settings)
    return _marked(column[around], len(boxes))


def newcomers(boxes: Detections, known: Detections, settings: TrackerSettings) -> Bool:
    """(d,) which `boxes`, given best first, are neither second boxes nor parts of `known` objects or better boxes, and
    have the score that a crowd asks for if they lie in one.

    A part lies inside an object and has a kind easily confused with it: a boot lid, a rider's back.
    """
    every = Detections(*(np.concatenate([getattr(known, name), getattr(boxes, name)]) for name in Detections.__slots__))
    row, column = touching(every.xyxy_px, boxes.xyxy_px)
    better = row < column + len(known)
    row, column = row[better], column[better]
    whole_px, box_px = every.xyxy_px[row], boxes.xyxy_px[column]
    inside = _shared_px2(whole_px, box_px) / _area_px2(box_px)
    part = inside >= settings.part_inside
    part &= _weights(settings.kind_weights)[every.kind[row], boxes.kind[column]] >= settings.part_weight
    doubtful = (inside >= settings.crowded_share) & (boxes.score[column] < settings.crowded_birth_score)
    return ~_marked(column[part | doubtful | _around(whole_px, box_px, settings)], len(boxes))


def _around(known_px: F32, box_px: F32, settings: TrackerSettings) -> Bool:
    around: Bool = grown_iou(known_px, box_px, 0.0) >= settings.double_iou
    return around


def _best_rival(of: I64, similar: F32) -> F32:
    """(p,) the greatest similarity among the other pairs with the same place in `of`; 0 without any."""
    best = np.zeros(of.max() + 1, np.float32)
    np.maximum.at(best, of, similar)
    leads = similar == best[of]
    second = np.zeros_like(best)
    np.maximum.at(second, of, np.where(leads, np.float32(0), similar))
    tied = np.bincount(of, leads, len(best)) > 1
    return np.where(leads, np.where(tied, best, second)[of], best[of])


def _solve(pairs: Pairs) -> tuple[I64, I64]:
    if not len(pairs):
        return pairs.row, pairs.column
    rows, row = _renumbered(pairs.row)
    columns, column = _renumbered(pairs.column)
    gain = np.zeros((len(rows), len(columns)), np.float32)
    gain[row, column] = pairs.similar
    solved_row, solved_column = solve(gain)
    paired = gain[solved_row, solved_column] > 0
    return rows[solved_row[paired]], columns[solved_column[paired]]


def _renumbered(places: I64) -> tuple[I64, I64]:
    """The different places in order, and which of them each of `places` (at least one) is."""
    mark = _marked(places, int(places.max()) + 1)
    return np.flatnonzero(mark), (np.cumsum(mark) - 1)[places]


def _among(places: I64, chosen: I64) -> Bool:
    """(p,) which of the `places` are among the `chosen`."""
    return _marked(chosen, int(places.max()) + 1)[places]


def _marked(places: I64, length: int) -> Bool:
    mark = np.zeros(length, np.bool_)
    mark[places] = True
    return mark


@lru_cache(maxsize=8)
def _weights(kind_weights: KindWeights) -> F32:
    return np.array(kind_weights, np.float32)


def _shared_px2(left_px: F32, right_px: F32, grow_px: F32 | float = 0.0) -> F32:
    """(p,) area common to box i of either side, both grown by half of `grow_px` on all sides; they must overlap."""
    low = np.maximum(left_px[:, :2], right_px[:, :2])
    side = np.minimum(left_px[:, 2:], right_px[:, 2:]) - low
    shared: F32 = np.multiply(side[:, 0] + grow_px, side[:, 1] + grow_px)
    return shared


def _area_px2(xyxy_px: F32, grow_px: F32 | float = 0.0) -> F32:
    area: F32 = (xyxy_px[:, 2] - xyxy_px[:, 0] + grow_px) * (xyxy_px[:, 3] - xyxy_px[:, 1] + grow_px)
    return area

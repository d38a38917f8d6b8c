"""Which detection continues which track: similarity of all pairs at once, then the best one-to-one choice."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from vision.arrays import F32, I8, I64, Bool
from vision.detections import Detections
from vision.track.settings import TrackerSettings


def grown_iou(tracks_px: F32, margin_px: F32, boxes_px: F32) -> F32:
    """(t, d) IoU of every track with every box after both were grown by the track's margin on all four sides.

    Growing keeps an ordering among boxes that do not touch yet (C-BIoU, Yang et al., WACV 2023).
    With a margin of 0 this is the plain IoU. tracks_px (t, 4), margin_px (t,), boxes_px (d, 4).
    """
    margin = margin_px[:, None]
    grown_px = np.concatenate([tracks_px[:, :2] - margin, tracks_px[:, 2:] + margin], axis=1)
    shared = _shared_px2(grown_px, boxes_px, margin)
    grow = 2 * margin
    box_size_px = boxes_px[:, 2:] - boxes_px[:, :2]
    union = (box_size_px[:, 0] + grow) * (box_size_px[:, 1] + grow)
    union += _area(grown_px)[:, None]
    union -= shared
    return np.divide(shared, union, out=shared)


def similarity(tracks_px: F32, margin_px: F32, track_kind: I8, boxes: Detections, settings: TrackerSettings) -> F32:
    """(t, d) grown IoU × kind weight, 0 where the kinds exclude each other or the areas differ too much."""
    weights = np.asarray(settings.kind_weights, np.float32)
    similar = grown_iou(tracks_px, margin_px, boxes.xyxy_px)
    similar *= weights[track_kind].take(boxes.kind, axis=1)
    track_area, box_area = _area(tracks_px)[:, None], _area(boxes.xyxy_px)[None, :]
    too_small = box_area < settings.size_ratio * track_area
    too_large = box_area * settings.size_ratio > track_area
    similar[too_small | too_large] = 0
    return similar


def assign(similar: F32, least: float) -> tuple[I64, I64]:
    """One-to-one pairs (rows, columns) of similarity `least` or more, with the largest sum of similarities.

    The sum, not the number of pairs: a good pair is never broken to make two poor ones. Pairs that have no rival
    are taken at once; only the contested rest goes through the assignment solver, which is cubic.
    """
    allowed = similar >= least
    row_choices, column_choices = allowed.sum(1), allowed.sum(0)
    rows = np.flatnonzero(row_choices)
    if not len(rows):
        return rows, rows
    first_choice = allowed[rows].argmax(1)
    sole = (row_choices[rows] == 1) & (column_choices[first_choice] == 1)
    contested = rows[~sole]
    if not len(contested):
        return rows, first_choice
    columns = np.flatnonzero(allowed[contested].any(0))
    gain = np.where(allowed, similar, 0)[np.ix_(contested, columns)]
    solved_rows, solved_columns = linear_sum_assignment(gain, maximize=True)
    paired = gain[solved_rows, solved_columns] > 0
    return (
        np.concatenate([rows[sole], contested[solved_rows[paired]]]),
        np.concatenate([first_choice[sole], columns[solved_columns[paired]]]),
    )


def second_boxes(boxes: Detections, known: Detections, settings: TrackerSettings) -> Bool:
    """(k, d) where box d lies around the very object k, whatever the kinds: no two bodies fill one outline.

    Suppression per class leaves a van both as car and as truck.
    """
    shared = _shared_px2(known.xyxy_px, boxes.xyxy_px)
    second: Bool = shared >= settings.double_iou * (_area(known.xyxy_px)[:, None] + _area(boxes.xyxy_px) - shared)
    return second


def parts(boxes: Detections, known: Detections, settings: TrackerSettings) -> Bool:
    """(k, d) where box d lies inside object k and has a kind easily confused with it: a boot lid, a rider's back."""
    inside = _shared_px2(known.xyxy_px, boxes.xyxy_px) >= settings.part_inside * _area(boxes.xyxy_px)
    alike = np.asarray(settings.kind_weights)[known.kind].take(boxes.kind, axis=1) >= settings.part_weight
    part: Bool = inside & alike
    return part


def newcomers(boxes: Detections, known: Detections, settings: TrackerSettings) -> Bool:
    """(d,) which `boxes`, given best first, are neither second boxes nor parts of `known` objects or better boxes."""
    of_known = second_boxes(boxes, known, settings) | parts(boxes, known, settings)
    of_better = second_boxes(boxes, boxes, settings) | parts(boxes, boxes, settings)
    of_better &= ~np.tri(len(boxes), dtype=np.bool_)
    return np.logical_not(of_known.any(0) | of_better.any(0))


def _shared_px2(left_px: F32, right_px: F32, right_margin_px: F32 | float = 0.0) -> F32:
    """(l, r) area common to each pair of boxes, the right one first grown on all sides."""
    l_x1, l_y1, l_x2, l_y2 = (left_px[:, corner, None] for corner in range(4))
    r_x1, r_y1, r_x2, r_y2 = (right_px[:, corner] for corner in range(4))
    width = np.minimum(l_x2, r_x2 + right_margin_px)
    width -= np.maximum(l_x1, r_x1 - right_margin_px)
    np.maximum(width, 0, out=width)
    height = np.minimum(l_y2, r_y2 + right_margin_px)
    height -= np.maximum(l_y1, r_y1 - right_margin_px)
    np.maximum(height, 0, out=height)
    shared: F32 = np.multiply(width, height, out=width)
    return shared


def _area(xyxy_px: F32) -> F32:
    area: F32 = (xyxy_px[:, 2] - xyxy_px[:, 0]) * (xyxy_px[:, 3] - xyxy_px[:, 1])
    return area

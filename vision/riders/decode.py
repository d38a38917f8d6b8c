"""The network's planes to heads on its canvas."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.arrays import F32, I64
from vision.detect.suppress import suppress

MOST_HEADS = 12


@dataclass(frozen=True, slots=True, eq=False)
class HeadCandidates:
    """Row i of every column describes the same head, the best first.

    xyxy_px   (n, 4) float32   canvas pixels
    score     (n,)   float32   how surely it is a head
    shares    (n, c) float32   of each class; they sum to 1
    """

    xyxy_px: F32
    score: F32
    shares: F32


def decode_heads(planes: F32, classes: int, stride: int, least_score: float, iou: float) -> HeadCandidates:
    """`planes` (1 + classes + 4, rows, columns) as `HelmetCard` has them. Peaks of the first plane become heads."""
    sure = np.ascontiguousarray(planes[0])
    peak = (sure >= cv2.dilate(sure, np.ones((3, 3), np.uint8))) & (sure >= least_score)
    row, column = np.nonzero(peak)
    best: I64 = np.argsort(-sure[row, column], kind="stable")[:MOST_HEADS]
    row, column = row[best], column[best]
    found = planes[:, row, column].T
    x, y = (column + found[:, 1 + classes]) * stride, (row + found[:, 2 + classes]) * stride
    half_wide, half_tall = found[:, 3 + classes] / 2, found[:, 4 + classes] / 2
    boxes = np.stack([x - half_wide, y - half_tall, x + half_wide, y + half_tall], axis=1).astype(np.float32)
    score = np.ascontiguousarray(found[:, 0])
    stays = suppress(boxes, score, np.zeros(len(score), np.int64), iou)
    return HeadCandidates(boxes[stays], score[stays], found[stays, 1 : 1 + classes])

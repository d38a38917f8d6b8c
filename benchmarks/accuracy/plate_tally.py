"""How many plates were found, how many finds are none, and how exact the corners are."""

from dataclasses import dataclass

import numpy as np

from vision.arrays import F32, Bool
from vision.detect.suppress import overlap_iou
from vision.plates.finder import boxes_of


@dataclass(frozen=True, slots=True)
class Finding:
    """
    found_share     of the true plates, those found with an overlap of half or more between the boxes around them
    centred_share   of the true plates, those with a find whose middle lies in the true box
    false_a_picture finds whose middle lies in no true box
    corner_error    distance of found and true corners over the plate's width: median and 90th percentile, where known
    """

    plates: int
    pictures: int
    found_share: float
    centred_share: float
    false_a_picture: float
    corner_error: tuple[float, float] | None = None


class Tally:
    """Finds of many pictures against their true plates."""

    def __init__(self) -> None:
        self._plates = self._pictures = self._found = self._centred = self._false = 0
        self._errors: list[float] = []
        self._known = True

    def add(self, true_px: F32, found_px: F32, unsure_px: F32, *, corners_known: bool) -> None:
        """unsure_px: (m, 4) boxes in which a find is neither right nor wrong."""
        self._known = corners_known
        self._pictures += 1
        self._plates += len(true_px)
        iou = overlap_iou(boxes_of(true_px), boxes_of(found_px))
        middles = found_px.mean(axis=1)
        in_true = _inside(middles, boxes_of(true_px))
        self._found += int((iou >= 0.5).any(axis=1).sum())
        self._centred += int(in_true.any(axis=0).sum())
        self._false += int((~in_true.any(axis=1) & ~_inside(middles, unsure_px).any(axis=1)).sum())
        for row in np.flatnonzero((iou >= 0.5).any(axis=1)):
            true, found = true_px[row], found_px[int(iou[row].argmax())]
            width = (np.linalg.norm(true[1] - true[0]) + np.linalg.norm(true[2] - true[3])) / 2
            self._errors.append(float(np.linalg.norm(true - found, axis=1).mean() / width))

    def finding(self) -> Finding:
        plates, pictures = max(1, self._plates), max(1, self._pictures)
        errors = self._errors or [float("nan")]
        exact = (float(np.median(errors)), float(np.percentile(errors, 90))) if self._known else None
        shares = self._found / plates, self._centred / plates, self._false / pictures
        return Finding(self._plates, self._pictures, *shares, exact)


def _inside(points: F32, boxes: F32) -> Bool:
    """(n, m) whether point n lies in box m."""
    low, high = points[:, None] >= boxes[None, :, :2], points[:, None] <= boxes[None, :, 2:]
    return np.asarray((low & high).all(axis=2), np.bool_)

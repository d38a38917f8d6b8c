"""Scores a detector on pictures with boxes in COCO form; `ngatu models evaluate` is its command.

AP50 by pycocotools, the field's reference. A region with `iscrowd` is ignored: what is found there is neither right nor
wrong.
"""

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from rich.console import Console
from rich.progress import track

from models.errors import DatasetError
from vision.detect.detector import Detector
from vision.vehicles import KIND_NAMES

MOST_BOXES = 300


@dataclass(frozen=True, slots=True)
class Scores:
    """AP at IoU 0.5, 0..1, by kind; kinds of which the truth has no box are left out of both."""

    ap50: dict[str, float]
    truths: dict[str, int]

    @property
    def mean_ap50(self) -> float:
        return float(np.mean(list(self.ap50.values())))


def evaluate(detector: Detector, annotations: Path, images: Path) -> Scores:
    """Score `detector` on every picture of a COCO file whose category names are ours.

    Raises DatasetError for a missing or unreadable picture or a foreign category.
    """
    truth = _read(annotations)
    foreign = sorted({one["name"] for one in truth.dataset["categories"]} - set(KIND_NAMES))
    if foreign:
        raise DatasetError(f"{annotations}: wanted the categories {', '.join(KIND_NAMES)}, found {', '.join(foreign)}")
    found = [
        box
        for picture in track(truth.dataset["images"], "evaluating", console=Console(stderr=True))
        for box in _detect(detector, truth, picture, images)
    ]
    return _score(truth, found)


def _read(annotations: Path) -> Any:
    if not annotations.is_file():
        raise DatasetError(f"{annotations}: wanted a COCO annotation file, found none")
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools talks on stdout
        return COCO(str(annotations))


def _detect(detector: Detector, truth: Any, picture: dict[str, Any], images: Path) -> list[dict[str, Any]]:
    file = images / picture["file_name"]
    image = cv2.imread(str(file))
    if image is None:
        raise DatasetError(f"{file}: wanted a picture, found none that can be read")
    [detections] = detector.detect([np.asarray(image, np.uint8)])
    number_of = {one["name"]: one["id"] for one in truth.dataset["categories"]}
    return [
        {
            "image_id": picture["id"],
            "category_id": number_of[KIND_NAMES[kind]],
            "bbox": [x1, y1, x2 - x1, y2 - y1],
            "score": score,
        }
        for (x1, y1, x2, y2), score, kind in zip(
            detections.xyxy_px.tolist(), detections.score.tolist(), detections.kind.tolist(), strict=True
        )
        if KIND_NAMES[kind] in number_of
    ]


def _score(truth: Any, found: list[dict[str, Any]]) -> Scores:
    names = {one["id"]: one["name"] for one in truth.dataset["categories"]}
    counted = {
        names[number]: len([1 for box in truth.loadAnns(truth.getAnnIds(catIds=[number])) if not box.get("iscrowd")])
        for number in names
    }
    ap50: dict[str, float] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        results = truth.loadRes(found) if found else None
        for number, name in names.items():
            if counted[name]:
                ap50[name] = _ap50(truth, results, number) if results is not None else 0.0
    return Scores(ap50, {name: counted[name] for name in ap50})


def _ap50(truth: Any, results: Any, category: int) -> float:
    evaluation = COCOeval(truth, results, "bbox")
    evaluation.params.catIds = [category]
    evaluation.params.iouThrs = np.array([0.5])
    evaluation.params.maxDets = [1, 10, MOST_BOXES]
    evaluation.evaluate()
    evaluation.accumulate()
    precision = evaluation.eval["precision"][0, :, 0, 0, 2]
    return float(precision[precision > -1].mean()) if (precision > -1).any() else 0.0

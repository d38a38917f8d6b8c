import json

import cv2
import numpy as np
import pytest

from models.errors import DatasetError
from models.evaluate.detection import evaluate
from vision.detections import Detections
from vision.vehicles import VehicleKind

CATEGORIES = [{"id": 1, "name": "motorbike"}, {"id": 3, "name": "car"}, {"id": 4, "name": "bus"}]


class Stub:
    """Stands at the narrow port `detect`: says the same boxes of every picture."""

    def __init__(self, *boxes):
        self._boxes = boxes

    def detect(self, images):
        xyxy = np.array([box[0] for box in self._boxes], np.float32).reshape(-1, 4)
        score = np.array([box[1] for box in self._boxes], np.float32)
        kind = np.array([box[2] for box in self._boxes], np.int8)
        return [Detections(xyxy, score, kind) for _ in images]


def box(number, category, x, y, w, h, crowd=0):
    return {
        "id": number,
        "image_id": 1,
        "category_id": category,
        "bbox": [x, y, w, h],
        "area": w * h,
        "iscrowd": crowd,
    }


@pytest.fixture
def annotations(tmp_path):
    cv2.imwrite(str(tmp_path / "a.jpg"), np.zeros((100, 200, 3), np.uint8))
    truth = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 200, "height": 100}],
        "categories": CATEGORIES,
        "annotations": [
            box(1, 1, 10, 10, 20, 40),
            box(2, 1, 50, 10, 20, 40),
            box(3, 3, 100, 10, 60, 40),
            box(4, 3, 0, 60, 200, 40, crowd=1),
        ],
    }
    file = tmp_path / "truth.json"
    file.write_text(json.dumps(truth), "utf-8")
    return file


BIKE, CAR = VehicleKind.MOTORBIKE, VehicleKind.CAR
RIGHT = [([10, 10, 30, 50], 0.9, BIKE), ([50, 10, 70, 50], 0.8, BIKE), ([100, 10, 160, 50], 0.9, CAR)]


@pytest.mark.parametrize(
    ("boxes", "bike", "car"),
    [
        (RIGHT, 1.0, 1.0),
        ([], 0.0, 0.0),
        (RIGHT[:1], 0.505, 0.0),  # half the recall at full precision, on pycocotools' 101 points
        ([([12, 50, 40, 90], 0.95, BIKE), *RIGHT], 0.667, 1.0),  # a false one comes first
        ([*RIGHT, ([10, 65, 60, 95], 0.99, CAR)], 1.0, 1.0),  # what lies in the ignored region costs nothing
    ],
)
def test_ap50_of_known_boxes(annotations, boxes, bike, car):
    scores = evaluate(Stub(*boxes), annotations, annotations.parent)
    assert scores.ap50 == pytest.approx({"motorbike": bike, "car": car}, abs=0.01)
    assert scores.truths == {"motorbike": 2, "car": 1}
    assert scores.mean_ap50 == pytest.approx((bike + car) / 2, abs=0.01)


def test_a_missing_picture_is_named(annotations):
    (annotations.parent / "a.jpg").unlink()
    with pytest.raises(DatasetError, match=r"a\.jpg"):
        evaluate(Stub(*RIGHT), annotations, annotations.parent)


def test_a_foreign_category_is_named(annotations):
    truth = json.loads(annotations.read_text("utf-8"))
    truth["categories"].append({"id": 9, "name": "tram"})
    annotations.write_text(json.dumps(truth), "utf-8")
    with pytest.raises(DatasetError, match="tram"):
        evaluate(Stub(*RIGHT), annotations, annotations.parent)

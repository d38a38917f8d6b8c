"""Scores a detector against a labelled set of any format, by way of the COCO file that the reference tool wants."""

import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from models.datasets.coco import write_coco
from models.datasets.labels import LabelledImage, ReadReport
from models.errors import DatasetError
from models.registry.resolve import ResolvedModel
from vision.detect.detector import Detector
from vision.detect.runtime import Runtime

if TYPE_CHECKING:
    from models.evaluate.detection import Scores


def score_model(
    model: ResolvedModel,
    truth: Sequence[LabelledImage],
    root: Path,
    runtime: Runtime | None = None,
    threads: int = 1,
) -> "Scores":
    """AP50 by kind on pictures that lie under `root`. Raise DatasetError without pycocotools, ModelError for a model
    that cannot run."""
    if find_spec("pycocotools") is None:
        raise DatasetError("evaluate: wanted pycocotools, which counts the score, found none: pip install pycocotools")
    from models.evaluate.detection import LEAST_SCORE, evaluate  # noqa: PLC0415 - pycocotools is optional

    detector = Detector.open(model.file, model.card, runtime, threads, score=LEAST_SCORE)
    with tempfile.TemporaryDirectory() as folder:
        annotations = Path(folder) / "truth.json"
        write_coco(annotations, root, truth, ReadReport())
        return evaluate(detector, annotations, root)

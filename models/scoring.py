"""Scores a detector against a labelled set of any format, by way of the COCO file that the reference tool wants."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from models.datasets.coco import write_coco
from models.datasets.labels import LabelledImage, ReadReport
from models.errors import DatasetError
from models.registry.resolve import ResolvedModel
from vision.detect.card import MeasuredScore
from vision.detect.detector import Detector
from vision.detect.runtime import Runtime

if TYPE_CHECKING:
    from models.evaluate.detection import Scores

LEAST_SCORE = 0.01
"""What scores less is not counted: the reference's curve goes down to the doubtful ones."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


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
    from models.evaluate.detection import evaluate  # noqa: PLC0415 - pycocotools is optional

    detector = Detector.open(model.file, model.card, runtime, threads, score=LEAST_SCORE)
    with tempfile.TemporaryDirectory() as folder:
        annotations = Path(folder) / "truth.json"
        write_coco(annotations, root, truth, ReadReport())
        return evaluate(detector, annotations, root)


def measured_scores(ap50: Mapping[str, float], data: str, command: str, day: date) -> list[MeasuredScore]:
    """For the card: the mean first, then each kind; percent, rounded to a tenth. `ap50` is 0..1."""
    mean = sum(ap50.values()) / len(ap50)
    values = {f"{NUMBERS[len(ap50)]}-kind mean": mean, **ap50}
    return [
        MeasuredScore(
            data=data,
            metric=f"{what} AP50 percent at score {LEAST_SCORE:g} ({command})",
            value=round(100 * value, 1),
            measured_on=day,
        )
        for what, value in values.items()
    ]

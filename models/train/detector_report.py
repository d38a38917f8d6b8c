"""What a training run of the detector has come to: curves, canvases it learnt from, pictures it never saw."""

import copy
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.datasets.labels import LabelledImage, ReadReport
from models.train.canvas import CanvasSettings, Picture
from models.train.detector_onnx import write_detector
from models.train.report import write_report
from models.train.sets import Sources
from vision.arrays import F32, I8, U8
from vision.detect.card import Colour, Head, InputSpec, ModelCard, Placement
from vision.detect.detector import Detector
from vision.vehicles import KIND_NAMES

LOSS_PARTS = ("all", "box", "class", "edge")
"""What ultralytics' loss of a picture is made of, after their sum."""
SHOWN_SCORE = 0.25
CANVASES, FOUND = 4, 8
COLOURS = ((60, 180, 255), (200, 60, 200), (80, 200, 80), (220, 120, 40), (60, 60, 230), (220, 220, 60))
"""BGR, by kind."""

Row = tuple[float, ...]
"""Pictures seen, seconds, then the mean loss of LOSS_PARTS since the row before."""


def report_run(
    out: Path,
    *,
    network: Any,
    history: Sequence[Row],
    facts: Mapping[str, str],
    learnt_from: Iterable[Picture],
    sources: Sources,
    settings: CanvasSettings,
) -> Path:
    """Write `out`/report.html. `network` is the averaged one; it stays as it is."""
    curves = {
        f"{part}: sai số một hình · loss per picture": [(row[0], row[2 + place]) for row in history if len(row) > 2]
        for place, part in enumerate(LOSS_PARTS)
    }
    curves["thời gian, phút · time, minutes"] = [(row[0], row[1] / 60) for row in history]
    report = ReadReport()
    held = sources.read(report, "valid")
    pictures = [*_canvases(learnt_from), *_found(network, held, settings)]
    more = {"dữ liệu kiểm tra · validation data": report.sentence()}
    return write_report(out, "Bộ dò phương tiện · Vehicle detector", {**facts, **more}, curves, pictures)


def _canvases(learnt_from: Iterable[Picture]) -> list[tuple[str, U8]]:
    return [
        (f"để học · learnt from: {len(one.kind)} khung · boxes", draw_boxes(one.image, one.xyxy_px, one.kind))
        for one in islice(learnt_from, CANVASES)
    ]


def _found(network: Any, held: Mapping[str, Sequence[LabelledImage]], settings: CanvasSettings) -> list[tuple[str, U8]]:
    """Pictures of the validation splits with what the product's own detector finds by this network."""
    chosen = _spread(held, FOUND)
    if not chosen:
        return []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "averaged.onnx"
        write_detector(copy.deepcopy(network), settings.width_px, settings.height_px, file)
        detector = Detector.open(file, _card(settings), score=SHOWN_SCORE)
        return [_shown(detector, name, one) for name, one in chosen]


def _spread(held: Mapping[str, Sequence[LabelledImage]], most: int) -> list[tuple[str, LabelledImage]]:
    """Up to `most` pictures, as many from each set, evenly over it."""
    each = max(1, most // max(1, len(held)))
    chosen = [
        (name, images[place])
        for name, images in held.items()
        for place in np.linspace(0, len(images) - 1, min(each, len(images))).astype(int).tolist()
    ]
    return chosen[:most]


def _shown(detector: Detector, name: str, one: LabelledImage) -> tuple[str, U8]:
    image = np.asarray(cv2.imread(str(one.file)), np.uint8)
    [found] = detector.detect([image])
    caption = f"{name}: thấy · found {len(found)}, có · labelled {len(one.kind)}"
    return caption, draw_boxes(image, found.xyxy_px, found.kind, found.score)


def draw_boxes(image: U8, xyxy_px: F32, kind: I8, score: F32 | None = None) -> U8:
    """A copy with a box of its kind's colour and the kind's name around each."""
    drawn = image.copy()
    stroke = max(1, round(max(image.shape[:2]) / 640))
    for row, (x1, y1, x2, y2) in enumerate(np.round(xyxy_px).astype(int).tolist()):
        colour = COLOURS[int(kind[row])]
        words = KIND_NAMES[int(kind[row])] + ("" if score is None else f" {score[row]:.2f}")
        cv2.rectangle(drawn, (x1, y1), (x2, y2), colour, stroke)
        cv2.putText(drawn, words, (x1, max(y1 - 3, 9)), cv2.FONT_HERSHEY_SIMPLEX, 0.35 * stroke, colour, stroke)
    return drawn


def _card(settings: CanvasSettings) -> ModelCard:
    return ModelCard(
        name="averaged",
        version="unfinished",
        head=Head.YOLO,
        input=InputSpec(
            width_px=settings.width_px,
            height_px=settings.height_px,
            colour=Colour.RGB,
            scale=1 / 255,
            placement=Placement.CENTRE,
        ),
        classes=KIND_NAMES,
        licence="not stated",
        source="models.train.detector",
    )

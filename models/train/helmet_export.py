"""What leaves a helmet run: the ONNX file, its card and the report."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from models.datasets.heads import RiderPicture
from models.datasets.labels import ReadReport
from models.train.cards import common, processor, write_card
from models.train.helmet_net import HEIGHT_PX, STRIDE, WIDTH_PX, Shipped
from models.train.helmet_sure import CANVAS, LEAST_HEAD, Calibration
from models.train.report import write_report
from models.train.small import SmallRun, parameters, write_onnx
from models.train.weights import save_weights
from vision.arrays import U8
from vision.detect.card import Task
from vision.detect.card_file import load_card
from vision.riders.card import HEAD_STATES, HeadState, HelmetCard
from vision.riders.helmets import HelmetReader

COLOURS = {HeadState.HELMET: (60, 180, 60), HeadState.NONE: (40, 40, 220), HeadState.UNSURE: (40, 200, 220)}
MOST_SHOWN = 12


def ship(  # noqa: PLR0917  what was trained, how sure, from what, and what to say of it: in the order of a sentence
    run: SmallRun,
    sure: Calibration,
    read: ReadReport,
    used: Mapping[str, int],
    held: Sequence[RiderPicture],
    note: str = "",
) -> Path:
    """Write helmet.onnx, helmet.card.yaml, helmet.weights.npz and report.html into the run's folder."""
    file = run.out / "helmet.onnx"
    save_weights(run.average, run.out / "helmet.weights.npz")
    write_onnx(Shipped(run.average), WIDTH_PX, HEIGHT_PX, file)
    card_file = run.out / "helmet.card.yaml"
    card = _card(run, sure, used, file, note)
    write_card(card, card_file)
    facts = {
        "steps": f"{run.step} of {run.recipe.batch} pictures, {run.seconds / 60:.1f} minutes",
        "weights": f"{parameters(run.average):,}",
        "read": read.sentence(),
        "threshold helmet": f"{sure.helmet:.3f}",
        "threshold none": f"{sure.none:.3f}",
        **{name: f"{value:.3f}" for name, value in sure.figures().items()},
    }
    reader = HelmetReader.open(file, load_card(card_file, HelmetCard))
    pictures = [(picture.name, told(reader, picture)) for picture in held[:MOST_SHOWN]]
    write_report(run.out, "Helmet reader", facts, run.curves, pictures)
    return file


def told(reader: HelmetReader, picture: RiderPicture) -> U8:
    """The picture with what the reader says of each head: green helmet, red none, yellow unsure."""
    shown = picture.image.copy()
    for heads in reader.read(picture.image, picture.riders_px):
        for head in heads:
            x1, y1, x2, y2 = (round(value) for value in head.box_px)
            cv2.rectangle(shown, (x1, y1), (x2, y2), COLOURS[head.state], 2)
    return np.asarray(shown, np.uint8)


def _card(run: SmallRun, sure: Calibration, used: Mapping[str, int], file: Path, note: str) -> dict[str, object]:
    source = (
        f"trained from random initialisation by models.train.helmet; {run.seconds / 60:.0f} minutes on one core "
        f"shared with other work ({processor()}, no GPU), {run.pictures:,} pictures shown"
        + (f"; {note}" if note else "")
    )
    data = [
        f"helmets/india_rider_helmet (CC BY 4.0): {used['taught']} pictures of its training split; {used['held']} "
        "more of it decided the thresholds",
    ]
    if used["drawn"]:
        data.append(f"{used['drawn']} riders drawn by models.datasets.drawn, ours, AGPL-3.0-or-later")
    return {
        **common(Task.HELMET, "helmet", file, source, data),
        "input": CANVAS.model_dump(mode="json", include={"width_px", "height_px", "colour", "scale", "placement"}),
        "stride": STRIDE,
        "classes": [state.value for state in HEAD_STATES],
        "thresholds": {
            "head": LEAST_HEAD,
            "helmet": round(sure.helmet, 4),
            "none": round(sure.none, 4),
            "iou": 0.4,
        },
    }

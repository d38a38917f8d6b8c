"""What leaves a lamp run: the ONNX file, its card and the report."""

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from models.datasets.labels import ReadReport
from models.datasets.lamp_regions import LAMPS
from models.train.cards import common, processor, write_card
from models.train.lamp_net import HEIGHT_PX, WIDTH_PX, Shipped
from models.train.lamp_sure import Calibration
from models.train.report import write_report
from models.train.small import SmallRun, parameters, write_onnx
from vision.arrays import U8
from vision.detect.card import Colour, InputSpec, Placement, Task

CANVAS = InputSpec(width_px=WIDTH_PX, height_px=HEIGHT_PX, colour=Colour.RGB, scale=1 / 255, placement=Placement.CENTRE)
SETS = ("lamps/korea (road pictures, CC BY 4.0)", "lamps/indonesia (signal heads, CC BY 4.0)")
MOST_SHOWN = 96


def ship(run: SmallRun, sure: Calibration, read: ReadReport, used: Mapping[str, int], wrong: U8) -> Path:
    """Write lamp.onnx, lamp.card.yaml and report.html into the run's folder; `wrong` are regions it misread."""
    file = run.out / "lamp.onnx"
    write_onnx(Shipped(run.average, sure.temperature), WIDTH_PX, HEIGHT_PX, file)
    card = _card(run, sure, used, file)
    write_card(card, run.out / "lamp.card.yaml")
    facts = {
        "steps": f"{run.step} of {run.recipe.batch} pictures, {run.seconds / 60:.1f} minutes",
        "weights": f"{parameters(run.average):,}",
        "read": read.sentence(),
        "temperature": f"{sure.temperature:.2f}",
        **{f"threshold {state}": f"{value:.3f}" for state, value in sure.thresholds.items()},
    }
    write_report(run.out, "Lamp reader", facts, run.curves, [("held-out regions read wrong", sheet(wrong))])
    return file


def sheet(pictures: U8) -> U8:
    """(n, 3, height, width) RGB in rows of sixteen, as one BGR picture."""
    shown = [np.ascontiguousarray(one.transpose(1, 2, 0)[..., ::-1]) for one in pictures[:MOST_SHOWN]]
    blank = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    shown += [blank] * (-len(shown) % 16 or (16 if not shown else 0))
    rows = [np.hstack(shown[at : at + 16]) for at in range(0, len(shown), 16)]
    return np.asarray(cv2.copyMakeBorder(np.vstack(rows), 1, 1, 1, 1, cv2.BORDER_CONSTANT), np.uint8)


def _card(run: SmallRun, sure: Calibration, used: Mapping[str, int], file: Path) -> dict[str, object]:
    source = (
        f"trained from random initialisation by models.train.lamp; {run.seconds / 60:.0f} minutes on one core "
        f"shared with other work ({processor()}, no GPU), {run.pictures:,} pictures shown"
    )
    data = [
        *(f"{name}, training split; its test split decided the thresholds" for name in SETS),
        f"{used['heads']} regions cut from these two, those without a head included",
        f"{used['drawn']} regions drawn by models.datasets.lamp_regions_drawn, ours, AGPL-3.0-or-later",
    ]
    return {
        **common(Task.LAMP, "lamp", file, source, data),
        "input": CANVAS.model_dump(mode="json", include={"width_px", "height_px", "colour", "scale", "placement"}),
        "classes": [state.value for state in LAMPS],
        "thresholds": {state.value: round(value, 4) for state, value in sure.thresholds.items()},
    }

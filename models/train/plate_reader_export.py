"""What leaves a plate reader's run: the ONNX file, its card with thresholds, and the report."""

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import torch

from models.datasets.labels import ReadReport
from models.datasets.plate_scenes_sources import PHOTO_SETS
from models.train.cards import common, write_card
from models.train.plate_reader_network import COLUMNS
from models.train.plate_reader_samples import EMPTY_SETS, HEIGHT_PX, WIDTH_PX, Samples
from models.train.plate_reader_sure import calibrate
from models.train.report import write_report
from models.train.small import SmallRun, parameters, write_onnx
from models.train.weights import save_weights
from vision.arrays import F32, U8
from vision.detect.card import Colour, Task
from vision.plates.card import PlateReaderCard, ReaderInput
from vision.plates.grammar import load_grammar
from vision.plates.reader import PlateReading, decode
from vision.plates.text import ALPHABET, GROUNDS

NAME = "plate-reader"
MOST_SHOWN = 48
CAPTION_PX = 22


def ship(
    run: SmallRun, sets: Mapping[str, Samples], outputs: Mapping[str, torch.Tensor], read: ReadReport, note: str = ""
) -> Path:
    """Write plate-reader.onnx, its card, plate-reader.weights.npz to begin from, and report.html into the run's folder.

    `sets` are what thresholds are chosen by, `outputs` what the averaged network says to them; `note` goes into
    the card.
    """
    run.out.mkdir(parents=True, exist_ok=True)
    file = run.out / f"{NAME}.onnx"
    save_weights(run.average, run.out / f"{NAME}.weights.npz")
    write_onnx(run.average.to(memory_format=torch.contiguous_format), WIDTH_PX, HEIGHT_PX, file)
    card = calibrate(outputs, sets, _card(run, file, note), load_grammar())
    write_card(card.model_dump(mode="json", exclude_none=True), run.out / f"{NAME}.card.yaml")
    facts = {
        "steps": f"{run.step} of {run.recipe.batch} pictures, {run.seconds / 60:.1f} minutes",
        "weights": f"{parameters(run.average):,}",
        "read": read.sentence(),
        **{name: f"{value:g}" for name, value in card.thresholds.model_dump().items()},
    }
    pictures = [(f"{name}: read wrong", _wrong(outputs[name].numpy(), samples, card)) for name, samples in sets.items()]
    write_report(run.out, "Plate reader", facts, run.curves, pictures)
    return file


def _card(run: SmallRun, file: Path, note: str) -> PlateReaderCard:
    """Without thresholds."""
    source = (
        "trained from random initialisation by models.train.plate_reader; 2 cores, no GPU, shared with other "
        f"trainings: {run.seconds / 60:.0f} minutes on a part of one core, {run.pictures:,} pictures shown"
        + (f"; {note}" if note else "")
    )
    specific = {
        "input": ReaderInput(width_px=WIDTH_PX, height_px=HEIGHT_PX, colour=Colour.RGB),
        "alphabet": ALPHABET,
        "columns": COLUMNS,
        "grounds": GROUNDS,
    }
    data = _training_data(run.out / "samples")
    return PlateReaderCard.model_validate({**common(Task.READ_PLATE, NAME, file, source, data), **specific})


def _training_data(samples: Path) -> tuple[str, ...]:
    counts = {kind: _count(samples, kind) for kind in ("drawn", "garage", "hung", "empty")}
    data = {
        "drawn": "plates drawn by models.datasets.plates, ours, AGPL-3.0-or-later",
        "garage": "varied crops of plates/vn_crops_hcmc_garage, training part, which states no licence",
        "hung": "looks at drawn plates and training crops hung into photographs of "
        f"{' and '.join(one.folder for one in PHOTO_SETS)}, CC BY 4.0",
        "empty": f"pieces without a plate of {' and '.join(EMPTY_SETS)}, CC BY 4.0",
    }
    return tuple(f"{count} {data[kind]}" for kind, count in counts.items() if count)


def _count(samples: Path, kind: str) -> int:
    total = 0
    for file in samples.glob(f"{kind}-*.npz"):
        with np.load(file, allow_pickle=False) as arrays:
            total += len(arrays["lines"])
    return total


def _wrong(outputs: F32, samples: Samples, card: PlateReaderCard) -> U8:
    """The pictures that were read wrong, each with truth and reading; `?` where the reader abstained."""
    grammar = load_grammar()
    readings = [decode(output, card, grammar) for output in outputs]
    wrong = [
        _captioned(picture, truth, reading)
        for picture, truth, reading in zip(samples.pictures, samples.texts(), readings, strict=True)
        if reading.text != truth
    ][:MOST_SHOWN]
    blank = np.zeros((HEIGHT_PX + CAPTION_PX, WIDTH_PX, 3), np.uint8)
    wrong += [blank] * (-len(wrong) % 6 or (6 if not wrong else 0))
    return np.vstack([np.hstack(wrong[at : at + 6]) for at in range(0, len(wrong), 6)])


def _captioned(picture: U8, truth: str, reading: PlateReading) -> U8:
    """RGB in, BGR out."""
    strip = np.zeros((CAPTION_PX, WIDTH_PX, 3), np.uint8)
    words = f"{truth} {reading.text}{'?' if reading.abstained else ''}"
    cv2.putText(strip, words, (2, CAPTION_PX - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (255, 255, 255), 1, cv2.LINE_AA)
    return np.vstack([picture[..., ::-1], strip])

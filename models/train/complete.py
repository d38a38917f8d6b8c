"""Finds what labelled sets left unlabelled: `python -m models.train.complete --teacher FILE … --data DIR --out DIR`.

Some sets box only part of what their pictures show (riders but no cars; near cars but no far ones), and a detector
taught on them learns to overlook the rest. Teachers name what is missing; the set's own boxes always win. The labels
go to --out, for `models.train.detector --also`.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import yaml
from rich.progress import track

from models.datasets.labels import LabelledImage, ReadReport
from models.datasets.pseudo import agree, look
from models.datasets.yolo import yolo_rows
from models.errors import DatasetError, ModelsError
from models.registry.resolve import resolve_model
from models.train.sets import SETS, Sources
from vision.arrays import F32, Bool
from vision.detect.detector import Detector
from vision.detections import Detections
from vision.vehicles import KIND_NAMES, VehicleKind

COMPLETED = (VehicleKind.MOTORBIKE, VehicleKind.CAR, VehicleKind.PEDESTRIAN)
"""Kinds a teacher may add. The others it mistakes too often: three-wheelers pass for buses, vans for lorries."""
SAME = 0.45
"""Two boxes that share this much of the smaller one are taken for one thing."""
LARGEST = 0.5
"""Of the picture: a larger finding is rather the picture's frame or a crowd than one vehicle nobody labelled."""


def missing(found: Detections, known: LabelledImage, size_px: tuple[int, int]) -> LabelledImage:
    """The findings that are none of the labelled things, none of the others found, and no riders of those."""
    free = np.isin(found.kind, COMPLETED) & (_area(found.xyxy_px) <= LARGEST * size_px[0] * size_px[1])
    free &= ~_same(found.xyxy_px, known.xyxy_px).any(axis=1)
    among = _same(found.xyxy_px, found.xyxy_px)
    rides = (found.kind == VehicleKind.PEDESTRIAN)[:, None] & (found.kind == VehicleKind.MOTORBIKE)
    twice = (found.kind[:, None] == found.kind) & (found.score[:, None] < found.score)
    free &= ~(among & (rides | twice)).any(axis=1)
    return LabelledImage(known.file, found.xyxy_px[free], found.kind[free])


def _same(first: F32, second: F32) -> Bool:
    """(n, 4) and (m, 4) to (n, m): whether each pair may be one thing."""
    mine, theirs = first[:, None], second[None]
    sides = np.minimum(mine[..., 2:], theirs[..., 2:]) - np.maximum(mine[..., :2], theirs[..., :2])
    shared: F32 = np.maximum(sides, 0).prod(axis=2)
    return shared > SAME * np.minimum(_area(mine), _area(theirs))


def _area(boxes: F32) -> F32:
    area: F32 = (boxes[..., 2:] - boxes[..., :2]).prod(axis=-1)
    return area


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled sets")
    parser.add_argument("--teacher", type=Path, required=True, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    try:
        complete(given.data, given.teacher, given.out)
    except ModelsError as error:
        parser.exit(2, f"models.train.complete: {error}\n")


def complete(data: Path, teachers: list[Path], out: Path) -> None:
    """Write label files, in our own classes, of what the partly labelled sets under `data` lack."""
    models = [resolve_model(file) for file in teachers]
    eyes = [Detector.open(model.file, model.card, threads=1) for model in models]
    report = ReadReport()
    parts = Sources(data=data).read(report)
    print(report.sentence(), flush=True)
    for one in SETS:
        if not one.partly or one.folder not in parts:
            continue
        labels = out / one.folder / "labels/train"
        labels.mkdir(parents=True, exist_ok=True)
        (out / one.folder / "data.yaml").write_text(yaml.safe_dump({"names": list(KIND_NAMES)}), "utf-8")
        for known in track(parts[one.folder], one.folder):
            image = cv2.imread(str(known.file))
            if image is None:
                raise DatasetError(f"{known.file}: wanted a picture, found none that can be read")
            picture = np.asarray(image, np.uint8)
            size_px = (picture.shape[1], picture.shape[0])
            rows = yolo_rows(missing(agree([look(eye, picture) for eye in eyes]), known, size_px), size_px)
            (labels / f"{known.file.stem}.txt").write_text(rows, "ascii")


if __name__ == "__main__":
    main()

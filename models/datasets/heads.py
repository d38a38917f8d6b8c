"""Riders' heads with and without helmets, from a YOLO set of riders, heads and plates."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.datasets.labels import LabelledImage, ReadReport
from models.datasets.picture import read_picture
from models.datasets.yolo import read_yolo
from vision.arrays import F32, I64, U8
from vision.riders.card import HEAD_STATES, HeadState

RIDER = 10
"""Stands among the states' numbers for the box of rider and machine."""
MEANINGS: Mapping[str, int | None] = {
    "plate": None,
    "helmet": HEAD_STATES.index(HeadState.HELMET),
    "no_helmet": HEAD_STATES.index(HeadState.NONE),
    # Half shells, open faces, builders' hats, loose straps, by eye without a clear line: a head nobody may accuse.
    "improper_helmet": HEAD_STATES.index(HeadState.UNSURE),
    "rider_motorbike": RIDER,
}
TALLEST_HEAD = 0.4
"""Share of the rider's height: what is called a head and is taller is the rider under a wrong name."""
DOUBTED: Mapping[str, str] = {
    "00086.jpg": "two riders at night, heads bare by eye, marked helmet",
    "00277.jpg": "bare heads in the second row without a mark",
    "00343.jpg": "a straw hat marked helmet, bare heads without a mark",
    "00351.jpg": "a bare head under an umbrella without a mark",
    "00372.jpg": "a bare head under a scarf without a mark",
    "00460.jpg": "bare heads in the background without a mark",
    "00762.jpg": "twice two bare heads under one mark",
}
"""Pictures of the training split whose marks are wrong by eye: found among the surest disagreements, each looked at.
They may teach, but not decide how sure a reader must be."""
COPY = 0.95
"""Likeness (correlation of 24 x 24 grey pictures) from which on two pictures count as copies."""


@dataclass(frozen=True, slots=True, eq=False)
class RiderPicture:
    """One picture with its riders and heads, in pixels.

    riders_px   (r, 4) float32  rider with machine; for heads without a rider's box, one guessed from the head
    guessed     (r,)   bool     which of them are guesses
    heads_px    (n, 4) float32
    states      (n,)   int64    index of HEAD_STATES
    unclear_px  (m, 4) float32  where heads may be that nobody marked
    """

    image: U8
    riders_px: F32
    guessed: Any
    heads_px: F32
    states: I64
    unclear_px: F32
    name: str


def read_riders(folder: Path, split: str, report: ReadReport) -> list[RiderPicture]:
    """Every picture of the split that shows a head or a rider. Raise DatasetError for an empty or foreign set."""
    meanings: Mapping[str, Any] = MEANINGS
    found = []
    for labelled in read_yolo(folder, split, meanings, report):
        image = read_picture(labelled.file, report)
        if image is not None and len(labelled.kind):
            found.append(_sorted_out(image, labelled, report))
    return found


def _sorted_out(image: U8, labelled: LabelledImage, report: ReadReport) -> RiderPicture:
    is_rider = labelled.kind == RIDER
    riders, heads, states = labelled.xyxy_px[is_rider], labelled.xyxy_px[~is_rider], labelled.kind[~is_rider]
    wrong = np.array([_too_tall(head, riders, image.shape[0]) for head in heads], np.bool_)
    for _ in range(int(wrong.sum())):
        report.leave("heads as tall as riders", labelled.file.name)
    alone = np.array([not inside(head, riders).any() for head in heads], np.bool_) & ~wrong
    guesses = np.array([rider_around(head, image.shape[:2]) for head in heads[alone]], np.float32).reshape(-1, 4)
    return RiderPicture(
        image,
        np.concatenate([riders, guesses]),
        np.arange(len(riders) + len(guesses)) >= len(riders),
        heads[~wrong],
        states[~wrong].astype(np.int64),
        heads[wrong],
        labelled.file.name,
    )


def _too_tall(head: F32, riders: F32, picture_height: int) -> bool:
    tall = head[3] - head[1]
    around = riders[inside(head, riders)] if len(riders) else riders
    limit = TALLEST_HEAD * (float((around[:, 3] - around[:, 1]).max()) if len(around) else picture_height)
    return bool(tall > limit)


def inside(head: F32, riders: F32) -> Any:
    """(r,) whether the head's middle lies in each rider's box, a little above it included."""
    x, y = (head[0] + head[2]) / 2, (head[1] + head[3]) / 2
    above = 0.05 * (riders[:, 3] - riders[:, 1])
    return (riders[:, 0] <= x) & (x <= riders[:, 2]) & (riders[:, 1] - above <= y) & (y <= riders[:, 3])


def rider_around(head: F32, size: tuple[int, int]) -> F32:
    """A rider's box as it usually lies around a head, cut at the picture's edge; `size` is (height, width)."""
    wide, tall = head[2] - head[0], head[3] - head[1]
    x, height, width = (head[0] + head[2]) / 2, size[0], size[1]
    box = (x - 1.15 * wide, head[1] - 0.05 * tall, x + 1.15 * wide, head[1] + 4.0 * tall)
    return np.clip(np.array(box, np.float32), 0, np.array([width, height, width, height], np.float32))


def without_copies(pictures: list[RiderPicture], others: list[RiderPicture], report: ReadReport) -> list[RiderPicture]:
    """`pictures` less those that show almost the same as one of `others`, mirrored or not; counted."""
    if not pictures or not others:
        return pictures
    likeness = alike(pictures, others).max(axis=1)
    for picture, value in zip(pictures, likeness, strict=True):
        if value > COPY:
            report.leave("copies of pictures kept for the score", picture.name)
    return [picture for picture, value in zip(pictures, likeness, strict=True) if value <= COPY]


def groups(pictures: list[RiderPicture]) -> I64:
    """(n,) number of the group of look-alikes each picture belongs to, so that none is split between two parts."""
    near = alike(pictures, pictures) > COPY - 0.1
    group = np.arange(len(pictures))
    for row in range(len(pictures)):
        linked = np.flatnonzero(near[row])
        group[np.isin(group, group[linked])] = group[linked].min()
    return group.astype(np.int64)


def alike(pictures: list[RiderPicture], others: list[RiderPicture]) -> F32:
    """(n, m) correlation of the shrunk grey pictures, the better of straight and mirrored."""
    one, two = (np.stack([_small(picture.image) for picture in part]) for part in (pictures, others))
    flat = one.reshape(len(one), -1)
    straight, mirrored = (flat @ view.reshape(len(two), -1).T for view in (two, two[:, :, ::-1]))
    return np.asarray(np.maximum(straight, mirrored), np.float32)


def _small(image: U8) -> F32:
    grey = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (24, 24), interpolation=cv2.INTER_AREA)
    centred = np.asarray(grey, np.float32) - np.float32(grey.mean())
    return np.asarray(centred / (np.linalg.norm(centred) + 1e-6), np.float32)

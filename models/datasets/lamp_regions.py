"""Regions of real signal heads with their state, from YOLO sets whose boxes enclose a head or one lit lamp."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.datasets.labels import LabelledImage, ReadReport
from models.datasets.lamp_regions_wear import resized, tinted, wear
from models.datasets.picture import read_picture
from models.datasets.yolo import read_yolo
from vision.arrays import F32, U8
from vision.events.lamps import Lamp

LAMPS: tuple[Lamp, ...] = (Lamp.RED, Lamp.YELLOW, Lamp.GREEN, Lamp.OFF, Lamp.UNKNOWN)
"""The order of a network's outputs and of every number below."""
MEANINGS: Mapping[str, Lamp] = {"red": Lamp.RED, "yellow": Lamp.YELLOW, "green": Lamp.GREEN, "left": Lamp.GREEN}
"""`left` is a green arrow to the left."""
ROOM = 1.2
"""Share of a box's longer side kept around it, so that looser regions can be cut later."""
LEAST_SIDE_PX = 4
LEAST_PAINTED_PX = 16
EMPTY_PER_PICTURE = 3
LOOSEST = 0.65
"""An operator's region is at most this much larger than the head, across and along."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadPicture:
    """
    image     (height, width, 3) uint8 BGR, the box with room around it
    box_px    x1, y1, x2, y2 of the box in `image`; without a head, of a region that shows none
    state     UNKNOWN where there is no head
    source    the picture it was cut from
    """

    image: U8
    box_px: tuple[float, float, float, float]
    state: Lamp
    source: str


def read_heads(folder: Path, split: str, report: ReadReport, seed: int = 0) -> list[HeadPicture]:
    """Every labelled box of a split and some regions without any, boxes under 4 px left aside and counted.

    Raise DatasetError for an empty split or a class name without a meaning.
    """
    numbers: Mapping[str, Any] = {name: LAMPS.index(state) for name, state in MEANINGS.items()}
    heads: list[HeadPicture] = []
    rng = np.random.default_rng(seed)
    for labelled in read_yolo(folder, split, numbers, report):
        image = read_picture(labelled.file, report)
        if image is not None:
            heads += _boxes(image, labelled, report)
            heads += _empty_regions(image, labelled, rng)
    return heads


def _boxes(image: U8, labelled: LabelledImage, report: ReadReport) -> list[HeadPicture]:
    found = []
    for box, number in zip(labelled.xyxy_px, labelled.kind, strict=True):
        if min(box[2] - box[0], box[3] - box[1]) < LEAST_SIDE_PX:
            report.leave(f"heads smaller than {LEAST_SIDE_PX} px", labelled.file.name)
            continue
        found.append(_cut_with_room(image, box, LAMPS[int(number)], labelled.file.name))
    return found


def _empty_regions(image: U8, labelled: LabelledImage, rng: np.random.Generator) -> list[HeadPicture]:
    """Regions that touch no box: sky, leaves, tail lamps, walls. What is in them has no state."""
    height, width = image.shape[:2]
    found: list[HeadPicture] = []
    for _ in range(10 * EMPTY_PER_PICTURE):
        if len(found) == EMPTY_PER_PICTURE:
            break
        wide, high = np.exp(rng.uniform(np.log(10), np.log(120), 2))
        x, y = rng.uniform(0, max(1, width - wide)), rng.uniform(0, max(1, height - high))
        box = np.array([x, y, min(width, x + wide), min(height, y + high)], np.float32)
        content = image[int(y) : int(box[3]), int(x) : int(box[2])]
        # The augmented pictures of these sets have black corners: nothing is to be learned from them.
        if content.size and content.std() > 3 and not _touches(box, labelled.xyxy_px):
            found.append(_cut_with_room(image, box, Lamp.UNKNOWN, labelled.file.name))
    return found


def _touches(box: F32, others: F32) -> bool:
    """A margin of a whole head around each box counts as part of it: looser regions will be cut."""
    room = 0.7 * (others[:, 2:] - others[:, :2]) + 6
    reach = 0.3 * (box[2:] - box[:2])
    apart = (others[:, :2] - room > box[2:] + reach) | (others[:, 2:] + room < box[:2] - reach)
    return bool((~apart.any(axis=1)).any())


def _cut_with_room(image: U8, box: F32, state: Lamp, source: str) -> HeadPicture:
    height, width = image.shape[:2]
    room = ROOM * max(box[2] - box[0], box[3] - box[1])
    x1, y1 = int(max(0, box[0] - room)), int(max(0, box[1] - room))
    x2, y2 = int(min(width, box[2] + room + 1)), int(min(height, box[3] + room + 1))
    left, top, right, bottom = (box - np.array([x1, y1, x1, y1], np.float32)).tolist()
    return HeadPicture(np.ascontiguousarray(image[y1:y2, x1:x2]), (left, top, right, bottom), state, source)


def loosely(head: HeadPicture, rng: np.random.Generator, looser: float) -> U8:
    """The region as an operator might have drawn it: larger by `looser` of the box, the box anywhere in it."""
    x1, y1, x2, y2 = head.box_px
    wide, high = x2 - x1, y2 - y1
    height, width = head.image.shape[:2]
    across, along = (looser * rng.dirichlet((1.5, 1.5)) for _ in range(2))
    left, right = int(max(0, round(x1 - across[0] * wide))), int(min(width, round(x2 + across[1] * wide)))
    top, bottom = int(max(0, round(y1 - along[0] * high))), int(min(height, round(y2 + along[1] * high)))
    return head.image[top : max(bottom, top + 2), left : max(right, left + 2)]


def varied(head: HeadPicture, rng: np.random.Generator) -> U8:
    """One more picture for training: another region, mirrored, smaller, under another light."""
    region = loosely(head, rng, max(0.0, rng.uniform(-0.25, LOOSEST)))
    if rng.random() < 0.5 and region.shape[1] < region.shape[0]:  # a lying head mirrored has its lamps in no order
        region = region[:, ::-1]
    if rng.random() < 0.5:
        return wear(region, 0.0, rng)
    board = tinted(np.asarray(region, np.float32), rng) if rng.random() < 0.7 else np.asarray(region, np.float32)
    if rng.random() < 0.3:
        board = resized(board, rng.uniform(0.5, 1.0))
    return np.clip(board, 0, 255).astype(np.uint8)


def put_out(head: HeadPicture) -> HeadPicture | None:
    """The same head with its lamp switched off, by painting: what is bright and coloured in the box becomes dim grey.

    None where the light is so strong that it would still be seen to shine, or the head too small to paint in.
    """
    x1, y1, x2, y2 = (round(value) for value in head.box_px)
    if min(x2 - x1, y2 - y1) < LEAST_PAINTED_PX:
        return None
    image = head.image.copy()
    inside = image[max(0, y1) : y2, max(0, x1) : x2]
    hue, saturation, value = cv2.split(cv2.cvtColor(inside, cv2.COLOR_BGR2HSV))
    lit = _near(hue, head.state) & (saturation > 45) & (value > 40)
    if value[lit].size < 0.015 * value.size or np.percentile(value[lit], 90) > 225 or (value > 240).mean() > 0.12:
        return None
    mask = cv2.dilate(lit.astype(np.uint8), np.ones((3, 3), np.uint8))
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)[..., None]
    grey = inside.mean(axis=2, keepdims=True) * 0.55
    inside[...] = np.clip(inside * (1 - soft) + grey * soft, 0, 255).astype(np.uint8)
    return HeadPicture(image, head.box_px, Lamp.OFF, head.source)


def _near(hue: Any, state: Lamp) -> Any:
    """Which of OpenCV's half degrees are the colour of the state, broadly."""
    if state is Lamp.RED:
        return (hue < 22) | (hue > 160)
    if state is Lamp.YELLOW:
        return (hue > 4) & (hue < 38)
    return (hue > 42) & (hue < 108)

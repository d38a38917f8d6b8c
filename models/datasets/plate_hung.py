"""Plates as the whole chain hands them to the reader: hung into a photograph, found there, straightened by what was
found. Corners err as the finder errs, which no drawing of a plate from the front can show."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.datasets.plate_scenes import Photo
from models.datasets.plate_scenes_paste import paste, random_quad
from models.datasets.plate_scenes_weather import weather
from vision.arrays import F32, U8
from vision.plates.finder import PlateFinder, PlateQuads
from vision.plates.search import SearchSettings, look_closer
from vision.plates.straighten import straighten

WIDTHS_PX = (30.0, 420.0)
"""Of hung plates, the smaller as likely as the larger."""
VIEW_TIMES = 3.2
"""Side of the piece of photograph around the plate, in widths of the plate."""
JITTER = 0.06
"""How far, as a share of the plate, the first look's corners stray."""
TEXT_INSET = 0.05
"""Of the plate's sides: what may be cut off without a character being touched."""
MOST_CUT = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class HungPlate:
    """image (height, width, 3) uint8 BGR; quad_px (4, 2) where the plate truly is."""

    image: U8
    quad_px: F32


def hang(photo: Photo, plate: U8, rng: np.random.Generator) -> HungPlate | None:
    """The flat picture of a plate on a vehicle or anywhere in the photograph, in some weather; None: no room there."""
    height, width = photo.image.shape[:2]
    width_px = float(np.exp(rng.uniform(*np.log(np.minimum(WIDTHS_PX, width / 2)))))
    middle = _place(photo, rng)
    side = round(VIEW_TIMES * width_px)
    low = np.clip(np.round(middle - side / 2), 0, np.maximum(np.array([width, height]) - side, 0)).astype(int)
    view = photo.image[low[1] : low[1] + side, low[0] : low[0] + side].copy()
    if min(view.shape[:2]) < side / 2:
        return None
    within = np.array(view.shape[1::-1]) * rng.uniform(0.4, 0.6, 2)
    quad = (random_quad(plate.shape[1] / plate.shape[0], width_px, rng) + within).astype(np.float32)
    if (quad < 1).any() or (quad > np.array(view.shape[1::-1]) - 1).any():
        return None
    paste(view, plate, quad, rng, blur_px=float(rng.choice([0.0, 0.5, 1.0])) * width_px / 100)
    return HungPlate(weather(view, rng), quad)


def _place(photo: Photo, rng: np.random.Generator) -> F32:
    height, width = photo.image.shape[:2]
    boxes = photo.vehicle_xyxy_px
    if not len(boxes) or rng.random() < 0.3:
        return np.array(rng.uniform(0.2, 0.8, 2) * (width, height), np.float32)
    x1, y1, x2, y2 = boxes[int(rng.integers(len(boxes)))]
    return np.array([x1 + (x2 - x1) * rng.uniform(0.3, 0.7), y1 + (y2 - y1) * rng.uniform(0.4, 0.9)], np.float32)


def found(hung: HungPlate, finder: PlateFinder, rng: np.random.Generator) -> F32 | None:
    """(4, 2) corners as the second look of the search gives them; None where it does not see the plate."""
    spread = JITTER * np.ptp(hung.quad_px, axis=0)
    rough = (hung.quad_px + rng.normal(0, spread, (4, 2))).astype(np.float32)
    first = PlateQuads(rough[None], np.ones(1, np.float32))
    again = look_closer(hung.image, first, finder, SearchSettings())
    return again.quad_px[0] if len(again) else None


def looks(hung: HungPlate, quad_px: F32, margins: Sequence[float]) -> list[U8]:
    """The straightened plate with each margin."""
    return [straighten(hung.image, quad_px, margin=margin) for margin in margins]


def shows_all(hung: HungPlate, quad_px: F32, margin: float) -> bool:
    """Whether the straightened picture holds every character of the plate, so that its text is the picture's truth."""
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad_px.astype(np.float32), unit)
    inset = (unit * (1 - 2 * TEXT_INSET) + TEXT_INSET).astype(np.float32)
    place = cv2.getPerspectiveTransform(unit, hung.quad_px)
    text = cv2.perspectiveTransform(cv2.perspectiveTransform(inset[None], place), matrix)[0]
    limit = margin + MOST_CUT
    return bool((text > -limit).all() and (text < 1 + limit).all())

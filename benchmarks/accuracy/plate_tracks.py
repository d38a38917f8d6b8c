"""Drawn tracks for the voting of plates: one vehicle in a row of pictures, its plate worn, perhaps with company."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from models.datasets.plate_scenes_paste import paste, random_quad
from models.datasets.plate_scenes_weather import weather
from models.datasets.plates.choose import random_plate
from models.datasets.plates.draw import draw_plate
from models.datasets.plates.plate import Layout, PlateText
from models.datasets.plates.wear import cloud, wear
from vision.arrays import F32, I8, U8
from vision.frame import Frame
from vision.tracks import Tracks
from vision.vehicles import VehicleKind

SIZE_PX = (840, 880)
VIEWS, EVERY_S = 12, 0.2
SHRINK = 0.96
"""From view to view: the vehicle drives away."""
NARROWEST_PX, WIDEST_PX = 44.0, 100.0
"""Width of the plate in the first view, the narrow as likely as the wide by their ratio."""
ACCUSED, OTHER = 1, 2
WEARS = 2
"""Times over that the road has been at a plate."""


class Company(StrEnum):
    """Who else is there."""

    NOBODY = "nobody"
    BESIDE = "beside"  # a vehicle a little farther off, whose box and plate reach into the accused's
    IN_FRONT = "in_front"  # a nearer one drives across and covers the accused's plate for a while
    COVERING = "covering"  # a nearer one, and the accused bears no plate at all


SHARES = {Company.NOBODY: 0.6, Company.BESIDE: 0.12, Company.IN_FRONT: 0.18, Company.COVERING: 0.1}


@dataclass(frozen=True, slots=True, eq=False)
class DrawnVehicle:
    """plate None: it bears none; flat: its worn plate from the front, quad: its corners' places in widths of it."""

    kind: VehicleKind
    text: str | None
    flat: U8 | None
    quad: F32
    paint: F32


@dataclass(frozen=True, slots=True, eq=False)
class DrawnTrack:
    """frames and tracks go together; track 1 is the accused. text, other: what stands on the plates, None: nothing."""

    frames: tuple[Frame, ...]
    tracks: tuple[Tracks, ...]
    company: Company
    text: str | None
    other: str | None


def draw_track(rng: np.random.Generator) -> DrawnTrack:
    """One accused vehicle over VIEWS pictures, in weather of its own in each."""
    company = Company(rng.choice(list(SHARES), p=list(SHARES.values())))
    accused = _vehicle(rng, has_plate=company is not Company.COVERING)
    other = None if company is Company.NOBODY else _vehicle(rng, has_plate=True)
    plate_px = float(np.exp(rng.uniform(*np.log((NARROWEST_PX, WIDEST_PX)))))
    ground = _ground(rng)
    frames, tracks = [], []
    for view in range(VIEWS):
        boxes = _boxes((accused, other), plate_px * SHRINK**view, company, view, rng)
        image = ground.copy()
        order = (1, 0) if company is Company.BESIDE else (0, 1)
        for row in order:
            one = (accused, other)[row]
            if one is not None:
                _draw(image, one, boxes[row], rng)
        frames.append(Frame(view, view * EVERY_S, weather(image, rng), 0.0))
        tracks.append(_tracks(boxes, accused, other, rng))
    return DrawnTrack(tuple(frames), tuple(tracks), company, accused.text, other.text if other else None)


def _vehicle(rng: np.random.Generator, *, has_plate: bool) -> DrawnVehicle:
    plate: PlateText = random_plate(rng)
    kind = VehicleKind.MOTORBIKE if plate.layout is Layout.MOTORBIKE else VehicleKind.CAR
    flat = draw_plate(plate, rng)
    aspect = flat.shape[1] / flat.shape[0]
    for _ in range(WEARS):
        flat = wear(flat, rng)
    quad = random_quad(aspect, 1.0, rng)
    paint = rng.uniform(15, 200, 3).astype(np.float32)
    return DrawnVehicle(kind, plate.text if has_plate else None, flat if has_plate else None, quad, paint)


def _ground(rng: np.random.Generator) -> U8:
    width, height = SIZE_PX
    texture = cloud(height, width, 30, rng)[..., None] * 60 + cloud(height, width, 4, rng)[..., None] * 40
    return np.asarray(np.clip(texture + rng.uniform(50, 110), 0, 255).repeat(3, axis=2), np.uint8)


def _size_px(vehicle: DrawnVehicle, plate_px: float) -> tuple[float, float]:
    """(width, height) of the box of a vehicle whose plate is about so wide."""
    if vehicle.kind is VehicleKind.MOTORBIKE:
        return 3.6 * plate_px, 7.6 * plate_px
    return 4.6 * plate_px, 3.9 * plate_px


def _boxes(
    vehicles: tuple[DrawnVehicle, DrawnVehicle | None],
    plate_px: float,
    company: Company,
    view: int,
    rng: np.random.Generator,
) -> F32:
    """(1 or 2, 4) boxes of this view."""
    accused, other = vehicles
    wide, high = _size_px(accused, plate_px)
    foot = SIZE_PX[1] * 0.86 - 6 * view
    middle = SIZE_PX[0] / 2 + rng.normal(0, 2)
    boxes = [(middle - wide / 2, foot - high, middle + wide / 2, foot)]
    if other is not None:
        near = company is not Company.BESIDE
        other_wide, other_high = _size_px(other, plate_px * (1.05 if near else 0.9))
        # In front somebody crosses from side to side; beside somebody keeps his place.
        shift = (view / (VIEWS - 1) - 0.5) * 1.6 * wide if near else 0.5 * (wide + 0.4 * other_wide)
        other_foot = foot + (0.1 if near else -0.12) * high
        x = middle + shift
        boxes.append((x - other_wide / 2, other_foot - other_high, x + other_wide / 2, other_foot))
    return np.array(boxes, np.float32)


def _draw(image: U8, vehicle: DrawnVehicle, box_px: F32, rng: np.random.Generator) -> None:
    """A body with a window or a rider, lamps and wheels, and the plate in its place."""
    x1, y1, x2, y2 = box_px.tolist()
    wide, high = x2 - x1, y2 - y1

    def fill(left: float, top: float, right: float, foot: float, shade: tuple[float, ...]) -> None:
        corners = [(x1 + left * wide, y1 + top * high), (x1 + right * wide, y1 + foot * high)]
        low, far = (tuple(round(value) for value in corner) for corner in corners)
        cv2.rectangle(image, low, far, shade, -1, cv2.LINE_AA)

    paint, dark, lamp = tuple(vehicle.paint.tolist()), (28.0, 26.0, 25.0), (40.0, 40.0, 190.0)
    if vehicle.kind is VehicleKind.MOTORBIKE:
        fill(0.25, 0.0, 0.75, 0.45, paint)
        fill(0.2, 0.42, 0.8, 0.85, dark)
        fill(0.42, 0.8, 0.58, 1.0, (18.0, 18.0, 18.0))
        fill(0.4, 0.47, 0.6, 0.52, lamp)
        place = (0.5, 0.63)
    else:
        fill(0.02, 0.25, 0.98, 0.92, paint)
        fill(0.12, 0.0, 0.88, 0.4, tuple(0.8 * value for value in paint))
        fill(0.18, 0.07, 0.82, 0.34, dark)
        for left in (0.04, 0.82):
            fill(left, 0.42, left + 0.14, 0.52, lamp)
            fill(left + 0.03, 0.88, left + 0.13, 1.0, dark)
        place = (0.5, 0.66)
    if vehicle.flat is not None:
        width_px = wide / (3.6 if vehicle.kind is VehicleKind.MOTORBIKE else 4.6)
        middle = np.array([x1 + place[0] * wide, y1 + place[1] * high], np.float32)
        paste(image, vehicle.flat, (vehicle.quad * width_px + middle).astype(np.float32), rng)


def _tracks(boxes: F32, accused: DrawnVehicle, other: DrawnVehicle | None, rng: np.random.Generator) -> Tracks:
    """Boxes as a detector gives them: a few hundredths beside the truth."""
    rows = len(boxes)
    spread = 0.015 * (boxes[:, 2:] - boxes[:, :2]).repeat(2, axis=0).reshape(rows, 4)
    kinds: I8 = np.array([one.kind for one in (accused, other) if one is not None], np.int8)
    return Tracks(
        id=np.array([ACCUSED, OTHER][:rows], np.int64),
        xyxy_px=(boxes + rng.normal(0, 1, boxes.shape) * spread).astype(np.float32),
        score=np.full(rows, 0.9, np.float32),
        kind=kinds,
        confirmed=np.ones(rows, np.bool_),
        seen=np.ones(rows, np.bool_),
        ended=np.zeros(0, np.int64),
    )

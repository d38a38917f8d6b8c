"""Training pictures for the plate finder: real surroundings, plates hung into them with their four corners known.

Every picture is a square window into a photograph, as the finder gets it at work. Plates that the photograph shows
already keep their place among the truth; what nobody labelled is set aside, so that it teaches nothing wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from models.datasets.plate_scenes_lures import random_lure
from models.datasets.plate_scenes_paste import paste, random_quad
from models.datasets.plate_scenes_weather import weather
from vision.arrays import F32, U8, Bool

GREY = 114
"""What stands around a photograph: the card of the finder says the same."""
SIDE_PX = 256
LEAST_WINDOW_PX = 40.0
PASTED_PX = (15.0, 235.0)
"""Widths of hung plates, the smaller as likely as the larger."""
LEAST_KNOWN_PX = 9.0
"""A plate of the photograph that is narrower in the window is neither right nor wrong."""
LEAST_VISIBLE = 0.8
"""Share of a plate that must lie in the picture for it to be one there."""
MOST_HIDDEN = 0.35
"""With less of it in the picture it is none: a few characters seen from close by are no plate."""
GIANT_SHARE, GIANT_PX = 0.06, (280.0, 800.0)
ATTEMPTS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Plates:
    """Row i of both columns describes the same plate.

    quad_px  (n, 4, 2) float32  corners, clockwise from the plate's own top left
    trust    (n,)      float32  how exact the corners are: 1 drawn by us, 0 only the place is right
    """

    quad_px: F32 = field(default_factory=lambda: np.zeros((0, 4, 2), np.float32))
    trust: F32 = field(default_factory=lambda: np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photograph to hang plates into.

    vehicle_xyxy_px  (n, 4) float32  where plates are likely
    plates           those it shows
    unsure_xyxy_px   (m, 4) float32  where there may be plates that nobody labelled
    """

    image: U8
    vehicle_xyxy_px: F32
    plates: Plates
    unsure_xyxy_px: F32


@dataclass(frozen=True, slots=True, eq=False)
class PlatePicture:
    """A flat plate, seen from the front; trust as in `Plates`."""

    image: U8
    trust: float


@dataclass(frozen=True, slots=True, eq=False)
class PlateScene:
    """One training picture of SIDE_PX × SIDE_PX, BGR; unsure_xyxy_px as in `Photo`, in its own pixels."""

    image: U8
    plates: Plates
    unsure_xyxy_px: F32


def compose(photos: Sequence[Sequence[Photo]], plates: Sequence[PlatePicture], rng: np.random.Generator) -> PlateScene:
    """One picture. `photos` are the sets, each as likely as the others."""
    part = photos[int(rng.integers(len(photos)))]
    photo = part[int(rng.integers(len(part)))]
    view, scale = _seen(photo, _window(photo, rng))
    # A window enlarged from few pixels is soft: a sharp plate in it would give itself away.
    blur_px = 0.45 * max(scale - 1, 0) if rng.random() < 0.8 else 0.0
    known = view.plates
    for _ in range(rng.poisson(0.9)):
        _hang(view, random_lure(rng), known, blur_px, rng)
    for _ in range(int(rng.choice(4, p=[0.3, 0.42, 0.18, 0.1]))):
        plate = plates[int(rng.integers(len(plates)))]
        quad = _hang(view, plate.image, known, blur_px, rng, holder=bool(rng.random() < 0.35))
        if quad is not None:
            known = _joined(known, quad, plate.trust)
    visible, cut_off = _visible(known)
    # Whether a plate that the edge cuts off is still one, nobody should learn.
    unsure = np.concatenate([view.unsure_xyxy_px, cut_off]).astype(np.float32)
    return PlateScene(weather(view.image, rng), visible, unsure)


def _window(photo: Photo, rng: np.random.Generator) -> F32:
    """x1, y1 and side of a square of the photograph; it may reach beyond the edge."""
    height, width = photo.image.shape[:2]
    choice = rng.random()
    if choice < 0.5 and len(photo.plates.quad_px):
        quad = photo.plates.quad_px[int(rng.integers(len(photo.plates.quad_px)))]
        middle, size = quad.mean(axis=0), float(np.ptp(quad[:, 0]))
        side = size * np.exp(rng.uniform(np.log(1.4), np.log(12.0)))
    elif choice < 0.75 and len(photo.vehicle_xyxy_px):
        x1, y1, x2, y2 = photo.vehicle_xyxy_px[int(rng.integers(len(photo.vehicle_xyxy_px)))]
        middle = np.array([x1 + x2, y1 + y2]) / 2
        side = max(x2 - x1, y2 - y1) * np.exp(rng.uniform(np.log(0.7), np.log(1.8)))
    else:
        middle = rng.uniform(0.2, 0.8, 2) * (width, height)
        side = max(width, height) * np.exp(rng.uniform(np.log(0.2), 0.0))
    side = float(np.clip(side, LEAST_WINDOW_PX, max(width, height)))
    corner = middle + rng.uniform(-0.3, 0.3, 2) * side - side / 2
    corner = np.clip(corner, -0.2 * side, np.maximum(np.array([width, height]) - 0.8 * side, -0.2 * side))
    return np.array([*corner, side], np.float32)


def _cut(image: U8, window: F32) -> tuple[U8, float]:
    """The window as a picture of SIDE_PX, grey beyond the photograph, and its scale."""
    x, y, side = (int(v) for v in np.round(window))
    height, width = image.shape[:2]
    inner = image[max(y, 0) : max(min(y + side, height), 0), max(x, 0) : max(min(x + side, width), 0)]
    canvas = np.full((SIDE_PX, SIDE_PX, 3), GREY, np.uint8)
    scale = SIDE_PX / side
    left, top = round(max(-x, 0) * scale), round(max(-y, 0) * scale)
    size = (min(round(inner.shape[1] * scale), SIDE_PX - left), min(round(inner.shape[0] * scale), SIDE_PX - top))
    if min(size) > 0:
        # The finder's letterbox shrinks bilinearly; large photographs are area-shrunk before it.
        smooth = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
        canvas[top : top + size[1], left : left + size[0]] = cv2.resize(inner, size, interpolation=smooth)
    return canvas, scale


def _seen(photo: Photo, window: F32) -> tuple[Photo, float]:
    """The window with all that is known of it, in its own pixels, and its scale. What lies outside is left out."""
    canvas, scale = _cut(photo.image, window)
    corner = np.round(window[:2])
    quads = ((photo.plates.quad_px - corner) * scale).astype(np.float32)
    unsure, vehicles = ((boxes - np.tile(corner, 2)) * scale for boxes in (photo.unsure_xyxy_px, photo.vehicle_xyxy_px))
    small: Bool = np.ptp(quads[:, :, 0], axis=1) < LEAST_KNOWN_PX
    inside = _touches(np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1))
    tiny = quads[inside & small]
    unknown = np.concatenate([unsure[_touches(unsure)], np.concatenate([tiny.min(axis=1), tiny.max(axis=1)], axis=1)])
    kept = inside & ~small
    plates = Plates(quads[kept], photo.plates.trust[kept])
    return Photo(canvas, vehicles.astype(np.float32), plates, unknown.astype(np.float32)), scale


def _touches(xyxy_px: F32) -> Bool:
    """(n,) which boxes have something in the picture."""
    return np.asarray((xyxy_px[:, 2:] > 0).all(axis=1) & (xyxy_px[:, :2] < SIDE_PX).all(axis=1), np.bool_)


def _hang(
    view: Photo, picture: U8, taken: Plates, blur_px: float, rng: np.random.Generator, *, holder: bool = False
) -> F32 | None:
    """Hang a flat picture somewhere free, mostly where vehicles carry plates; its quad, or None where no place is."""
    aspect = picture.shape[1] / picture.shape[0]
    for _ in range(ATTEMPTS):
        middle, width_px = _place(view.vehicle_xyxy_px, rng)
        quad = (random_quad(aspect, width_px, rng) + middle).astype(np.float32)
        if _is_free(quad, taken.quad_px):
            if holder:
                _frame(view.image, quad, rng)
            paste(view.image, picture, quad, rng, blur_px=min(blur_px, width_px / 25))
            return quad
    return None


def _place(vehicle_xyxy_px: F32, rng: np.random.Generator) -> tuple[F32, float]:
    """Middle and width: low in the middle of a vehicle, or anywhere."""
    near = vehicle_xyxy_px[
        (vehicle_xyxy_px[:, 2:] > 30).all(axis=1) & (vehicle_xyxy_px[:, :2] < SIDE_PX - 30).all(axis=1)
    ]
    if len(near) and rng.random() < 0.45:
        x1, y1, x2, y2 = near[int(rng.integers(len(near)))]
        middle = np.array([x1 + (x2 - x1) * rng.uniform(0.25, 0.75), y1 + (y2 - y1) * rng.uniform(0.35, 0.95)])
        width_px = min(float(x2 - x1) * rng.uniform(0.14, 0.4), PASTED_PX[1])
    else:
        width_px = float(np.exp(rng.uniform(*np.log(GIANT_PX if rng.random() < GIANT_SHARE else PASTED_PX))))
        middle = rng.uniform(min(width_px / 2, 110), SIDE_PX - min(width_px / 2, 110), 2)
    return middle.astype(np.float32), max(width_px, PASTED_PX[0])


def _is_free(quad: F32, taken: F32) -> bool:
    """Whether the box around it touches no other plate's."""
    low, high = quad.min(axis=0) - 2, quad.max(axis=0) + 2
    return not ((taken.max(axis=1) > low) & (taken.min(axis=1) < high)).all(axis=1).any()


def _frame(canvas: U8, quad: F32, rng: np.random.Generator) -> None:
    """A holder: the plate's outline, a little larger, in one colour."""
    middle = quad.mean(axis=0)
    wider = middle + (quad - middle) * (1 + rng.uniform(0.04, 0.16)) + rng.normal(0, 0.8, 2)
    colour = int(rng.choice([12, 30, 60, 150, 215])) + int(rng.integers(-10, 11))
    cv2.fillConvexPoly(canvas, np.round(wider * 16).astype(np.int32), (colour,) * 3, cv2.LINE_AA, 4)


def _joined(known: Plates, quad: F32, trust: float) -> Plates:
    return Plates(np.concatenate([known.quad_px, quad[None]]), np.append(known.trust, np.float32(trust)))


def _visible(plates: Plates) -> tuple[Plates, F32]:
    """The plates that lie in the picture, and the (k, 4) boxes of those of which nobody can say whether they do."""
    edge = np.array([[0, 0], [SIDE_PX, 0], [SIDE_PX, SIDE_PX], [0, SIDE_PX]], np.float32)
    parts = [cv2.intersectConvexConvex(quad, edge)[0] / max(cv2.contourArea(quad), 1) for quad in plates.quad_px]
    share = np.array(parts, np.float32)
    stays = share >= LEAST_VISIBLE
    half = plates.quad_px[~stays & (share >= MOST_HIDDEN)]
    return Plates(plates.quad_px[stays], plates.trust[stays]), np.concatenate(
        [half.min(axis=1), half.max(axis=1)], axis=1
    )

"""Training pictures for the detector: several labelled pictures cut, scaled and laid in a grid.

A grid of n × m cells makes road-camera sizes out of street-level photographs, and swarms out of single riders.
Pictures are decoded once and kept in memory (uint8), since decoding costs more than all the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.datasets.labels import LabelledImage
from models.errors import DatasetError
from vision.arrays import F32, F64, I8, U8

LONGEST_SIDE_PX = 960
GREY = 114
ATTEMPTS = 100
COMMON_SHARE = 0.5
MOST_REPEATS = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture with its boxes in its own pixels."""

    image: U8
    xyxy_px: F32
    kind: I8


@dataclass(frozen=True, slots=True)
class CanvasSettings:
    """
    grid_shares    how often a canvas has 1 × 1, 2 × 2, … cells
    least_visible  a box stays when this share of it is left after cutting,
    least_side_px  and its sides are at least this long
    most_boxes     a canvas with more is thrown away: the loss pays for the fullest picture of a batch in every one
    """

    width_px: int = 640
    height_px: int = 384
    grid_shares: tuple[float, ...] = (0.35, 0.35, 0.2, 0.1)
    least_visible: float = 0.45
    least_side_px: float = 4.0
    most_boxes: int = 150


def load(labelled: Sequence[LabelledImage]) -> list[Picture]:
    """Decode all, shrunk to LONGEST_SIDE_PX where larger."""
    return [_load_one(one) for one in labelled]


def _load_one(one: LabelledImage) -> Picture:
    image = cv2.imread(str(one.file))
    if image is None:
        raise DatasetError(f"{one.file}: wanted a picture, found none that can be read")
    scale = min(1.0, LONGEST_SIDE_PX / max(image.shape[:2]))
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return Picture(np.asarray(image, np.uint8), (one.xyxy_px * scale).astype(np.float32), one.kind)


def chances(parts: Sequence[Sequence[Picture]], times: Sequence[float] | None = None) -> F64:
    """(pictures of all parts in turn,) how likely each is to be picked, sum 1.

    A part's share is the square root of its size, so that the many drawn pictures do not crowd out the few real ones;
    times: how many times that, for each part.
    Within a part pictures of rare kinds come more often: counted over all parts, one set full of drawn buses would
    hide that real ones are rare.
    """
    shares = np.sqrt([len(part) for part in parts]) * (1.0 if times is None else np.array(times))
    picked = [share * _chances_in(part) for share, part in zip(shares, parts, strict=True) if part]
    return np.concatenate(picked) / shares.sum()


def _chances_in(part: Sequence[Picture]) -> F64:
    """As many times rarer than COMMON_SHARE as the rarest kind in the picture is, from 1 to MOST_REPEATS; sum 1.

    The repeat factors of Gupta et al. (LVIS, CVPR 2019) without their square root.
    """
    shares: dict[int, float] = {}
    held = [set(picture.kind.tolist()) for picture in part]
    for kinds in held:
        for kind in kinds:
            shares[kind] = shares.get(kind, 0.0) + 1 / len(part)
    factor = [max([1.0, *(COMMON_SHARE / shares[kind] for kind in kinds)]) for kinds in held]
    weights = np.minimum(factor, MOST_REPEATS)
    return np.asarray(weights / weights.sum(), np.float64)


def compose(pool: Sequence[Picture], chance: F64, settings: CanvasSettings, rng: np.random.Generator) -> Picture:
    """One training picture of settings' size, made of pictures picked by `chance` (pictures,).

    RuntimeError where no canvas of this pool has few enough boxes.
    """
    for _ in range(ATTEMPTS):
        canvas = _lay_out(pool, chance, settings, rng)
        if len(canvas.kind) <= settings.most_boxes:
            return _weather(canvas, rng)
    raise RuntimeError(f"wanted a canvas of at most {settings.most_boxes} boxes, found none in {ATTEMPTS} tries")


def _lay_out(pool: Sequence[Picture], chance: F64, settings: CanvasSettings, rng: np.random.Generator) -> Picture:
    side = 1 + int(rng.choice(len(settings.grid_shares), p=settings.grid_shares))
    xs = _cuts(settings.width_px, side, rng)
    ys = _cuts(settings.height_px, side, rng)
    canvas = np.full((settings.height_px, settings.width_px, 3), GREY, np.uint8)
    boxes, kinds, heights = [], [], np.cumsum(chance)
    for top, bottom in pairwise(ys):
        for left, right in pairwise(xs):
            picture = pool[int(np.searchsorted(heights, rng.random() * heights[-1], side="right"))]
            cell = canvas[top:bottom, left:right]
            xyxy, kind = _paste(picture, cell, settings, rng)
            boxes.append(xyxy + np.array([left, top, left, top], np.float32))
            kinds.append(kind)
    return Picture(canvas, np.concatenate(boxes), np.concatenate(kinds))


def _cuts(length: int, parts: int, rng: np.random.Generator) -> list[int]:
    """Borders of `parts` cells, moved a little off the regular grid."""
    regular = np.linspace(0, length, parts + 1)
    regular[1:-1] += rng.uniform(-0.2, 0.2, parts - 1) * length / parts
    return [int(cut) for cut in np.round(regular)]


def _paste(picture: Picture, cell: U8, settings: CanvasSettings, rng: np.random.Generator) -> tuple[F32, I8]:
    """Fill `cell` (a view of the canvas) with a scaled, shifted, perhaps mirrored cut; boxes in cell pixels."""
    height, width = picture.image.shape[:2]
    rows, columns = cell.shape[:2]
    fit = min(columns / width, rows / height)
    scale = fit * float(np.exp(rng.uniform(np.log(0.9), np.log(2.2))))
    stretch = float(np.exp(rng.uniform(-0.12, 0.12)))
    sx, sy = scale * stretch, scale / stretch
    dx = rng.uniform(*sorted((0.0, columns - width * sx)))
    dy = rng.uniform(*sorted((0.0, rows - height * sy)))
    if rng.random() < 0.5:
        sx, dx = -sx, dx + width * sx
    matrix = np.array([[sx, 0, dx], [0, sy, dy]])
    smooth = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
    shrunk, matrix = _shrink_first(picture.image, matrix) if smooth == cv2.INTER_AREA else (picture.image, matrix)
    cv2.warpAffine(shrunk, matrix, (columns, rows), dst=cell, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    return _move(picture, (sx, sy, dx, dy), (columns, rows), settings)


def _shrink_first(image: U8, matrix: F64) -> tuple[U8, F64]:
    """Area-shrink, then warp what is left: bilinear sampling alone would alias thin riders away."""
    fx, fy = abs(matrix[0, 0]), abs(matrix[1, 1])
    small = cv2.resize(image, None, fx=fx, fy=fy, interpolation=cv2.INTER_AREA)
    rest = matrix.copy()
    rest[0, 0] *= image.shape[1] / small.shape[1]
    rest[1, 1] *= image.shape[0] / small.shape[0]
    return np.asarray(small, np.uint8), rest


def _move(
    picture: Picture, move: tuple[float, float, float, float], size: tuple[int, int], settings: CanvasSettings
) -> tuple[F32, I8]:
    sx, sy, dx, dy = move
    moved = picture.xyxy_px * np.array([sx, sy, sx, sy]) + np.array([dx, dy, dx, dy])
    if sx < 0:
        moved = moved[:, [2, 1, 0, 3]]
    cut = np.clip(moved, 0, np.array([*size, *size]))
    sides = cut[:, 2:] - cut[:, :2]
    whole = np.maximum((moved[:, 2:] - moved[:, :2]).prod(axis=1), 1e-6)
    keep = (sides.prod(axis=1) / whole >= settings.least_visible) & (sides.min(axis=1) >= settings.least_side_px)
    return cut[keep].astype(np.float32), picture.kind[keep]


def _weather(picture: Picture, rng: np.random.Generator) -> Picture:
    """Colour, light, blur, noise and compression of cheap cameras; boxes stay."""
    image: NDArray[Any] = picture.image
    gain = np.exp(rng.normal(0, 0.08, 3)) * np.exp(rng.normal(0, 0.2))
    table = np.clip(np.arange(256)[:, None] / 255, 0, 1) ** np.exp(rng.normal(0, 0.2)) * 255 * gain
    image = cv2.LUT(image, np.clip(table, 0, 255).astype(np.uint8).reshape(1, 256, 3))
    if rng.random() < 0.1:
        image = np.repeat(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)[..., None], 3, axis=2)
    if rng.random() < 0.2:
        image = cv2.GaussianBlur(image, (3, 3), float(rng.uniform(0.4, 1.2)))
    if rng.random() < 0.3:
        quality = int(rng.integers(25, 80))
        image = np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1))
    return Picture(np.asarray(image, np.uint8), picture.xyxy_px, picture.kind)

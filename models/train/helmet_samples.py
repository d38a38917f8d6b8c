"""Training pictures of riders' upper parts, worn down to a junction camera's, and what the network should say."""

from dataclasses import dataclass

import cv2
import numpy as np

from models.datasets.heads import RiderPicture
from models.train.helmet_net import COMMON_PX, HEIGHT_PX, STRIDE, WIDTH_PX
from vision.arrays import F32, I64, U8
from vision.riders.crops import cut, head_windows

COLUMNS, ROWS = WIDTH_PX // STRIDE, HEIGHT_PX // STRIDE
KEPT_PX = 288
"""Longest side a window is kept at: the canvas shows less."""
GREY = 114
FAR = 0.65
"""Share of the photographs that are shown as from far away: they were taken from nearer than a street camera looks."""


@dataclass(frozen=True, slots=True, eq=False)
class RiderWindow:
    """A rider's surroundings with room to shift; boxes in pixels of `image`, `window_px` is what service would cut."""

    image: U8
    window_px: F32
    heads_px: F32
    states: I64
    unclear_px: F32


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """
    image    (height, width, 3) uint8 BGR
    target   (6, rows, columns) float32: heat of heads, offsets x and y, log width and height, weight of these four
    sort     (rows, columns) int64: class of the head there, -1 where none is to be told
    told     (rows, columns) float32: 0 where nobody knows whether there is a head
    grey_px  left (and right), top (and bottom) margin of the canvas that shows nothing
    """

    image: U8
    grey_px: tuple[int, int]
    target: F32
    sort: I64
    told: F32


def windows_of(picture: RiderPicture) -> list[RiderWindow]:
    """One per rider, the guessed ones included."""
    made = []
    for window in head_windows(picture.riders_px):
        room = 0.35 * max(window[2] - window[0], window[3] - window[1])
        found = cut(picture.image, window + np.array([-room, -room, room, room], np.float32))
        if found is None:
            continue
        part, corner = found
        scale = min(1.0, KEPT_PX / max(window[2] - window[0], window[3] - window[1]))
        size = (max(8, round(part.shape[1] * scale)), max(8, round(part.shape[0] * scale)))
        image = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
        shift, grow = np.tile(corner, 2), np.tile(np.array(size) / (part.shape[1], part.shape[0]), 2)
        moved = [
            ((boxes - shift) * grow).astype(np.float32)
            for boxes in (window[None], picture.heads_px, picture.unclear_px)
        ]
        made.append(RiderWindow(image, moved[0][0], moved[1], picture.states, moved[2]))
    return made


def plain(window: RiderWindow) -> Sample:
    """As service would show it to the network."""
    return _seen(window, window.window_px, mirrored=False, stretch=1.0)


def varied(window: RiderWindow, rng: np.random.Generator, far: float = FAR) -> Sample:
    """Another detector's box, mirrored, stretched, worn; `far` is the share of those shown as from far away."""
    x1, y1, x2, y2 = window.window_px
    wide, tall = x2 - x1, y2 - y1
    shift = rng.normal(0, 0.07, 4) * (wide, tall, wide, tall)
    grow = np.array([-wide, -tall, wide, tall]) * rng.uniform(-0.05, 0.14)
    box = (window.window_px + shift + grow).astype(np.float32)
    sample = _seen(window, box, mirrored=bool(rng.random() < 0.5), stretch=float(np.exp(rng.normal(0, 0.16))))
    image = worn(sample.image, rng, far)
    _paint_margins(image, sample.grey_px)
    return Sample(image, sample.grey_px, sample.target, sample.sort, sample.told)


def _seen(window: RiderWindow, box: F32, *, mirrored: bool, stretch: float) -> Sample:
    """Lay the box on the canvas as `letterbox` does: as large as it fits, grey around it."""
    height, width = window.image.shape[:2]
    x1, y1, x2, y2 = np.clip(box, 0, [width, height, width, height])
    wide, tall = max(4.0, x2 - x1) * stretch, max(4.0, y2 - y1)
    scale = min(WIDTH_PX / wide, HEIGHT_PX / tall)
    centre = np.array([WIDTH_PX, HEIGHT_PX], np.float32) / 2
    matrix = np.array([[scale * stretch, 0, 0], [0, scale, 0]], np.float32)
    matrix[:, 2] = centre - matrix[:, :2] @ np.array([(x1 + x2) / 2, (y1 + y2) / 2], np.float32)
    if mirrored:
        matrix[0] = -matrix[0]
        matrix[0, 2] += WIDTH_PX
    size = (WIDTH_PX, HEIGHT_PX)
    canvas = np.asarray(cv2.warpAffine(window.image, matrix, size, borderValue=(GREY,) * 3), np.uint8)
    grey_px = (round((WIDTH_PX - wide * scale) / 2), round((HEIGHT_PX - tall * scale) / 2))
    _paint_margins(canvas, grey_px)
    heads, unclear = _moved(window.heads_px, matrix), _moved(window.unclear_px, matrix)
    middles = (heads[:, :2] + heads[:, 2:]) / 2
    reach = np.array([wide, tall], np.float32) * scale / 2
    seen = (np.abs(middles - centre) < reach).all(axis=1)
    return Sample(canvas, grey_px, *_asked(heads[seen], window.states[seen], unclear))


def _paint_margins(canvas: U8, grey_px: tuple[int, int]) -> None:
    left, top = grey_px
    if left > 0:
        canvas[:, :left] = canvas[:, WIDTH_PX - left :] = GREY
    if top > 0:
        canvas[:top] = canvas[HEIGHT_PX - top :] = GREY


def _moved(boxes: F32, matrix: F32) -> F32:
    corners = np.stack([boxes[:, :2] @ matrix[:, :2].T, boxes[:, 2:] @ matrix[:, :2].T], axis=1) + matrix[:, 2]
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1).astype(np.float32)


def _asked(heads: F32, states: I64, unclear: F32) -> tuple[F32, I64, F32]:
    """CenterNet's question (Zhou et al. 2019): a bell around each head's middle, size and offset near its top."""
    target = np.zeros((6, ROWS, COLUMNS), np.float32)
    sort, told = np.full((ROWS, COLUMNS), -1, np.int64), np.ones((ROWS, COLUMNS), np.float32)
    columns, rows = np.meshgrid(np.arange(COLUMNS, dtype=np.float32), np.arange(ROWS, dtype=np.float32))
    for x1, y1, x2, y2 in unclear / STRIDE:
        told[(columns >= x1) & (columns <= x2) & (rows >= y1) & (rows <= y2)] = 0
    order = np.argsort(-(heads[:, 2] - heads[:, 0]) * (heads[:, 3] - heads[:, 1]))  # small heads last: they lie on top
    for box, state in zip(heads[order] / STRIDE, states[order], strict=True):
        x, y, wide, tall = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0], box[3] - box[1]
        bell = np.exp(-(((columns - x) / (0.14 * wide + 0.5)) ** 2 + ((rows - y) / (0.14 * tall + 0.5)) ** 2) / 2)
        bell[min(ROWS - 1, int(y)), min(COLUMNS - 1, int(x))] = 1.0
        near = bell > 0.45
        target[1][near], target[2][near] = (x - columns)[near], (y - rows)[near]
        target[3][near] = np.log(np.clip(wide * STRIDE, 2, 2 * HEIGHT_PX) / COMMON_PX)
        target[4][near] = np.log(np.clip(tall * STRIDE, 2, 2 * HEIGHT_PX) / COMMON_PX)
        target[5][near] = bell[near]
        target[0] = np.maximum(target[0], bell)
        sort[bell > 0.2] = state
        told[near] = 1
    return target, sort, told


def worn(image: U8, rng: np.random.Generator, far: float = FAR) -> U8:
    """Far away, blurred, dim, of another colour, compressed: what separates a street camera from a photograph."""
    light: F32 = _far(image, rng, far).astype(np.float32)
    if rng.random() < 0.8:
        light = _relit(light, rng)
    if rng.random() < 0.12:  # night
        light = light * np.float32(rng.uniform(0.2, 0.6))
    if rng.random() < 0.5:
        light = light + rng.standard_normal(light.shape, np.float32) * np.float32(rng.uniform(1, 8))
    return np.clip(light, 0, 255).astype(np.uint8)


def _relit(light: F32, rng: np.random.Generator) -> F32:
    """Another exposure, contrast, saturation and white balance."""
    bent = (light / 255) ** np.float32(np.exp(rng.normal(0, 0.35))) * np.float32(255)
    bent = (bent - 128) * np.float32(rng.uniform(0.6, 1.25)) + np.float32(128 + rng.normal(0, 14))
    grey = bent.mean(axis=2, keepdims=True)
    tint = rng.normal(1, 0.06, 3).astype(np.float32)
    return np.asarray((grey + (bent - grey) * np.float32(rng.uniform(0.2, 1.4))) * tint, np.float32)


def _far(image: U8, rng: np.random.Generator, share: float) -> U8:
    """Few pixels, then enlarged as the canvas enlarges them; or blurred; or as it was."""
    if rng.random() < share:
        tall = int(np.exp(rng.uniform(np.log(28), np.log(HEIGHT_PX))))
        shrunk = cv2.resize(image, (tall * WIDTH_PX // HEIGHT_PX, tall), interpolation=cv2.INTER_AREA)
        if rng.random() < 0.6:
            shrunk = _jpeg(np.asarray(shrunk, np.uint8), int(rng.integers(30, 95)))
        return np.asarray(cv2.resize(shrunk, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_LINEAR), np.uint8)
    if rng.random() < 0.4:
        blurred = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.6))
        return _jpeg(np.asarray(blurred, np.uint8), int(rng.integers(30, 95)))
    return image


def _jpeg(image: U8, quality: int) -> U8:
    _, written = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR), np.uint8)

"""Where in a picture to look for plates: in vehicles first, then everywhere, then once more closely at each find."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.arrays import F32, I64, U8
from vision.plates.finder import PlateFinder, PlateQuads, boxes_of, distinct
from vision.vehicles import VehicleKind


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """
    around_vehicle   a vehicle is looked at in a square this many times the larger side of its box
    everywhere       also look through overlapping tiles of the whole picture, for plates whose vehicle was not seen
    least_tile_px    tiles get no smaller than this
    tile_overlap     share of a tile's side that its neighbour sees as well
    border           share of the picture's larger side, added around the whole picture
    closer           a second look at each find takes a square this many times the plate's larger side
    """

    around_vehicle: float = 1.25
    everywhere: bool = True
    least_tile_px: int = 256
    most_levels: int = 3
    tile_overlap: float = 0.25
    border: float = 0.08
    closer: float = 2.2


LEAST_WINDOW_PX = 4
WITH_PLATES = (VehicleKind.MOTORBIKE, VehicleKind.CAR, VehicleKind.BUS, VehicleKind.TRUCK)


def search(image: U8, vehicle_xyxy_px: F32, finder: PlateFinder, settings: SearchSettings) -> PlateQuads:
    """Plates in full-frame pixels, each once, best score first; all score at least the finder's `doubtful`."""
    return look_closer(image, first_look(image, vehicle_xyxy_px, finder, settings), finder, settings)


def first_look(image: U8, vehicle_xyxy_px: F32, finder: PlateFinder, settings: SearchSettings) -> PlateQuads:
    """What looks like a plate in vehicles or anywhere, each once: cheap, with rough corners."""
    size_px = (image.shape[1], image.shape[0])
    windows = _around(vehicle_xyxy_px, settings.around_vehicle, size_px)
    if settings.everywhere:
        windows = np.concatenate([windows, tiles(size_px, settings)])
    found = _find(image, windows, finder)
    return found.take(distinct(found, finder.card.thresholds.iou))


def look_closer(image: U8, first: PlateQuads, finder: PlateFinder, settings: SearchSettings) -> PlateQuads:
    """Each find again, now large in the finder's picture: its corners are far more exact there, and so is its score.

    What is not found again is dropped; the score is the geometric mean of both looks.
    """
    boxes, kept = boxes_of(first.quad_px), []
    for row, box in enumerate(boxes):
        again = _find(image, _around(boxes[row : row + 1], settings.closer, (image.shape[1], image.shape[0])), finder)
        best = _same(box, again)[:1]
        score = np.sqrt(again.score[best] * first.score[row])
        kept.append(PlateQuads(again.quad_px[best], score.astype(np.float32)))
    found = PlateQuads.joined(kept)
    return found.take(distinct(found, finder.card.thresholds.iou))


def tiles(size_px: tuple[int, int], settings: SearchSettings) -> I64:
    """(n, 4) windows: the whole picture with a border, squares of half its larger side, of a quarter, …

    The border is for a plate that fills the picture: without anything around it, it looks like none.
    """
    width, height = size_px
    side = float(max(width, height))
    border = round(side * settings.border)
    found = [(-border, -border, width + border, height + border)]
    for _ in range(settings.most_levels - 1):
        side /= 2
        if side < settings.least_tile_px:
            break
        found += [
            (x, y, min(x + round(side), width), min(y + round(side), height))
            for y in _starts(height, side, settings.tile_overlap)
            for x in _starts(width, side, settings.tile_overlap)
        ]
    return np.array(found, np.int64)


def _starts(length: int, side: float, overlap: float) -> list[int]:
    """Where tiles begin so that they reach both ends and share at least `overlap` with each other."""
    if length <= side:
        return [0]
    steps = int(np.ceil((length - side) / (side * (1 - overlap))))
    return [round((length - side) * step / steps) for step in range(steps + 1)]


def _around(xyxy_px: F32, times: float, size_px: tuple[int, int]) -> I64:
    """Square windows around boxes, `times` as long as their larger side, those outside the picture left out.

    A window reaches beyond the picture's edge by a tenth of its side at most.
    """
    middles = (xyxy_px[:, :2] + xyxy_px[:, 2:]) / 2
    halves = (xyxy_px[:, 2:] - xyxy_px[:, :2]).max(axis=1, initial=0, keepdims=True) * times / 2
    corners = np.concatenate([np.floor(middles - halves), np.ceil(middles + halves)], axis=1)
    limit, over = np.array([*size_px, *size_px]), np.ceil(halves / 5)
    windows: I64 = np.clip(corners, -over, limit + over).astype(np.int64)
    inside = np.minimum(windows[:, 2:], size_px) - np.maximum(windows[:, :2], 0)
    return windows[(inside >= LEAST_WINDOW_PX).all(axis=1)]


def _find(image: U8, windows: I64, finder: PlateFinder) -> PlateQuads:
    found = finder.find([_cut(image, window, finder.card.input.pad_value) for window in windows])
    moved = [
        PlateQuads(one.quad_px + window[:2].astype(np.float32), one.score)
        for one, window in zip(found, windows, strict=True)
    ]
    return PlateQuads.joined(moved)


def _cut(image: U8, window: I64, grey: int) -> U8:
    """The part of the picture in the window, grey where the window reaches beyond it."""
    x1, y1, x2, y2 = (int(side) for side in window)
    height, width = image.shape[:2]
    inner = image[max(y1, 0) : min(y2, height), max(x1, 0) : min(x2, width)]
    beyond = max(-y1, 0), max(y2 - height, 0), max(-x1, 0), max(x2 - width, 0)
    if not any(beyond):
        return inner
    return np.asarray(cv2.copyMakeBorder(inner, *beyond, cv2.BORDER_CONSTANT, value=(grey,) * 3), np.uint8)


def _same(box: F32, again: PlateQuads) -> I64:
    """Rows of the second look whose middle lies in the inner part of the first look's box, best first."""
    away = np.abs(again.quad_px.mean(axis=1) - (box[:2] + box[2:]) / 2)
    rows: I64 = np.flatnonzero((away <= (box[2:] - box[:2]) * 0.4 + 1).all(axis=1))
    return rows

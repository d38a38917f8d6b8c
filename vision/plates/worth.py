"""How much a view of a vehicle promises for reading its plate, from boxes alone and then from pixels."""

import cv2
import numpy as np

from vision.arrays import F32, I8, I64, U8
from vision.vehicles import VehicleKind

_KINDS = len(VehicleKind)


def _by_kind(motorbike: float, car: float, bus: float, truck: float, rest: float) -> F32:
    table = np.full(_KINDS, rest, np.float32)
    for kind, value in (
        (VehicleKind.MOTORBIKE, motorbike),
        (VehicleKind.CAR, car),
        (VehicleKind.BUS, bus),
        (VehicleKind.TRUCK, truck),
    ):
        table[kind] = value
    return table


# A plate's width as a share of its vehicle's height and width seen from behind: 190 mm of 1.6 and 0.75 m, 330 mm of
# 1.5 and 1.75 m, 330 to 520 mm of about 3 and 2.5 m. Kinds without a plate have 0 and are never looked at.
PLATE_OF_HEIGHT = _by_kind(0.12, 0.22, 0.13, 0.13, 0)
PLATE_OF_WIDTH = _by_kind(0.25, 0.19, 0.16, 0.16, 0)
WIDEST_UPRIGHT = _by_kind(0.75, 1.5, 1.2, 1.2, 1)
"""Width by height of a vehicle seen from before or behind; a wider box shows its side, and its plate aslant."""
FAIR_PLATE_PX = 40.0
"""A plate of this width is worth half of what an endlessly wide one would be."""
EDGE_PX = 2.0
CUT_WORTH = 0.3
MOST_COVERED = 0.5
PATCH = (0.25, 0.75, 0.45, 0.9)
"""From and to, across and down a vehicle's crop: where its plate hangs, or what is as sharp as its plate."""
FAIR_EDGES = 50.0
"""Grey levels of spread of the Laplacian; a picture is then taken for half sharp. Blur and coarse coding flatten it."""


def plate_width_px(xyxy_px: F32, kind: I8) -> F32:
    """(n,) about how wide the plate of each box may be in the picture; 0 for kinds that bear none."""
    sides = xyxy_px[:, 2:] - xyxy_px[:, :2]
    return np.asarray(np.minimum(sides[:, 1] * PLATE_OF_HEIGHT[kind], sides[:, 0] * PLATE_OF_WIDTH[kind]), np.float32)


def of_boxes(xyxy_px: F32, kind: I8, size_px: tuple[int, int]) -> F32:
    """(n,) worth 0..1 by size, aspect and whether the box lies whole in a picture of (width, height)."""
    width_px = plate_width_px(xyxy_px, kind)
    sides = np.maximum(xyxy_px[:, 2:] - xyxy_px[:, :2], 1e-3)
    aslant = np.minimum(1, WIDEST_UPRIGHT[kind] * sides[:, 1] / sides[:, 0])
    limit = np.array(size_px, np.float32) - EDGE_PX
    whole = (xyxy_px[:, :2] >= EDGE_PX).all(axis=1) & (xyxy_px[:, 2:] <= limit).all(axis=1)
    worth = width_px / (width_px + FAIR_PLATE_PX) * aslant * np.where(whole, 1, CUT_WORTH)
    return np.asarray(worth, np.float32)


def uncovered(xyxy_px: F32, rows: I64, others_px: F32) -> F32:
    """(rows,) share of the lower half of each asked box that no single nearer box covers, squared; 0: mostly covered.

    Nearer is what ends lower in the picture. `others_px` (m, 4): all that may stand in front, the asked ones too.
    """
    x1, y1, x2, y2 = xyxy_px[rows].T[:, :, None]
    ox1, oy1, ox2, oy2 = others_px.T
    top = (y1 + y2) / 2
    wide = np.maximum(np.minimum(x2, ox2) - np.maximum(x1, ox1), 0)
    high = np.maximum(np.minimum(y2, oy2) - np.maximum(top, oy1), 0)
    area = np.maximum((x2 - x1) * (y2 - top), 1e-3)
    covered = (wide * high / area * (oy2 > y2)).max(axis=1, initial=0)
    return np.asarray(np.where(covered > MOST_COVERED, 0, (1 - covered) ** 2), np.float32)


def sharpness(crop: U8) -> float:
    """0..1 of the part of a vehicle's crop where its plate hangs: for comparing views of one vehicle in like light."""
    height, width = crop.shape[:2]
    left, right, top, foot = (
        round(side * share) for side, share in zip((width, width, height, height), PATCH, strict=True)
    )
    patch = crop[top : max(foot, top + 1), left : max(right, left + 1)]
    edges = float(cv2.meanStdDev(cv2.Laplacian(cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY), cv2.CV_16S))[1].item())
    return edges**2 / (edges**2 + FAIR_EDGES**2)

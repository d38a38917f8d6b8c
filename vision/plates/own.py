"""Whose plate is it? Shown by geometry alone: where it lies in the accused's box and in the boxes of all others."""

from dataclasses import dataclass

import numpy as np

from vision.arrays import F32
from vision.plates.shots import Shot
from vision.plates.voted import Stray
from vision.vehicles import VehicleKind

OVER_THE_EDGE = 0.03
"""Share of a box's sides by which a corner may reach out of it: detectors' boxes are never exact."""
SAME_DEPTH = 0.03
"""Share of a box's height by which another may end higher and yet perhaps stand in front."""
MOST_SHARED = 0.25
"""Of a plate; with more of it in the box of a nearer vehicle it may be that vehicle's, or be covered by it."""


@dataclass(frozen=True, slots=True)
class Berth:
    """Where a kind of vehicle bears its plate, in shares of the box's width and height.

    across, down  from and to, for the plate's middle
    wide          least and greatest width of the plate
    """

    across: tuple[float, float]
    down: tuple[float, float]
    wide: tuple[float, float]


BERTHS = {
    VehicleKind.MOTORBIKE: Berth((0.18, 0.82), (0.35, 0.97), (0.08, 0.6)),
    VehicleKind.CAR: Berth((0.04, 0.96), (0.35, 0.99), (0.05, 0.5)),
    VehicleKind.BUS: Berth((0.03, 0.97), (0.4, 0.99), (0.03, 0.4)),
    VehicleKind.TRUCK: Berth((0.03, 0.97), (0.35, 0.99), (0.03, 0.4)),
}
"""Of vehicles seen from before or behind, and from above as street cameras do. By hand, from such pictures."""


def stray(quad_px: F32, shot: Shot) -> Stray | None:
    """Why the plate (4, 2), in full-frame pixels, is not the shot's vehicle's own; None: it is.

    In doubt it is not. A vehicle of a kind that bears no plate owns none.
    """
    berth = BERTHS.get(shot.kind)
    edge = OVER_THE_EDGE * (shot.box_px[2:] - shot.box_px[:2])
    if berth is None or (quad_px < shot.box_px[:2] - edge).any() or (quad_px > shot.box_px[2:] + edge).any():
        return Stray.OUTSIDE
    if not _is_placed(quad_px, shot.box_px, berth):
        return Stray.ODD_PLACE
    if not _is_sized(quad_px, shot.box_px, berth):
        return Stray.ODD_SIZE
    claims = (
        _claims(quad_px, shot, box, int(kind)) for box, kind in zip(shot.others_px, shot.others_kind, strict=True)
    )
    return Stray.NEARER_VEHICLE if any(claims) else None


def _claims(quad_px: F32, shot: Shot, other_px: F32, other_kind: int) -> bool:
    """Whether the plate may be the other's: it stands in front, or the plate sits better in its box."""
    if _share_in(quad_px, other_px) <= MOST_SHARED:
        return False
    own_height = float(shot.box_px[3] - shot.box_px[1])
    if float(other_px[3]) > shot.box_px[3] - SAME_DEPTH * own_height:
        return True
    berth = BERTHS.get(VehicleKind(other_kind))
    if berth is None or not (_is_placed(quad_px, other_px, berth) and _is_sized(quad_px, other_px, berth)):
        return False
    return _off_centre(quad_px, other_px) < _off_centre(quad_px, shot.box_px)


def _is_placed(quad_px: F32, box_px: F32, berth: Berth) -> bool:
    across, down = ((quad_px.mean(axis=0) - box_px[:2]) / np.maximum(box_px[2:] - box_px[:2], 1e-3)).tolist()
    return bool(berth.across[0] <= across <= berth.across[1] and berth.down[0] <= down <= berth.down[1])


def _is_sized(quad_px: F32, box_px: F32, berth: Berth) -> bool:
    top, _, bottom, _ = np.linalg.norm(np.roll(quad_px, -1, axis=0) - quad_px, axis=1).tolist()
    wide = (top + bottom) / 2 / max(float(box_px[2] - box_px[0]), 1e-3)
    return bool(berth.wide[0] <= wide <= berth.wide[1])


def _off_centre(quad_px: F32, box_px: F32) -> float:
    """How far the plate's middle lies beside the box's, as a share of the box's width."""
    return abs(float(quad_px[:, 0].mean() - (box_px[0] + box_px[2]) / 2)) / max(float(box_px[2] - box_px[0]), 1e-3)


def _share_in(quad_px: F32, box_px: F32) -> float:
    """Of the area of the box around the plate, the share inside the other box."""
    low, high = quad_px.min(axis=0), quad_px.max(axis=0)
    shared = np.clip(np.minimum(high, box_px[2:]) - np.maximum(low, box_px[:2]), 0, None)
    return float(shared.prod() / max(float((high - low).prod()), 1e-6))

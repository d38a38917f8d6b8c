"""Who stands where: nobody in another's place."""

from collections.abc import Sequence

import numpy as np

from models.datasets.drawn.garage import footprint_m
from models.datasets.drawn.scene import Participant
from vision.arrays import F64
from vision.vehicles import VehicleKind

GAP_M = 0.18


class Room:
    """Each participant as a row of discs along its length; `taken` (n, 3) x, y, radius is nobody's to stand on."""

    def __init__(self, taken: F64) -> None:
        self._discs = taken

    def take(self, one: Participant) -> bool:
        """Reserve the place of `one`; False, and nothing reserved, where another stands."""
        mine = discs(one)
        apart = np.hypot(*(mine[:, None, :2] - self._discs[None, :, :2]).transpose(2, 0, 1))
        gap = 0.02 if one.kind is VehicleKind.PEDESTRIAN else GAP_M
        if np.any(apart < mine[:, None, 2] + self._discs[None, :, 2] + gap):
            return False
        self._discs = np.concatenate([self._discs, mine])
        return True


def discs(one: Participant) -> F64:
    """(n, 3) x, y, radius of discs that cover a participant's place on the road."""
    length, width = footprint_m(one.kind, one.model)
    # Mirrors of motorbikes pass over each other's handlebars in a swarm.
    width *= 0.85 if one.kind is VehicleKind.MOTORBIKE else 1.0
    radius = width / 2 * 1.05
    count = max(1, int(np.ceil(length / width)))
    along = np.linspace(-1, 1, count) * max(length / 2 - radius, 0.0) if count > 1 else np.zeros(1)
    x = one.x_m - np.sin(one.heading_rad) * along
    y = one.y_m + np.cos(one.heading_rad) * along
    return np.stack([x, y, np.full(count, radius)], axis=1)


def boxes_apart(everyone: Sequence[Participant]) -> bool:
    """Whether nobody stands in another's place (without the gap that `Room` keeps)."""
    each = [discs(one) for one in everyone]
    for place, mine in enumerate(each):
        for other in each[place + 1 :]:
            apart = np.hypot(*(mine[:, None, :2] - other[None, :, :2]).transpose(2, 0, 1))
            if np.any(apart < mine[:, None, 2] + other[None, :, 2]):
                return False
    return True

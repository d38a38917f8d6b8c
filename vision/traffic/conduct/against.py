"""Who goes against a lane's arrow, with all that speaks for it and against it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from vision.arrays import Bool
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.road import NO_LANE, Road


class Against(NamedTuple):
    """One row of `Paths`. Ways in bodies; steps: equal looks the way is worth; angles in degrees."""

    row: int
    lane: int
    way: float
    way_error: float
    steps: float
    slower_corner: float
    body_px: float
    off_deg: float
    off_error_deg: float


def going_against(paths: Paths, road: Road, least: float, asked: Bool) -> Iterator[Against]:
    """Of those `asked` (n,) for, whoever is seen at this look, surely in a lane, and has surely gone so many bodies
    against its arrow."""
    error = 2 * paths.error_px / paths.body_px
    told = asked & paths.seen & (paths.lane != NO_LANE) & (paths.back - error >= least)
    if not told.any():
        return
    steps, feet = paths.against_steps(), paths.feet_px()
    for row in np.flatnonzero(told).tolist():
        lane, feet_px, from_px = int(paths.lane[row]), feet[row], paths.from_px[row]
        way_px = float(np.linalg.norm(feet_px - from_px))
        back = float(paths.back[row])
        yield Against(
            row=row,
            lane=lane,
            way=back,
            way_error=float(error[row]),
            steps=float(steps[row]),
            slower_corner=float(paths.back_slow[row]) / back,
            body_px=float(paths.body_px[row]),
            off_deg=road.against_deg(lane, from_px, feet_px),
            off_error_deg=float(np.degrees(np.arctan2(2 * paths.error_px[row], way_px))),
        )

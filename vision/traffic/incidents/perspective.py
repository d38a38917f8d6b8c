"""How things shrink along each lane, learned from whoever drives there: a lane's far end lies farther than it looks.

On a plane road seen in perspective the size of a thing in the picture falls linearly with its way along a straight
lane, to nothing at the lane's vanishing point (Hartley and Zisserman, *Multiple View Geometry*, 2004, ch. 8). Each
vehicle shows where that is by its own two sizes, whatever its kind.
"""

from collections import deque

import numpy as np

from vision.arrays import F64
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.road import NO_LANE, Road

# A vehicle's size tells something once it has changed by this, or has not while the vehicle went so many bodies.
RATIO = 1.25
EVEN_BODIES = 8.0
FEWEST, MOST = 5, 60
# In doubt things shrink less, and the end is nearer.
CAUTIOUS_SHARE = 0.75
EDGE_PX = 2.0


class Perspective:
    """The vanishing point of each lane of `road`, as way along the lane's arrow; none while too few drove there."""

    def __init__(self, road: Road, frame_size_px: tuple[int, int]) -> None:
        self.road = road
        self._vanishing_px: list[deque[float]] = [deque(maxlen=MOST) for _ in road.names]
        self._first: dict[int, tuple[int, float, float]] = {}
        self._frame_size_px = np.array(frame_size_px, np.float64)

    def look(self, paths: Paths) -> None:
        """Take in where everybody is. Boxes that the picture's edge cuts say nothing of their size."""
        inside = (paths.box_px[:, :2] > EDGE_PX).all(axis=1)
        inside &= (paths.box_px[:, 2:] < self._frame_size_px - EDGE_PX).all(axis=1)
        rows = np.flatnonzero(inside & paths.seen & (paths.lane != NO_LANE))
        self._first = {track: self._first[track] for track in paths.id.tolist() if track in self._first}
        for row in rows.tolist():
            lane, track, body_px = int(paths.lane[row]), int(paths.id[row]), float(paths.body_px[row])
            along_px = float(paths.feet_px()[row] @ self.road.arrows[lane])
            known = self._first.get(track)
            if known is None or known[0] != lane or self._learn(lane, (along_px, body_px), known[1:]):
                self._first[track] = (lane, along_px, body_px)

    def level_px(self, lane: int, along_px: float, ahead_px: F64) -> F64:
        """(n,) how long each way ahead of a place on the lane would look if nothing shrank beyond that place; infinite
        to and behind the vanishing point, and as long as it looks where too few drove on the lane. What lies behind
        stays as it looks."""
        known = self._vanishing_px[lane]
        vanishing_px = sorted(known)[int(CAUTIOUS_SHARE * (len(known) - 1))] if len(known) >= FEWEST else np.inf
        here = vanishing_px - along_px
        if not np.isfinite(here) or here == 0:
            return ahead_px
        share = np.maximum(1 - ahead_px / here, 0.0)
        with np.errstate(divide="ignore"):
            level = -here * np.log(share)
        return np.where(ahead_px > 0, level, ahead_px)

    def _learn(self, lane: int, now: tuple[float, float], before: tuple[float, float]) -> bool:
        """Whether the two looks (way, size) at one vehicle were enough."""
        (along_px, body_px), (old_px, old_body_px) = now, before
        way_px = along_px - old_px
        if max(body_px / old_body_px, old_body_px / body_px) >= RATIO and abs(way_px) >= body_px / 2:
            self._vanishing_px[lane].append(old_px + old_body_px * way_px / (old_body_px - body_px))
            return True
        if abs(way_px) >= EVEN_BODIES * body_px:
            self._vanishing_px[lane].append(np.inf)
            return True
        return False

"""The scene's lanes and zones as columns of pixels: who is in which, how far along, how near its end."""

import numpy as np

from vision.arrays import F64, I64, Bool
from vision.geometry.parts import Polygon, StopLine
from vision.geometry.scene import Scene

NO_LANE = -1
SAME_WAY = float(np.cos(np.radians(45)))
SPILL_BACK = "spill_back"
"""A zone of this purpose is kept free: a queue that reaches it spills back."""


class Area:
    """One polygon in full-frame pixels."""

    def __init__(self, polygon: Polygon, frame_size_px: tuple[int, int]) -> None:
        self.corners_px = np.array(polygon, np.float64) * np.array(frame_size_px, np.float64)
        self._ends = np.roll(self.corners_px, -1, axis=0)
        self._along = self._ends - self.corners_px
        self._square = np.maximum((self._along * self._along).sum(-1), 1e-12)
        self._rise = np.where(self._along[:, 1] == 0, 1.0, self._along[:, 1])

    def depth_px(self, points_px: F64) -> F64:
        """(n,) distance to the edge, positive inside."""
        starts, along = self.corners_px, self._along
        x, y = points_px[:, :1] - starts[:, 0], points_px[:, 1:] - starts[:, 1]
        share = np.clip((x * along[:, 0] + y * along[:, 1]) / self._square, 0, 1)
        distance_px = np.hypot(x - share * along[:, 0], y - share * along[:, 1]).min(axis=1)
        # Even-odd rule: a ray to the right passes the edge an odd number of times from inside.
        straddles = (starts[:, 1] > points_px[:, 1:]) != (self._ends[:, 1] > points_px[:, 1:])
        passes = straddles & (x < y * along[:, 0] / self._rise)
        return np.asarray(np.where(passes.sum(axis=1) % 2 == 1, distance_px, -distance_px), np.float64)


class Road:
    """Every lane and kept-free zone of a scene.

    names        of the lanes, in the order of every lane number here
    arrows       (m, 2) unit vectors in pixels; arrow_ends_px (m, 2, 2)
    ends_px      (m,) greatest way along the arrow of any corner of the lane; starts_px its least
    """

    def __init__(self, scene: Scene, frame_size_px: tuple[int, int]) -> None:
        size = np.array(frame_size_px, np.float64)
        self.names = tuple(scene.lanes)
        self.areas = tuple(Area(lane.polygon, frame_size_px) for lane in scene.lanes.values())
        self.zones = {
            name: Area(zone.polygon, frame_size_px) for name, zone in scene.zones.items() if zone.purpose == SPILL_BACK
        }
        self.arrow_ends_px = np.array([lane.direction for lane in scene.lanes.values()]).reshape(-1, 2, 2) * size
        along = self.arrow_ends_px[:, 1] - self.arrow_ends_px[:, 0]
        self.arrows = along / np.linalg.norm(along, axis=1, keepdims=True)
        ways = [area.corners_px @ arrow for area, arrow in zip(self.areas, self.arrows, strict=True)]
        self.starts_px = np.array([way.min() for way in ways])
        self.ends_px = np.array([way.max() for way in ways])
        self.stops_px = np.array([self._stop_px(scene, name, lane, size) for lane, name in enumerate(self.names)])
        self._plane = scene.ground_plane(frame_size_px)

    def _stop_px(self, scene: Scene, name: str, lane: int, size: F64) -> float:
        """How far along the lane its stop line lies; infinite where it has none."""
        own = [
            line
            for line in scene.stop_lines.values()
            if name in line.lanes or (not line.lanes and self._meets(line, lane, size))
        ]
        ways = [float((np.array(line.line) * size).mean(axis=0) @ self.arrows[lane]) for line in own]
        return min(ways, default=np.inf)

    def _meets(self, line: StopLine, lane: int, size: F64) -> bool:
        """Whether a stop line that names no lanes lies in this one."""
        first, second = np.array(line.line, np.float64) * size
        places = first + np.linspace(0, 1, 21)[:, None] * (second - first)
        return bool((self.areas[lane].depth_px(places) > 0).any())

    def lanes_of(self, feet_px: F64, error_px: F64) -> I64:
        """(n,) the lane that each foot surely stands in; NO_LANE outside, near an edge, or where arrows disagree."""
        found = np.full(len(feet_px), NO_LANE, np.int64)
        if not self.names or not len(feet_px):
            return found
        depth_px = np.stack([area.depth_px(feet_px) for area in self.areas], axis=1)
        near = depth_px > -error_px[:, None]
        deepest = depth_px.argmax(axis=1)
        # Where lanes overlap or meet, every one that the foot may stand in must run the same way.
        agree = (self.arrows @ self.arrows.T > SAME_WAY)[deepest]
        between = (near & agree).sum(axis=1) >= 2
        sure = (depth_px[np.arange(len(feet_px)), deepest] > error_px) | between
        sure &= ~(near & ~agree).any(axis=1)
        return np.where(sure, deepest, found)

    def agreeing(self, one: I64, other: I64) -> Bool:
        """(n,) whether two lanes are the same or run the same way, so that who changes lanes goes on in one run."""
        both = (one != NO_LANE) & (other != NO_LANE)
        cosine = (self.arrows[one] * self.arrows[other]).sum(axis=1) if len(self.names) else np.zeros(len(one))
        return np.asarray(both & (cosine > SAME_WAY), np.bool_)

    def against_deg(self, lane: int, from_px: F64, to_px: F64) -> float:
        """Angle between a way and the lane's arrow turned round; on the road where the scene has metres."""
        way, arrow = to_px - from_px, self.arrows[lane]
        if self._plane is not None:
            road = self._plane.to_metres(np.stack([from_px, to_px, *self.arrow_ends_px[lane]]))
            if np.isfinite(road).all():
                way, arrow = road[1] - road[0], road[3] - road[2]
        cosine = -(way @ arrow) / max(float(np.hypot(*way) * np.hypot(*arrow)), 1e-12)
        return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))

"""The lanes of a scene as geometry: who stands in which, how far along it, how much of it is covered."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from shapely import Polygon, contains_xy

from vision.arrays import F64, I64, Bool
from vision.geometry.calibration import GroundPlane
from vision.geometry.lines import share_along
from vision.geometry.scene import Scene

SAMPLES = 64
"""Points of each lane at which it is looked whether something covers it: area shares to a few percent."""
MOST_TRIED = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """Element i of every column describes the same lane.

    polygons_px   corners, (c, 2) float64 each
    edges         (e, 2, 2) float64  all edges of all polygons; edge_of (l,) int64: where each lane's begin
    axis_px       (l, 2) float64  unit vector along the lawful way, in the picture
    axis_m        (l, 2) float64  the same on the road; NaN where not measured
    origin_m      (l, 2) float64  a point from which places along the lane are counted
    span_m        (l, 2) float64  places of its upstream and downstream end; NaN where not measured
    stop_m        (l,)   float64  place of its stop line; NaN where none is known
    free_mps      (l,)   float64  NaN where the scene does not say
    sample_px     (s, 2) float64  points spread evenly over the lanes; sample_of (s,) int64: whose
    metre_per_px  (l,)   float64  mean over its samples of how many metres one pixel may become
    plane         None without a calibration, or with one whose points contradict each other
    to_picture    (3, 3) float64  its homography from metres to pixels
    """

    names: tuple[str, ...]
    polygons_px: tuple[F64, ...]
    edges: F64
    edge_of: I64
    axis_px: F64
    axis_m: F64
    origin_m: F64
    span_m: F64
    stop_m: F64
    free_mps: F64
    sample_px: F64
    sample_of: I64
    metre_per_px: F64
    plane: GroundPlane | None
    to_picture: F64
    frame_size_px: tuple[int, int]

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(cls, scene: Scene, frame_size_px: tuple[int, int], plane: GroundPlane | None) -> Self:
        plane = plane if plane is not None and plane.agrees else None
        size = np.array(frame_size_px, np.float64)
        lanes = list(scene.lanes.values())
        polygons = tuple(np.array(lane.polygon, np.float64) * size for lane in lanes)
        arrows = np.array([lane.direction for lane in lanes], np.float64).reshape(-1, 2, 2) * size
        samples = [_spread(polygon, plane) for polygon in polygons]
        road = _on_road(polygons, arrows, plane)
        return cls(
            names=tuple(scene.lanes),
            polygons_px=polygons,
            edges=np.concatenate([np.zeros((0, 2, 2)), *(edges_of(polygon) for polygon in polygons)]),
            edge_of=np.cumsum([0, *(len(polygon) for polygon in polygons)], dtype=np.int64)[:-1],
            axis_px=_unit(arrows[:, 1] - arrows[:, 0]),
            axis_m=road.axis_m,
            origin_m=road.origin_m,
            span_m=road.span_m,
            stop_m=_stop_places(scene, size, road, plane),
            free_mps=np.array([lane.free_speed_mps or np.nan for lane in lanes], np.float64),
            sample_px=np.concatenate([np.zeros((0, 2)), *samples]),
            sample_of=np.repeat(np.arange(len(lanes), dtype=np.int64), [len(each) for each in samples]),
            metre_per_px=np.array([_metre_per_px(each, plane) for each in samples], np.float64),
            plane=plane,
            to_picture=np.eye(3) if plane is None else plane.to_picture(),
            frame_size_px=frame_size_px,
        )

    def length_m(self, lane: int) -> float:
        return float(self.span_m[lane, 1] - self.span_m[lane, 0])

    def measured(self, lane: int) -> bool:
        """Whether places along the lane are known in metres."""
        return bool(np.isfinite(self.span_m[lane]).all())

    def at(self, place_px: F64) -> int | None:
        """The first lane around a point."""
        lane = int(self.around(place_px[None])[0])
        return None if lane < 0 else lane

    def around(self, points_px: F64) -> I64:
        """(n,) the first lane around each of (n, 2) points; -1 beside all of them."""
        if not (len(self) and len(points_px)):
            return np.full(len(points_px), -1, np.int64)
        inside = within(points_px, self.edges, self.edge_of)
        return np.where(inside.any(axis=1), inside.argmax(axis=1), -1)


def within(points_px: F64, edges: F64, edge_of: I64) -> Bool:
    """(n, l) whether each point lies in each polygon; edges (e, 2, 2) of all, edge_of (l,) where each one's begin.

    An odd number of a polygon's edges lies to the right of a point inside it (Shimrat 1962).
    """
    x, y = points_px[:, :1], points_px[:, 1:]
    (x1, y1), (x2, y2) = edges[:, 0].T, edges[:, 1].T
    astride = (y1 > y) != (y2 > y)
    rise = np.where(y2 == y1, 1.0, y2 - y1)
    right = x < x1 + (y - y1) * (x2 - x1) / rise
    passed = np.add.reduceat((astride & right).astype(np.int8), edge_of, axis=1)
    return np.asarray(passed % 2 == 1, np.bool_)


def edges_of(polygon: F64) -> F64:
    """(c, 2, 2) the edges of a polygon of c corners."""
    return np.stack([polygon, np.roll(polygon, -1, axis=0)], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Road:
    axis_m: F64
    origin_m: F64
    span_m: F64


def _on_road(polygons: tuple[F64, ...], arrows: F64, plane: GroundPlane | None) -> _Road:
    count = len(polygons)
    axis, origin = np.full((count, 2), np.nan), np.full((count, 2), np.nan)
    span = np.full((count, 2), np.nan)
    for lane in range(count) if plane is not None else ():
        assert plane is not None
        start, end = plane.to_metres(arrows[lane])
        corners = plane.to_metres(polygons[lane])
        if not (np.isfinite(corners).all() and np.isfinite([start, end]).all()):
            continue  # a lane drawn up to the horizon has no length
        axis[lane], origin[lane] = (end - start) / np.linalg.norm(end - start), start
        places = (corners - start) @ axis[lane]
        span[lane] = places.min(), places.max()
    return _Road(axis, origin, span)


def _stop_places(scene: Scene, size: F64, road: _Road, plane: GroundPlane | None) -> F64:
    """(l,) where each lane's stop line lies along it, taken in the middle of the lane."""
    places = np.full(len(scene.lanes), np.nan)
    names = list(scene.lanes)
    for stop in scene.stop_lines.values():
        for name in stop.lanes if plane is not None else ():
            assert plane is not None
            lane = names.index(name)
            ends_px = np.array(stop.line, np.float64) * size
            centre_px = np.array(scene.lanes[name].polygon, np.float64).mean(axis=0) * size
            # The point of the line nearest to the lane: a stop line may span several lanes.
            share = float(np.clip(share_along(centre_px[None], ends_px[None])[0, 0], 0, 1))
            point = plane.to_metres((ends_px[0] + share * (ends_px[1] - ends_px[0]))[None])[0]
            places[lane] = (point - road.origin_m[lane]) @ road.axis_m[lane]
    return places


def _unit(ways: F64) -> F64:
    return np.asarray(ways / np.hypot(ways[:, 0], ways[:, 1])[:, None], np.float64)


def _spread(polygon_px: F64, plane: GroundPlane | None) -> F64:
    """(SAMPLES, 2) px spread evenly over the polygon: on the road where that is known, else in the picture."""
    corners = polygon_px if plane is None else plane.to_metres(polygon_px)
    if plane is None or not np.isfinite(corners).all():
        return _even(polygon_px)
    return plane.to_pixels(_even(corners))


def _even(corners: F64) -> F64:
    """Points of the R2 low-discrepancy sequence (Roberts 2018) inside the polygon."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    ring, found = Polygon(corners), np.zeros((0, 2))
    steps = np.array([0.7548776662466927, 0.5698402909980532])
    for begin in range(0, MOST_TRIED, 512):
        points = low + (0.5 + np.arange(begin, begin + 512)[:, None] * steps) % 1 * (high - low)
        found = np.concatenate([found, points[contains_xy(ring, points)]])
        if len(found) >= SAMPLES:
            break
    inner = ring.representative_point()
    return np.asarray(found[:SAMPLES] if len(found) else np.array([[inner.x, inner.y]]), np.float64)


def _metre_per_px(samples_px: F64, plane: GroundPlane | None) -> float:
    return float(np.nanmean(plane.metre_error_at(samples_px, 1.0))) if plane is not None else float("nan")

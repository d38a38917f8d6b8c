"""The road that conduct is measured on: metres where the scene knows them, else pixels told in bodies."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vision.arrays import F64, I8
from vision.geometry.calibration import GroundPlane
from vision.geometry.scene import Scene
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.road import Road
from vision.vehicles import KIND_NAMES, VehicleKind

# How long a vehicle of each kind may be, metres: what lies between its foot and that of the one behind or before it.
LENGTHS_M = {VehicleKind.MOTORBIKE: 2.2, VehicleKind.BICYCLE: 2.0, VehicleKind.CAR: 5.2}
LONGEST_M = 14.0
# How wide a vehicle of each kind is at most: what is wider in the picture is its side, seen aslant.
WIDTHS_M = {VehicleKind.MOTORBIKE: 0.8, VehicleKind.BICYCLE: 0.7, VehicleKind.CAR: 1.9}
WIDEST_M = 2.6
# Of a vehicle's width, to each side of its middle, what must lie inside a place before it is there.
INSIDE_SHARE = 0.25


class Ground:
    """Lane i of every column is lane i of the Road.

    plane     None: places are pixels, and ways are told in bodies (one is the square root of a box's area)
    arrows    (l, 2) unit vectors along the lawful way
    stops     (l,) how far along its arrow each lane's stop line lies, infinite without one; ends: where the lane ends
    """

    def __init__(self, plane: GroundPlane | None, arrows: F64, stops: F64, ends: F64) -> None:
        self.plane = plane
        self.arrows = arrows
        self.stops = stops
        self.ends = ends
        self._widths_m = np.array([WIDTHS_M.get(VehicleKind(kind), WIDEST_M) for kind in range(len(KIND_NAMES))])
        self._lengths_m = np.array([LENGTHS_M.get(VehicleKind(kind), LONGEST_M) for kind in range(len(KIND_NAMES))])

    @classmethod
    def of(cls, scene: Scene, road: Road, frame_size_px: tuple[int, int]) -> Self:
        """In pixels where there is no calibration, it contradicts itself, or something is drawn up to the horizon."""
        plane = scene.ground_plane(frame_size_px)
        in_px = cls(None, road.arrows, road.stops_px, road.ends_px)
        if plane is None or not plane.agrees:
            return in_px
        ends_m = plane.to_metres(road.arrow_ends_px.reshape(-1, 2)).reshape(-1, 2, 2)
        corners_m = [plane.to_metres(area.corners_px) for area in road.areas]
        zones_m = [plane.to_metres(np.array(zone.polygon) * frame_size_px) for zone in scene.zones.values()]
        if not all(np.isfinite(each).all() for each in (ends_m, *corners_m, *zones_m)):
            return in_px
        along = ends_m[:, 1] - ends_m[:, 0]
        arrows = along / np.linalg.norm(along, axis=1, keepdims=True)
        ends = np.array([(corners @ arrow).max() for corners, arrow in zip(corners_m, arrows, strict=True)])
        return cls(plane, arrows, _stops_m(road, plane, arrows), ends)

    def at(self, feet_px: F64) -> F64:
        """(n, 2) places: metres, NaN at and above the horizon, or pixels."""
        return feet_px if self.plane is None else self.plane.to_metres(feet_px)

    def clear(self, kinds: I8, wide: F64) -> F64:
        """(n,) how far from an edge a foot must be before most of the vehicle is surely on its side.

        The foot is the middle of the box; where the box shows a vehicle's side too, the vehicle's own middle may lie to
        either side of that. In pixels nobody knows how much of a box is side: half of it is the whole vehicle.
        """
        if self.plane is None:
            return wide / 2
        own_m = self._widths_m[kinds]
        return np.asarray(np.maximum(wide - own_m, 0) / 2 + INSIDE_SHARE * own_m, np.float64)

    def long(self, kinds: I8, body_px: F64) -> F64:
        """(n,) how long each vehicle may be, in units of place."""
        return 2 * body_px if self.plane is None else self._lengths_m[kinds]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The paths at one look and where they are on the ground; all columns (n, …) in units of place.

    at      (n, 2)  feet; NaN at and above the horizon
    error   two deviations of `at`, with the calibration's own error
    wide    how wide each box is where it meets the road; long: how long the vehicle may be
    clear   how far from an edge a foot must be before most of its vehicle is surely beyond it
    unit    how many units of place one unit of way is: ways are told in metres or in bodies
    """

    paths: Paths
    media_s: float
    ground: Ground
    at: F64
    error: F64
    wide: F64
    clear: F64
    long: F64
    unit: F64

    @classmethod
    def of(cls, paths: Paths, media_s: float, ground: Ground) -> Self:
        x1, _, x2, y2 = paths.box_px.T
        feet_px, plane, long = paths.feet_px(), ground.plane, ground.long(paths.kind, paths.body_px)
        if plane is None:
            clear = ground.clear(paths.kind, x2 - x1)
            return cls(paths, media_s, ground, feet_px, paths.error_px, x2 - x1, clear, long, paths.body_px)
        at, left, right = np.split(plane.to_metres(_stacked(feet_px, x1, x2, y2)), 3)
        error = plane.metre_error_at(feet_px, 1.0) * paths.error_px + plane.position_error_m
        wide = np.hypot(*(right - left).T)
        clear = ground.clear(paths.kind, wide)
        return cls(paths, media_s, ground, at, error, wide, clear, long, np.ones(len(paths)))


def _stacked(feet_px: F64, x1: F64, x2: F64, y2: F64) -> F64:
    """(3 n, 2) feet, then the lower left corners, then the lower right ones: one call is cheaper than three."""
    return np.concatenate([feet_px, np.stack([x1, y2], axis=1), np.stack([x2, y2], axis=1)])


def _stops_m(road: Road, plane: GroundPlane, arrows: F64) -> F64:
    """Where a stop line lies along each lane, metres: taken where it meets the lane's own arrow, drawn on."""
    stops = np.full(len(arrows), np.inf)
    for lane, stop_px in enumerate(road.stops_px.tolist()):
        if np.isfinite(stop_px):
            start_px = road.arrow_ends_px[lane, 0]
            on_arrow_px = start_px + (stop_px - float(start_px @ road.arrows[lane])) * road.arrows[lane]
            stops[lane] = float(plane.to_metres(on_arrow_px[None])[0] @ arrows[lane])
    return stops

"""What part of the road a box covers: a vehicle's height hides road behind it that it does not stand on."""

import numpy as np

from vision.arrays import F64, Bool
from vision.geometry.calibration import project
from vision.traffic.facts.lanes import Lanes
from vision.traffic.facts.sizes import Sizes
from vision.traffic.facts.trails import Trails

# Without a calibration the lower half of a box is taken to stand on the road; seen from a mast it is rarely more.
UNMEASURED_SHARE = 0.5
# Half-width of an occupancy's error from the shape of the footprint alone, as a share of it.
SHAPE_SHARE = 0.25


def footprints_px(who: Trails, lanes: Lanes, sizes: Sizes) -> F64:
    """(n, 4) xyxy: each box cut down to its footprint, from its lower edge to as far back as its kind is long."""
    boxes = who.box_px.astype(np.float64)
    x1, y1, x2, y2 = boxes.T
    top = y2 - UNMEASURED_SHARE * (y2 - y1)
    if lanes.plane is not None and len(boxes):
        far = _far_y(who, lanes, sizes)
        top = np.where(np.isfinite(far), far, top)
    return np.stack([x1, np.minimum(np.maximum(top, y1), y2), x2, y2], axis=1)


def _far_y(who: Trails, lanes: Lanes, sizes: Sizes) -> F64:
    """(n,) picture height of the far end of a vehicle whose near end is the box's lower edge."""
    assert lanes.plane is not None
    away = lanes.plane.to_metres(who.feet_px - (0.0, 1.0)) - who.place
    away /= np.maximum(np.hypot(away[:, 0], away[:, 1]), 1e-12)[:, None]
    along = np.ones(len(who))
    if len(lanes):
        axis = lanes.axis_m[who.lane]
        along = np.where((who.lane >= 0) & np.isfinite(axis[:, 0]), np.abs((axis * away).sum(axis=1)), 1.0)
    across = np.sqrt(np.maximum(1 - along**2, 0))
    deep_m = along * sizes.along_m(who.kind) + across * sizes.across_m(who.kind)
    return project(lanes.to_picture, who.place + deep_m[:, None] * away)[:, 1]


def covered(footprints: F64, points_px: F64) -> Bool:
    """(p,) whether any of (n, 4) footprints lies over each of (p, 2) points."""
    if not len(footprints):
        return np.zeros(len(points_px), np.bool_)
    x, y = points_px.T
    x1, y1, x2, y2 = footprints.T[:, :, None]
    return np.asarray(((x >= x1) & (x <= x2) & (y >= y1) & (y <= y2)).any(axis=0), np.bool_)

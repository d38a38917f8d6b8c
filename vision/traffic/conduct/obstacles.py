"""What stands, or may stand, near somebody: what he may have driven around, and what may hold him where he stands."""

import numpy as np

from vision.arrays import F64, I64, Bool
from vision.traffic.conduct.ground import Look
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.road import NO_LANE, Road

# So much free road, in lengths of the longer of two vehicles, is left between one who stands and one who drives around
# him, or waits behind him; the lengths themselves come on top.
GAP_LENGTHS = 1.0
# To the side of a lane's way somebody still stands in front as far as this, lengths; nearer ahead he is beside.
BESIDE_LENGTHS = 0.6
AHEAD_LENGTHS = 0.15
# Faster than this on the mean of the last second nobody stands.
DRIVES_BODIES_PER_S = 0.5
# Two boxes that share more than this of what they cover together may be taken for one another by the tracker.
MIXED_IOU = 0.4


def drives(paths: Paths) -> Bool:
    """(n,) whether each drove when it was last seen: hidden or hardly seen as it is now, it does not stand."""
    return np.asarray(np.hypot(paths.pace[:, 0], paths.pace[:, 1]) > DRIVES_BODIES_PER_S, np.bool_)


def near_what_stands(look: Look, may_stand: Bool) -> Bool:
    """(n,) whether another vehicle that may stand is so near, or nobody knows how near, that it is driven around."""
    standing = np.flatnonzero(may_stand)
    if not len(standing):
        return np.zeros(len(may_stand), np.bool_)
    at, error, long = look.at, look.error, look.long
    apart = np.linalg.norm(at[:, None] - at[None, standing], axis=2)
    reach = (1 + GAP_LENGTHS) * np.maximum(long[:, None], long[None, standing])
    far = apart > reach + error[:, None] + error[None, standing]
    far[standing, np.arange(len(standing))] = True
    return np.asarray(~far.all(axis=1), np.bool_)


def held(look: Look, rows: I64, may_stand: Bool, road: Road) -> Bool:
    """(r,) whether each of these rows may be held: by one who may stand ahead, a stop line, or a lane's end near by.

    Where no lane tells what is ahead, whoever may stand near in any direction, and any stop line near, may hold it.
    """
    if not len(rows):
        return np.zeros(0, np.bool_)
    at, error, long = look.at, look.error, look.long
    away = at[None] - at[rows][:, None]
    slack = error[None] + error[rows][:, None]
    longer = np.maximum(long[None], long[rows][:, None])
    reach = (1 + GAP_LENGTHS) * longer + slack
    lane = look.paths.lane[rows]
    arrow = look.ground.arrows[lane] if len(road.names) else np.zeros((len(rows), 2))
    ahead = (away * arrow[:, None]).sum(axis=2)
    beside = np.abs(away[..., 0] * -arrow[:, None, 1] + away[..., 1] * arrow[:, None, 0])
    # Told so that a place nobody knows (NaN) holds.
    clear = (ahead <= AHEAD_LENGTHS * long[rows][:, None] - slack) | (ahead > reach)
    clear |= beside > BESIDE_LENGTHS * longer + slack
    around = (away * away).sum(axis=2) > reach**2
    near = ~np.where((lane == NO_LANE)[:, None], around, clear) & may_stand
    near[np.arange(len(rows)), rows] = False
    return np.asarray(near.any(axis=1) | _near_an_end(look, rows, road), np.bool_)


def _near_an_end(look: Look, rows: I64, road: Road) -> Bool:
    """(r,) whether a stop line or the end of the lane is near ahead, or, beside all lanes, any stop line is near."""
    found = np.zeros(len(rows), np.bool_)
    paths, ground = look.paths, look.ground
    feet_px, lane, at, body_px = paths.feet_px()[rows], paths.lane[rows], look.at[rows], paths.body_px[rows]
    reach = look.long[rows] + look.error[rows]
    for number, arrow in enumerate(ground.arrows):
        here, own = at @ arrow, lane == number
        past_stop = np.abs(ground.stops[number] - here) > reach
        found |= own & ~(past_stop & (ground.ends[number] - here > reach))
        if np.isfinite(ground.stops[number]) and (lane == NO_LANE).any():
            beside = road.areas[number].depth_px(feet_px) > -2 * body_px
            found |= (lane == NO_LANE) & ~past_stop & beside
    return found


def mixed_up(box_px: F64) -> Bool:
    """(n,) whether another box lies so much over each that the tracker may have taken one vehicle for the other."""
    if len(box_px) < 2:
        return np.zeros(len(box_px), np.bool_)
    x1, y1, x2, y2 = box_px.T
    wide = np.minimum(x2[:, None], x2) - np.maximum(x1[:, None], x1)
    tall = np.minimum(y2[:, None], y2) - np.maximum(y1[:, None], y1)
    both = np.maximum(wide, 0) * np.maximum(tall, 0)
    area = (x2 - x1) * (y2 - y1)
    shared = both / np.maximum(area[:, None] + area - both, 1e-9)
    np.fill_diagonal(shared, 0)
    return np.asarray((shared > MIXED_IOU).any(axis=1), np.bool_)

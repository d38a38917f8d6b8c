"""When a track may have passed from one vehicle to another: from then on, what was seen before proves nothing of it.

Two motorbikes side by side are one box for a while, then two, and the old track goes on with either of them.
"""

import numpy as np

from vision.arrays import F32, I8, I64, Bool
from vision.tracks import Tracks
from vision.vehicles import VehicleKind

MOST_JUMP = 1.7
"""From one look to the next a box grows or shrinks by less than this, unless it takes in or loses another vehicle."""
JUMP_WITHIN_S = 0.4
MOST_OVERLAP = 0.5
"""Two boxes of like vehicles that overlap by more, as intersection over union, may have changed their tracks."""
BORN_INSIDE = 0.6
"""Share of a new track's box that lay in the box of a like vehicle just before: one box has become two."""

TWO_WHEELED: Bool = np.isin(np.arange(len(VehicleKind)), (VehicleKind.MOTORBIKE, VehicleKind.BICYCLE))


class IdentityWatch:
    """Of one camera, frame by frame. Not for use from two threads at once."""

    def __init__(self) -> None:
        self._before: Tracks | None = None
        self._before_s = 0.0

    def see(self, tracks: Tracks, media_s: float) -> I64:
        """Ids of tracks that may be another vehicle from this frame on than in the one before."""
        before, passed_s = self._before, media_s - self._before_s
        self._before, self._before_s = tracks, media_s
        doubtful = _overlapping(tracks)
        if before is None or not len(before) or not len(tracks):
            return tracks.id[doubtful]
        rows = np.minimum(np.searchsorted(before.id, tracks.id), len(before) - 1)
        known = before.id[rows] == tracks.id
        if passed_s <= JUMP_WITHIN_S:
            both = known & tracks.seen & before.seen[rows]
            doubtful |= both & (_growth(tracks.xyxy_px, before.xyxy_px[rows]) > MOST_JUMP)
        mothers = _mothers(tracks, ~known, before)
        return np.union1d(tracks.id[doubtful], mothers) if len(mothers) else tracks.id[doubtful]


def _growth(now_px: F32, before_px: F32) -> F32:
    """(n,) the larger of both sides' growth or shrinkage, 1 or more."""
    ratio = _sides(now_px) / _sides(before_px)
    return np.asarray(np.maximum(ratio, 1 / ratio).max(axis=1), np.float32)


def _overlapping(tracks: Tracks) -> Bool:
    """(n,) believed tracks that overlap a believed one of a like vehicle."""
    found = np.zeros(len(tracks), np.bool_)
    two_wheeled = _is_two_wheeled(tracks.kind)
    for alike in (two_wheeled, ~two_wheeled):
        rows = (alike & tracks.confirmed).nonzero()[0]
        if len(rows) < 2:
            continue
        boxes = tracks.xyxy_px[rows]
        sides = _sides(boxes)
        area = sides[:, 0] * sides[:, 1]
        # Areas a and b share more than s of their union where the intersection exceeds s (a + b) / (1 + s).
        least = (MOST_OVERLAP / (1 + MOST_OVERLAP)) * area
        much = _shared(boxes, boxes) > least[:, None] + least[None]
        np.fill_diagonal(much, val=False)
        found[rows] = much.any(axis=1)
    return found


def _mothers(tracks: Tracks, new: Bool, before: Tracks) -> I64:
    """Ids of like vehicles in whose box of the frame before a new track's box lies for the most part."""
    if not new.any():
        return np.zeros(0, np.int64)
    boxes = tracks.xyxy_px[new]
    inside = _shared(boxes, before.xyxy_px) > BORN_INSIDE * _sides(boxes).prod(axis=1)[:, None]
    alike = _is_two_wheeled(tracks.kind[new])[:, None] == _is_two_wheeled(before.kind)
    return np.asarray(before.id[(inside & alike).any(axis=0)], np.int64)


def _shared(some_px: F32, others_px: F32) -> F32:
    """(n, m) areas of intersection. Column by column: reductions over short axes are slow."""
    x1, y1, x2, y2 = some_px.T[:, :, None]
    ox1, oy1, ox2, oy2 = others_px.T
    wide = np.minimum(x2, ox2)
    wide -= np.maximum(x1, ox1)
    high = np.minimum(y2, oy2)
    high -= np.maximum(y1, oy1)
    np.maximum(wide, 0, out=wide)
    np.maximum(high, 0, out=high)
    wide *= high
    return np.asarray(wide, np.float32)


def _sides(boxes_px: F32) -> F32:
    return np.asarray(np.maximum(boxes_px[:, 2:] - boxes_px[:, :2], 1e-3), np.float32)


def _is_two_wheeled(kind: I8) -> Bool:
    return TWO_WHEELED[kind]

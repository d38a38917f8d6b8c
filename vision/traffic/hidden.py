"""Whose feet a nearer vehicle may cover: there a box ends where the vehicle in front begins, not on the road."""

from collections.abc import Sequence

import numpy as np

from vision.arrays import F32, F64, Bool

# The strip above a box's lower edge, and the slack below it, in which a nearer box makes the edge doubtful: a detector
# ends a cut box now somewhat above, now somewhat below the outline that cuts it. Shares of the box's height.
STRIP_SHARE = 0.1
# A nearer box that covers less than this share of the width leaves a wheel in sight.
LEAST_WIDTH_SHARE = 0.2
# A vehicle that drives takes its far edge along: two thirds of the way and more for a motorbike under a mast of 5 m, a
# third for a bus. A box whose lower edge is being covered leaves it where it is.
LEAST_SHARE_OF_FAR_EDGE = 0.3


def feet_hidden(xyxy_px: F32, rows: Bool) -> Bool:
    """(n,) bool: whether another box that ends lower in the picture covers the lower edge of each box of `rows`.

    xyxy_px (n, 4) of all that may stand in front, believed or not. Rows not asked for are False.
    """
    hidden = np.zeros(len(xyxy_px), np.bool_)
    asked = np.flatnonzero(rows)
    if len(asked) == 0 or len(xyxy_px) < 2:
        return hidden
    x1, y1, x2, y2 = xyxy_px.T
    ax1, ay1, ax2, ay2 = xyxy_px[asked].T[:, :, None]
    strip_px = STRIP_SHARE * (ay2 - ay1)
    nearer = (y2 > ay2) & (y1 <= ay2 + strip_px) & (y2 >= ay2 - strip_px)
    shared_px = np.minimum(x2, ax2) - np.maximum(x1, ax1)
    hidden[asked] = (nearer & (shared_px >= LEAST_WIDTH_SHARE * (ax2 - ax1))).any(axis=1)
    return hidden


def feet_went_alone(times_s: Sequence[float], boxes_px: F32, onward: F64) -> bool:
    """Whether the lower edge of one box went onward while the rest of it hardly did: it is being covered, or uncovered.

    times_s n, boxes_px (n, 4), onward (2,) the unit vector of the way; the edges' speeds are those of straight lines
    fitted to all of them. False for feet that do not go onward at all.
    """
    since_s = np.asarray(times_s, np.float64) - np.mean(times_s)
    spread = float((since_s**2).sum())
    if spread == 0:
        return False
    left, top, right, bottom = (since_s @ boxes_px.astype(np.float64) / spread).tolist()
    feet = float(np.array([(left + right) / 2, bottom]) @ onward)
    slowest = float((np.array([[left, top], [right, bottom]]) * onward).min(axis=0).sum())
    return feet > 0 and slowest < LEAST_SHARE_OF_FAR_EDGE * feet

"""Who goes over a painted line with the whole vehicle: first surely on the one side of it, then surely on the other."""

from typing import NamedTuple

import numpy as np

from vision.arrays import F32, F64, I8, I64, Bool
from vision.geometry.calibration import GroundPlane
from vision.tracks import Tracks
from vision.traffic.hidden import feet_hidden
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import LARGEST_GROWTH, LONGEST_STEP_S, feet_of, sizes
from vision.vehicles import VehicleKind

WIDEST_M = np.array([1.0, 0.8, 2.0, 2.6, 2.6, 1.0])
"""The widest of each kind on the road, metres: motorbike, bicycle, car, bus, truck, pedestrian."""
LEAST_RISE = 0.5
"""A marking that rises less than this for its way across is seen from the side: there nobody knows flank from face."""
LEAST_CLEAR = 0.12
"""Bodies, error taken off, by which the whole lower edge must be clear of a marking to be surely on a side of it."""
NEAR_BODIES = 2.0
LONGEST_LEAP = 2.0
"""Whoever went farther than this from one look to the next, bodies, is perhaps another."""


class Over(NamedTuple):
    """One track went over one marking. hand: +1 it went to the left hand of who walks along the marking, -1 right.

    before, after, error: bodies; along: of the looks that show it astride, the least share of the marking to its nearer
    end, below 0 beyond it; infinite where no look does.
    """

    row: int
    marking: int
    hand: int
    since_s: float
    before: float
    after: float
    error: float
    along: float
    seen: int
    whole: float
    foot_hidden: bool


class Sides(NamedTuple):
    """(n,) columns of one marking. hand: +1 the whole lower edge lies surely on the left, -1 right, 0 neither."""

    hand: I8
    clear: F64
    error: F64
    along: F64


class Polyline:
    """A painted line in pixels, from point to point."""

    def __init__(self, points_px: F64) -> None:
        self._starts, self._along = points_px[:-1], np.diff(points_px, axis=0)
        self._lengths = np.linalg.norm(self._along, axis=1)
        self._before = np.concatenate([[0.0], np.cumsum(self._lengths)[:-1]])
        self._whole = float(self._lengths.sum())
        across, down = (points_px[-1] - points_px[0]).tolist()
        upward = across if down < 0 else -across
        # Whoever drives along it shows the flank on the side to which it leans on its way up the picture.
        self.flank = 0 if abs(down) < LEAST_RISE * abs(across) else int(np.sign(upward))

    def side_px(self, points_px: F64) -> tuple[F64, F64]:
        """(n,) distance to the line, > 0 on the left hand, and (n,) how far from the nearer end, as a share of it all,
        below 0 beyond an end."""
        away = points_px[:, None] - self._starts
        share = (away * self._along).sum(-1) / self._lengths**2
        foot = self._starts + np.clip(share, 0, 1)[..., None] * self._along
        apart_px = np.linalg.norm(points_px[:, None] - foot, axis=-1)
        # y points down, so the usual cross product is positive on the right hand: its sign is turned here.
        cross = (self._along[:, 1] * away[..., 0] - self._along[:, 0] * away[..., 1]) / self._lengths
        # At a bend two pieces are equally near: that one counts which the point lies more to the side of.
        nearest = np.lexsort((-np.abs(cross), apart_px.round(6)), axis=1)[:, 0]
        rows = np.arange(len(points_px))
        last = len(self._starts) - 1
        free = share.copy()
        free[:, 1:] = np.maximum(free[:, 1:], 0)
        free[:, :last] = np.minimum(free[:, :last], 1)
        at = (self._before + free * self._lengths)[rows, nearest] / self._whole
        return np.sign(cross[rows, nearest]) * apart_px[rows, nearest], np.minimum(at, 1 - at)


class MarkingWatch:
    """Columns by vehicle near a marking, and marking; who drives off, or ends, is forgotten."""

    def __init__(self, polylines_px: list[F64], limits: IncidentLimits, plane: GroundPlane | None = None) -> None:
        """plane: tells how much of a box is flank; without it the whole lower edge counts as the vehicle's."""
        self._plane = plane
        self._lines = [Polyline(points) for points in polylines_px]
        self._limits = limits
        self._reach_px = np.array([[*points.min(axis=0), *points.max(axis=0)] for points in polylines_px]).reshape(
            -1, 4
        )
        self._begin(np.zeros(0, np.int64))

    def _begin(self, ids: I64) -> None:
        shape = (len(ids), len(self._lines))
        self._ids = ids
        self._hand: I8 = np.zeros(shape, np.int8)
        self._since_s, self._clear, self._error = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self._along, self._seen = np.full(shape, np.inf), np.zeros(shape, np.int64)
        self._hidden = np.zeros(shape, np.bool_)
        self._home_px = np.zeros((*shape, 4))
        self._last_px, self._last_s = np.zeros((len(ids), 4)), np.full(len(ids), -np.inf)

    def _follow(self, ids: I64) -> None:
        """The columns of these tracks, those of new ones empty."""
        old = {name: getattr(self, name) for name in _COLUMNS}
        _, rows, kept = np.intersect1d(ids, self._ids, assume_unique=True, return_indices=True)
        self._begin(ids)
        for name in _COLUMNS:
            getattr(self, name)[rows] = old[name][kept]

    def see(self, tracks: Tracks, media_s: float) -> list[Over]:
        """Whoever this frame first shows wholly on another side than before; `row` is that of `tracks`."""
        rows = np.flatnonzero(tracks.confirmed & (tracks.kind != VehicleKind.PEDESTRIAN))
        rows = rows[self._near(tracks.xyxy_px[rows])]
        if not len(rows) and not len(self._ids):
            return []
        rows = rows[np.argsort(tracks.id[rows], kind="stable")]
        if len(rows) != len(self._ids) or (tracks.id[rows] != self._ids).any():
            self._follow(tracks.id[rows])
        box_px, seen = tracks.xyxy_px[rows].astype(np.float64), tracks.seen[rows]
        body_px, error_px = sizes(box_px, self._limits)
        self._break_off(box_px, seen, body_px, media_s)
        wide_px = self._widest_px(box_px, tracks.kind[rows])
        found: list[Over] = []
        for place, line in enumerate(self._lines):
            now = _sides(line, _edge(box_px, wide_px, line.flank), body_px, error_px, seen)
            mine = self._hand[:, place]
            between = seen & (mine != 0) & (now.hand != mine)
            self._seen[between, place] += 1
            astride = between & (now.hand == 0)
            self._along[astride, place] = np.minimum(self._along[astride, place], now.along[astride])
            if between.any():
                self._hidden[:, place] |= between & feet_hidden(tracks.xyxy_px, tracks.seen)[rows]
            for one in np.flatnonzero(between & (now.hand != 0)).tolist():
                found.append(self._over(one, place, now, box_px[one])._replace(row=int(rows[one])))
            self._settle(place, now, box_px, media_s)
        self._last_px = np.where(seen[:, None], box_px, self._last_px)
        self._last_s = np.where(seen, media_s, self._last_s)
        return found

    def _widest_px(self, box_px: F64, kind: I8) -> F64:
        """(n,) how wide the widest of its kind looks at each one's feet; infinite where nobody knows."""
        if self._plane is None:
            return np.full(len(box_px), np.inf)
        feet_px = feet_of(box_px)
        half_px = np.array([0.5, 0.0])
        step_m = self._plane.to_metres(feet_px + half_px) - self._plane.to_metres(feet_px - half_px)
        wide_px = WIDEST_M[kind] / np.linalg.norm(step_m, axis=1)
        return np.where(np.isfinite(wide_px), wide_px, np.inf)

    def _near(self, xyxy_px: F32) -> Bool:
        """(n,) whether each is so near to some marking that it may be about to go over it; others are not followed."""
        x1, y1, x2, y2 = xyxy_px.T[:, :, None]
        slack_px = NEAR_BODIES * np.maximum(x2 - x1, y2 - y1)
        left, top, right, bottom = self._reach_px.T
        beside = (x2 + slack_px >= left) & (x1 - slack_px <= right)
        return np.asarray((beside & (y2 + slack_px >= top) & (y2 - slack_px <= bottom)).any(axis=1), np.bool_)

    def _break_off(self, box_px: F64, seen: Bool, body_px: F64, media_s: float) -> None:
        """Forget the side of whoever leapt, grew at once or was out of sight: it may be another vehicle now."""
        known = np.isfinite(self._last_s) & seen
        last_px, _ = sizes(self._last_px, self._limits)
        grown = np.divide(body_px, last_px, out=np.full(len(body_px), np.inf), where=last_px > 0)
        leap_px = np.abs(box_px - self._last_px).max(axis=1)
        other = (np.maximum(grown, 1 / np.maximum(grown, 1e-9)) > LARGEST_GROWTH) | (leap_px > LONGEST_LEAP * body_px)
        other |= media_s - self._last_s > LONGEST_STEP_S
        self._hand[known & other] = 0

    def _settle(self, place: int, now: Sides, box_px: F64, media_s: float) -> None:
        """Whoever is surely on a side is at home there."""
        home = now.hand != 0
        self._hand[home, place] = now.hand[home]
        self._since_s[home, place] = media_s
        self._clear[home, place], self._error[home, place] = now.clear[home], now.error[home]
        self._along[home, place], self._seen[home, place] = np.inf, 1
        self._hidden[home, place] = False
        self._home_px[home, place] = box_px[home]

    def _over(self, one: int, place: int, now: Sides, box_px: F64) -> Over:
        return Over(
            row=one,
            marking=place,
            hand=int(now.hand[one]),
            since_s=float(self._since_s[one, place]),
            before=float(self._clear[one, place]),
            after=float(now.clear[one]),
            error=float(max(now.error[one], self._error[one, place])),
            along=float(self._along[one, place]),
            seen=int(self._seen[one, place]) + 1,
            whole=_whole(self._home_px[one, place], box_px),
            foot_hidden=bool(self._hidden[one, place]),
        )


def _edge(box_px: F64, wide_px: F64, flank: int) -> F64:
    """(2n, 2) both ends of the part of each lower edge that is the vehicle's nearer face; the rest is flank."""
    x1, _, x2, y2 = box_px.T
    left = np.maximum(x1, x2 - wide_px) if flank < 0 else x1
    right = np.minimum(x2, x1 + wide_px) if flank > 0 else x2
    return np.concatenate([np.stack([left, y2], axis=1), np.stack([right, y2], axis=1)])


def _sides(line: Polyline, ends_px: F64, body_px: F64, error_px: F64, seen: Bool) -> Sides:
    count = len(body_px)
    side_px, along = line.side_px(ends_px)
    one_px, other_px = side_px[:count], side_px[count:]
    same = np.sign(one_px) == np.sign(other_px)
    clear = np.where(same, np.minimum(np.abs(one_px), np.abs(other_px)), 0.0) / body_px
    error = error_px / body_px
    hand = np.where((clear - error >= LEAST_CLEAR) & seen, np.sign(one_px), 0).astype(np.int8)
    return Sides(hand, clear, error, np.minimum(along[:count], along[count:]))


_COLUMNS = (
    *("_hand", "_since_s", "_clear", "_error", "_along", "_seen", "_hidden", "_home_px"),
    *("_last_px", "_last_s"),
)


def _whole(home_px: F64, box_px: F64) -> float:
    """The way of the slower of the box's upper and lower edge, as a share of the lower's, along the feet's own way."""
    lower = np.array([(box_px[0] + box_px[2] - home_px[0] - home_px[2]) / 2, box_px[3] - home_px[3]])
    length = float(np.hypot(*lower))
    if length == 0:
        return 0.0
    corners = (box_px - home_px).reshape(2, 2) @ (lower / length)
    return float(corners.min() / length)

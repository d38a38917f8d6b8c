"""How vehicles stand to the stop lines: wholly before, or on and past; and what they did after they had passed."""

from typing import NamedTuple

import numpy as np

from vision.arrays import F64, I64, Bool
from vision.geometry.calibration import GroundPlane
from vision.geometry.lines import left_normals, signed_distance
from vision.tracks import Tracks
from vision.traffic.conduct.trail import Trail
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths, feet_of, sizes

# Somebody closer behind than this, from foot to foot, leaves no room to brake; and no farther to the side.
BEHIND_BODIES = 2.0
BESIDE_BODIES = 1.0
# So far to the side somebody still stands in front.
AHEAD_BESIDE_BODIES = 1.2


# The longest of each kind on the road, metres: motorbike, bicycle, car, bus, truck, pedestrian.
LONGEST_M = np.array([2.5, 2.5, 6.0, 18.0, 20.0, 1.0])


class ClearOfLines:
    """For each live track and stop line the last moment at which the whole vehicle surely lay before the line.

    Either its whole box does, or, where the scene has metres, its feet are farther from the line than the longest of
    its kind is long. The upper part of a box stands above the road, so without metres a vehicle near the line may
    count as being on it when it is not: the doubt goes its way. Lines count as endless.
    """

    def __init__(
        self, ends_px: F64, enter_hands: F64, limits: IncidentLimits, plane: GroundPlane | None = None
    ) -> None:
        """ends_px (m, 2, 2); enter_hands (m,): the hand of each line on which the junction lies, +1 left, -1 right."""
        self._ends_px = ends_px
        self._hands = enter_hands
        self._limits = limits
        self._plane = plane
        self._ends_m = plane.to_metres(ends_px.reshape(-1, 2)).reshape(-1, 2, 2) if plane is not None else None
        self._ids: I64 = np.zeros(0, np.int64)
        self._clear_s: F64 = np.zeros((0, len(ends_px)))

    def see(self, tracks: Tracks, media_s: float) -> None:
        order = np.argsort(tracks.id, kind="stable")
        ids = tracks.id[order]
        before = np.full((len(ids), len(self._ends_px)), -np.inf)
        _, rows, old = np.intersect1d(ids, self._ids, assume_unique=True, return_indices=True)
        before[rows] = self._clear_s[old]
        clear = self._clear(tracks)[order] & tracks.seen[order, None]
        self._ids, self._clear_s = ids, np.where(clear, media_s, before)

    def _clear(self, tracks: Tracks) -> Bool:
        box_px = tracks.xyxy_px.astype(np.float64)
        corners_px = box_px[:, [0, 1, 2, 1, 0, 3, 2, 3]].reshape(-1, 2)
        onward_px = (signed_distance(corners_px, self._ends_px) * self._hands).reshape(len(box_px), 4, len(self._hands))
        _, error_px = sizes(box_px, self._limits)
        boxes = onward_px.max(axis=1) < -error_px[:, None]
        return np.asarray(boxes | self._far_before(tracks, box_px, error_px), np.bool_)

    def _far_before(self, tracks: Tracks, box_px: F64, error_px: F64) -> Bool:
        """(n, m) whether the feet are before each line by more than a vehicle's length."""
        if self._plane is None or self._ends_m is None or not len(box_px):
            return np.zeros((len(box_px), len(self._ends_px)), np.bool_)
        feet_px = feet_of(box_px)
        before = signed_distance(feet_px, self._ends_px) * self._hands < -error_px[:, None]
        apart_m = np.abs(signed_distance(self._plane.to_metres(feet_px), self._ends_m))
        error_m = self._plane.metre_error_at(feet_px, 1.0) * error_px + self._plane.position_error_m
        return np.asarray(before & (apart_m - error_m[:, None] > LONGEST_M[tracks.kind][:, None]), np.bool_)

    def since(self, track: int, line: int) -> float | None:
        """That moment of one track at one line, by its number; None where it was never seen so, or is gone."""
        row = int(np.searchsorted(self._ids, track))
        if row == len(self._ids) or self._ids[row] != track or np.isinf(self._clear_s[row, line]):
            return None
        return float(self._clear_s[row, line])


class Way(NamedTuple):
    """Over a line (2, 2) in pixels to one hand of it: +1 left, -1 right."""

    ends_px: F64
    hand: float

    def beyond_px(self, points_px: F64) -> F64:
        """(n,) how far beyond the line each lies, below 0 before it."""
        return np.asarray(self.hand * signed_distance(points_px, self.ends_px[None])[:, 0], np.float64)

    def onward(self) -> F64:
        """(2,) the unit vector across the line, the way of whoever goes over it."""
        return np.asarray(self.hand * left_normals(self.ends_px[None])[0], np.float64)


class Onward(NamedTuple):
    """bodies: the farthest that feet were seen beyond a line, in sizes of their own vehicle, with its error."""

    bodies: float
    error: float


def went_onward(
    trail: Trail, track: int, over: Way, span_s: tuple[float, float], limits: IncidentLimits
) -> Onward | None:
    """How far beyond the line that track was seen; None where it was not seen at all in that span of time."""
    _, boxes_px = trail.way_of(track, *span_s)
    if not len(boxes_px):
        return None
    body_px, error_px = sizes(boxes_px, limits)
    beyond = over.beyond_px(feet_of(boxes_px)) / body_px
    best = int(beyond.argmax())
    return Onward(float(beyond[best]), float(error_px[best] / body_px[best]))


def followed_closely(tracks: Tracks, track: int, over: Way) -> bool:
    """Whether some vehicle is close behind that one on its way."""
    row = np.flatnonzero(tracks.id == track)
    if not len(row):
        return False
    box_px = tracks.xyxy_px.astype(np.float64)
    body_px = np.sqrt((box_px[:, 2] - box_px[:, 0]) * (box_px[:, 3] - box_px[:, 1]))
    away_px = feet_of(box_px) - feet_of(box_px)[row[0]]
    larger_px = np.maximum(body_px, body_px[row[0]])
    onward = over.onward()
    behind_px, beside_px = -(away_px @ onward), np.abs(away_px @ np.array([-onward[1], onward[0]]))
    near = (behind_px > 0) & (behind_px <= BEHIND_BODIES * larger_px) & (beside_px <= BESIDE_BODIES * larger_px)
    near[row[0]] = False
    return bool((near & tracks.confirmed).any())


def queue_ahead(paths: Paths, row: int, waiting: Bool, over: Way, limits: IncidentLimits) -> bool:
    """Whether somebody ahead of that vehicle, on the way over the line, perhaps stands and so held it there.

    waiting (n,): who may stand.
    """
    away_px = paths.feet_px() - paths.feet_px()[row]
    onward = over.onward()
    ahead_px, beside_px = away_px @ onward, np.abs(away_px @ np.array([-onward[1], onward[0]]))
    larger_px = np.maximum(paths.body_px, paths.body_px[row])
    slack_px = 2 * (paths.error_px + paths.error_px[row])
    near = (ahead_px > -slack_px) & (ahead_px <= limits.queue_gap_bodies * larger_px + slack_px)
    near &= (beside_px <= AHEAD_BESIDE_BODIES * larger_px + slack_px) & (beside_px < ahead_px + slack_px)
    near[row] = False
    return bool((near & waiting).any())

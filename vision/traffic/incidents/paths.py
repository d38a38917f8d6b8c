"""What is remembered of each live vehicle: where it rests, and how far it has gone against its lane's arrow."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from vision.arrays import F64, I8, I64, Bool
from vision.tracks import Tracks
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.road import NO_LANE, Road
from vision.vehicles import VehicleKind

# A step over a longer time says nothing of the way in between.
LONGEST_STEP_S = 0.8
# A box that changed its size by this in one step is another vehicle, or two in one.
LARGEST_GROWTH = 1.5
# Who stays where he is for so long drives nowhere: what trembles from one mark of the road to the next does.
LONGEST_PAUSE_S = 2.0
PACE_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Row i of every column is one confirmed vehicle; rows in order of id.

    id, kind, seen                     as in Tracks, at the last look
    born_s            (n,)             first look at it
    box_px, seen_s    (n, 4), (n,)     last box that was seen, and when
    body_px, error_px (n,)             its size, and two deviations of its feet
    lane              (n,)             number of the lane it surely stands in, or NO_LANE
    rest_px, rest_s   (n, 4), (n,)     box it has surely not left since rest_s
    loose_px, loose_s (n, 4), (n,)     box it may not have left since loose_s; it surely left it when this changes
    back, back_square (n,)             bodies the feet went against the arrow since `from`; sum of the steps' squares
    back_slow         (n,)             the same way of the slower corner: a box that only grows leaves one behind
    from_px, from_s   (n, 2), (n,)     feet and time where that began
    pace              (n, 2)           bodies per second, mean of about the last PACE_S
    """

    id: I64
    kind: I8
    seen: Bool
    born_s: F64
    box_px: F64
    seen_s: F64
    body_px: F64
    error_px: F64
    lane: I64
    rest_px: F64
    rest_s: F64
    loose_px: F64
    loose_s: F64
    back: F64
    back_square: F64
    back_slow: F64
    from_px: F64
    from_s: F64
    pace: F64

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def none(cls) -> Self:
        number = np.zeros(0, np.int64)
        flat, boxes, points = np.zeros(0), np.zeros((0, 4)), np.zeros((0, 2))
        return cls(
            number, np.zeros(0, np.int8), np.zeros(0, np.bool_), flat, boxes, flat, flat, flat, number,
            boxes, flat, boxes, flat, flat, flat, flat, points, flat, points,
        )  # fmt: skip

    @classmethod
    def begin(cls, tracks: Tracks, rows: I64, media_s: float, limits: IncidentLimits) -> Self:
        """The first look at these rows of `tracks`."""
        box_px = tracks.xyxy_px[rows].astype(np.float64)
        body_px, error_px = sizes(box_px, limits)
        now, zero = np.full(len(rows), media_s), np.zeros(len(rows))
        return cls(
            tracks.id[rows], tracks.kind[rows], tracks.seen[rows], now, box_px, now, body_px, error_px,
            np.full(len(rows), NO_LANE, np.int64), box_px, now, box_px, now, zero, zero, zero, feet_of(box_px), now,
            np.zeros((len(rows), 2)),
        )  # fmt: skip

    def take(self, rows: I64 | Bool) -> Self:
        return type(self)(*(getattr(self, column.name)[rows] for column in fields(self)))

    def join(self, other: Self) -> Self:
        if not len(other):
            return self
        both = [np.concatenate([getattr(self, column.name), getattr(other, column.name)]) for column in fields(self)]
        order = np.argsort(both[0], kind="stable")
        return type(self)(*(column[order] for column in both))

    def feet_px(self) -> F64:
        return feet_of(self.box_px)

    def progress_px(self, arrow: F64) -> F64:
        """(n,) how far along an arrow (2,) the feet stand, from the picture's corner."""
        return np.asarray(self.feet_px() @ arrow, np.float64)

    def standing_s(self) -> F64:
        """(n,) for how long each has surely stood."""
        return self.seen_s - self.rest_s

    def against_steps(self) -> F64:
        """(n,) number of equal steps the way against the arrow is worth: one great leap is worth one."""
        return np.divide(self.back**2, self.back_square, out=np.zeros(len(self)), where=self.back_square > 0)


def feet_of(box_px: F64) -> F64:
    # Asked a dozen times at each look: `np.stack` would take longer than all the arithmetic.
    feet_px = np.empty((len(box_px), 2))
    np.add(box_px[:, 0], box_px[:, 2], out=feet_px[:, 0])
    feet_px[:, 0] /= 2
    feet_px[:, 1] = box_px[:, 3]
    return feet_px


def among(ids: I64, known: I64) -> Bool:
    """(n,) whether each id is one of `known`, which is in order: for so few, `np.isin` takes ten times as long."""
    if not len(known):
        return np.zeros(len(ids), np.bool_)
    return np.asarray(known[np.minimum(np.searchsorted(known, ids), len(known) - 1)] == ids, np.bool_)


def sizes(box_px: F64, limits: IncidentLimits) -> tuple[F64, F64]:
    """(n,) body and (n,) error of the feet, pixels."""
    body_px = np.sqrt((box_px[:, 2] - box_px[:, 0]) * (box_px[:, 3] - box_px[:, 1]))
    return body_px, np.maximum(limits.foot_error * body_px, limits.foot_error_px)


def followed(paths: Paths, tracks: Tracks, media_s: float, road: Road, limits: IncidentLimits) -> Paths:
    """The paths after this look: those of tracks that are gone are left out, new ones begin, walkers are never in."""
    vehicles = np.flatnonzero(tracks.confirmed & (tracks.kind != VehicleKind.PEDESTRIAN))
    vehicles = vehicles[np.argsort(tracks.id[vehicles], kind="stable")]
    _, kept, rows = np.intersect1d(paths.id, tracks.id[vehicles], assume_unique=True, return_indices=True)
    old = paths if len(kept) == len(paths) else paths.take(kept)
    going = _seen_again(old, tracks, vehicles[rows], media_s, limits)
    lane = np.where(going.seen, road.lanes_of(going.feet_px(), going.error_px), old.lane)
    going = _gone_back(old, _rested(old, replace(going, lane=lane), limits), road)
    new = np.setdiff1d(vehicles, vehicles[rows], assume_unique=True)
    new = new[tracks.seen[new]]
    if not len(new):
        return going
    born = Paths.begin(tracks, new, media_s, limits)
    return going.join(replace(born, lane=road.lanes_of(born.feet_px(), born.error_px)))


def gone(before: Paths, now: Paths) -> Paths:
    left = ~among(before.id, now.id)
    return before.take(left) if left.any() else Paths.none()


def taken_up(now: Paths, before: Paths, lost: Paths, limits: IncidentLimits) -> Paths:
    """`now`, where a vehicle new since `before` that stands where a lost one stood goes on standing: it is the same."""
    if not len(lost):
        return now
    new = np.flatnonzero(~among(now.id, before.id))
    if not len(new):
        return now
    apart_px = np.stack([_way_px(now.box_px[new], box_px[None]) for box_px in lost.rest_px], axis=1)
    nearest = apart_px.argmin(axis=1)
    same = apart_px.min(axis=1) <= limits.standing_bodies * now.body_px[new] - 2 * now.error_px[new]
    rows, old = new[same], nearest[same]
    columns = {name: getattr(now, name).copy() for name in ("born_s", "rest_px", "rest_s", "loose_px", "loose_s")}
    for name, column in columns.items():
        column[rows] = getattr(lost, name)[old]
    return replace(now, **columns)


def _seen_again(old: Paths, tracks: Tracks, rows: I64, media_s: float, limits: IncidentLimits) -> Paths:
    """`old` with the boxes of these rows of `tracks`; a row that was not seen only says so."""
    seen = tracks.seen[rows]
    box_px = np.where(seen[:, None], tracks.xyxy_px[rows].astype(np.float64), old.box_px)
    body_px, error_px = sizes(box_px, limits)
    seen_s = np.where(seen, media_s, old.seen_s)
    return replace(
        old, kind=tracks.kind[rows], seen=seen, box_px=box_px, seen_s=seen_s, body_px=body_px, error_px=error_px
    )


def _rested(old: Paths, now: Paths, limits: IncidentLimits) -> Paths:
    """Whether each left its place: a hidden lower edge moves one corner, a vehicle that drives off moves both."""
    reach_px = limits.standing_bodies * now.body_px
    left = _way_px(now.box_px, old.rest_px) > reach_px - 2 * now.error_px
    surely_left = _way_px(now.box_px, old.loose_px) > reach_px + 2 * now.error_px
    step_s = np.maximum(now.seen_s - old.seen_s, 1e-9)
    step = (now.feet_px() - old.feet_px()) / now.body_px[:, None] / step_s[:, None]
    share = np.where(now.seen, np.minimum(step_s / PACE_S, 1.0), 0.0)[:, None]
    return replace(
        now,
        rest_px=np.where(left[:, None], now.box_px, old.rest_px),
        rest_s=np.where(left, now.seen_s, old.rest_s),
        loose_px=np.where(surely_left[:, None], now.box_px, old.loose_px),
        loose_s=np.where(surely_left, now.seen_s, old.loose_s),
        pace=old.pace + share * (step - old.pace),
    )


def _way_px(box_px: F64, other_px: F64) -> F64:
    """(n,) way of the corner that moved less; no less than a third of that of the feet."""
    moved = (box_px - other_px).reshape(-1, 2, 2)
    feet = feet_of(box_px) - feet_of(other_px)
    corners_px = np.hypot(moved[..., 0], moved[..., 1])
    slower_px = np.minimum(corners_px[:, 0], corners_px[:, 1])
    return np.asarray(np.maximum(slower_px, np.hypot(feet[:, 0], feet[:, 1]) / 3), np.float64)


def _gone_back(old: Paths, now: Paths, road: Road) -> Paths:
    """Add each step to the way against the arrow, or begin anew where it is broken off or made good."""
    arrow = road.arrows[now.lane] if len(road.names) else np.zeros((len(now), 2))
    corners = (now.box_px - old.box_px).reshape(-1, 2, 2)
    step = -((now.feet_px() - old.feet_px()) * arrow).sum(axis=1) / now.body_px
    slow = -(corners * arrow[:, None]).sum(axis=2).max(axis=1) / now.body_px
    grown = now.body_px / old.body_px
    broken = (now.seen_s - old.seen_s > LONGEST_STEP_S) | (np.maximum(grown, 1 / grown) > LARGEST_GROWTH)
    broken |= ~road.agreeing(old.lane, now.lane) | (now.seen_s - now.loose_s > LONGEST_PAUSE_S)
    back = np.where(now.seen, np.maximum(old.back + step, 0), old.back)
    again = broken | (back == 0)
    shrunk = np.divide(back, old.back, out=np.zeros(len(now)), where=old.back > 0) ** 2
    square = np.where(step > 0, old.back_square + step**2, old.back_square * np.minimum(shrunk, 1))
    return replace(
        now,
        back=np.where(again, 0.0, back),
        back_slow=np.where(again, 0.0, old.back_slow + np.where(now.seen, slow, 0.0)),
        back_square=np.where(again, 0.0, np.where(now.seen, square, old.back_square)),
        from_px=np.where(again[:, None], now.feet_px(), old.from_px),
        from_s=np.where(again, now.seen_s, old.from_s),
    )

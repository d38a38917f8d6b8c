"""What is kept of every live track between frames, as columns: where it was, how fast it goes, whether it stands."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from vision.arrays import F32, F64, I8, I64, Bool
from vision.geometry.calibration import GroundPlane
from vision.tracks import Tracks
from vision.traffic.facts.lanes import Lanes

# Speeds are taken over about this time, so that a trembling box does not move.
SMOOTH_S = 1.0
# A queue begins below 5 km/h and is left above 10 km/h.
STANDS_MPS, GOES_MPS = 5 / 3.6, 10 / 3.6
# In box sizes per second where nothing is known in metres. A way along the road looks shorter by camera height over
# distance, so far up the road whoever drives 30 km/h goes a fifth of his size in a second; boxes of what stands tremble
# by a tenth at most (measured on six clips). So only who surely does not move stands: whoever creeps near by does not.
STANDS_SIZES, GOES_SIZES = 0.1, 0.25
# Of smaller boxes, as a share of the picture's width, it is not told without metres: they tremble by what they drive.
LEAST_JUDGED_SHARE = 0.025
# A track is only judged after so long a look at it.
JUDGED_AFTER_S = 0.7
# A moving track unseen for longer is taken to have left: its predicted place is a guess.
PRESENT_S = 0.5
# A box nearer to the picture's edge than this is cut off by it.
EDGE_PX = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Trails:
    """Row i of every column describes the same confirmed track; rows in order of id.

    kind       (n,)   int8     VehicleKind
    box_px     (n, 4) float32  xyxy; feet_px (n, 2) float64 the middle of its lower edge
    place      (n, 2) float64  metres on the road; pixels without a calibration; NaN at and above the horizon
    mean       (n, 2) float64  exponential mean of `place`, and lag_s (n,) float64 by how much it is behind
    speed      (n,)   float64  metres, or box sizes, per second; NaN while not judged
    lane       (n,)   int64    place of the lane; -1 beside all
    seen_s     (n,)   float64  media time of the last detection
    stands     (n,)   bool
    has_moved  (n,)   bool     was once seen to move
    moved      (n, 2) float64  `place` less the one before; 0 where not `followed`
    followed   (n,)   bool     was here in the frame before, in the same lane
    whole      (n,)   bool     not cut off by the edge of the picture
    began      (n,)   bool     came to a stand in this very frame after having moved
    """

    id: I64
    kind: I8
    box_px: F32
    feet_px: F64
    place: F64
    mean: F64
    lag_s: F64
    speed: F64
    lane: I64
    seen_s: F64
    stands: Bool
    has_moved: Bool
    moved: F64
    followed: Bool
    whole: Bool
    began: Bool

    @classmethod
    def none(cls) -> Self:
        number, pair, flag = np.zeros(0), np.zeros((0, 2)), np.zeros(0, np.bool_)
        names = np.zeros(0, np.int64)
        boxes = np.zeros((0, 4), np.float32)
        return cls(
            names,
            np.zeros(0, np.int8),
            boxes,
            pair,
            pair,
            pair,
            number,
            number,
            names,
            number,
            flag,
            flag,
            pair,
            flag,
            flag,
            flag,
        )

    def __len__(self) -> int:
        return len(self.id)

    def take(self, rows: Bool | I64) -> Self:
        return type(self)(*(getattr(self, name)[rows] for name in COLUMNS))

    def surely_moves(self, *, measured: bool) -> bool:
        """Whether anybody goes at twice the speed at which a stop is over: no box that settles in does."""
        return bool((self.speed > 2 * (GOES_MPS if measured else GOES_SIZES)).any())

    def present(self, media_s: float) -> Bool:
        """(n,) believed to be where it is said to be."""
        return self.stands | (media_s - self.seen_s <= PRESENT_S)


COLUMNS = tuple(column.name for column in fields(Trails))


def follow(
    before: Trails, tracks: Tracks, media_s: float, step_s: float, lanes: Lanes, *, lived: bool = True
) -> Trails:
    """The trails after a frame that came `step_s` after the one before; with step_s 0 nothing is followed.

    lived: whether anything has moved in this picture yet. Until then nobody is said to stand: the stream may have begun
    with a frozen picture.

    A box that the picture's edge cuts off does not show where its vehicle stands: it is neither followed nor judged.
    """
    sure = tracks.confirmed
    if not sure.all():
        tracks = _only(tracks, sure)
    feet_px = tracks.feet_px().astype(np.float64)
    place = feet_px if lanes.plane is None else _metres(lanes.plane, feet_px)
    row, known = _rows_of(before.id, tracks.id)
    lane = lanes.around(feet_px)
    whole = _whole(tracks.xyxy_px, lanes.frame_size_px)
    old = _Old.of(before, row, known, known & whole, place)
    mean, lag_s, pace = _smooth(old, place, step_s)
    judged = lag_s >= SMOOTH_S * (1 - np.exp(-JUDGED_AFTER_S / SMOOTH_S))
    speed = pace
    if lanes.plane is None:
        scale_px = _scale_px(tracks)
        speed, judged = pace / scale_px, judged & (scale_px >= LEAST_JUDGED_SHARE * lanes.frame_size_px[0])
    stands_below, goes_above = (STANDS_SIZES, GOES_SIZES) if lanes.plane is None else (STANDS_MPS, GOES_MPS)
    stands = judged & np.where(old.stands, speed < goes_above, (speed < stands_below) & lived)
    followed = known & whole & old.whole & (lane == old.lane) & (lane >= 0) & (step_s > 0)
    return Trails(
        id=tracks.id,
        kind=tracks.kind,
        box_px=tracks.xyxy_px,
        feet_px=feet_px,
        place=place,
        mean=mean,
        lag_s=lag_s,
        speed=np.where(judged, speed, np.nan),
        lane=lane,
        seen_s=np.where(tracks.seen | ~known, media_s, old.seen_s),
        stands=stands,
        has_moved=old.has_moved | (judged & (speed > goes_above)),
        moved=np.where(followed[:, None] & np.isfinite(place - old.place), place - old.place, 0.0),
        followed=followed,
        whole=whole,
        began=stands & ~old.stands & old.has_moved,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Old:
    """The row of each track before; a newcomer's is as if it had just been put down, and so is the motion of one that
    is cut off (not in `steady`).
    """

    place: F64
    mean: F64
    lag_s: F64
    lane: I64
    seen_s: F64
    stands: Bool
    has_moved: Bool
    whole: Bool

    @classmethod
    def of(cls, before: Trails, row: I64, known: Bool, steady: Bool, place: F64) -> Self:
        if not len(before):
            none, zero = np.zeros(len(known), np.bool_), np.zeros(len(known))
            return cls(place, place, zero, np.full(len(known), -1), zero, none, none, none)
        return cls(
            place=np.where(known[:, None], before.place[row], place),
            mean=np.where(steady[:, None], before.mean[row], place),
            lag_s=np.where(steady, before.lag_s[row], 0.0),
            lane=np.where(known, before.lane[row], -1),
            seen_s=before.seen_s[row],
            stands=steady & before.stands[row],
            has_moved=known & before.has_moved[row],
            whole=before.whole[row],
        )


def _smooth(old: _Old, place: F64, step_s: float) -> tuple[F64, F64, F64]:
    """Mean, lag and pace (distance per second).

    A mean that forgets with time constant SMOOTH_S lags behind a steady motion by speed · lag_s, where lag_s obeys the
    same recursion on time; so their quotient is the speed, exact from the second frame on.
    """
    keep = np.exp(-max(step_s, 0.0) / SMOOTH_S)
    lag_s = keep * (old.lag_s + max(step_s, 0.0))
    # A place beyond the horizon must not stay in the mean for ever.
    known = np.isfinite(old.mean).all(axis=1, keepdims=True)
    mean = np.where(known, keep * old.mean + (1 - keep) * place, place)
    behind = place - mean
    pace = np.hypot(behind[:, 0], behind[:, 1]) / np.maximum(lag_s, 1e-9)
    return mean, lag_s, pace


def _rows_of(known: I64, wanted: I64) -> tuple[I64, Bool]:
    """(n,) the row of each wanted id among the known ones, both sorted, and whether it is there at all."""
    if not len(known):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    row = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return row, known[row] == wanted


def _whole(xyxy_px: F32, frame_size_px: tuple[int, int]) -> Bool:
    low, high = xyxy_px[:, :2] > EDGE_PX, xyxy_px[:, 2:] < np.array(frame_size_px, np.float32) - EDGE_PX
    # A box cut off at the top alone still shows where it stands.
    return np.asarray(low[:, 0] & high.all(axis=1), np.bool_)


def _metres(plane: GroundPlane, feet_px: F64) -> F64:
    return plane.to_metres(feet_px) if len(feet_px) else feet_px


def _scale_px(tracks: Tracks) -> F64:
    x1, y1, x2, y2 = tracks.xyxy_px.T.astype(np.float64)
    return np.asarray(np.sqrt(np.maximum((x2 - x1) * (y2 - y1), 1.0)), np.float64)


def _only(tracks: Tracks, rows: Bool) -> Tracks:
    return Tracks(
        tracks.id[rows],
        tracks.xyxy_px[rows],
        tracks.score[rows],
        tracks.kind[rows],
        tracks.confirmed[rows],
        tracks.seen[rows],
        tracks.ended,
    )

"""What one frame adds: who is in which lane, how far they came, what they cover, who queues."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vision.arrays import F32, F64, I8, I64, Bool
from vision.tracks import Tracks
from vision.traffic.facts.cells import KINDS, Cell, Cells, Peak, longer
from vision.traffic.facts.doubt import NOT_PEDESTRIAN
from vision.traffic.facts.footprint import covered, footprints_px
from vision.traffic.facts.lanes import Lanes
from vision.traffic.facts.layout import Layout
from vision.traffic.facts.queues import queues
from vision.traffic.facts.sizes import Sizes
from vision.traffic.facts.trails import Trails, follow


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One frame's numbers; l lanes, d detectors, 6 kinds.

    present   (l, 6) vehicles          queued  (l, 6) of them in the queue
    stops     (l, 6) came to a stand   starts  (l,)   came into the lane
    followed  (l,)   were in it in the frame before, and together travelled moved_m (l,) along it; NaN: not measured
    height_px (l,)   Σ of box heights
    area      (l,)   share of the lane covered       covered  (d,) bool  detectors
    queues    by lane
    """

    present: F64
    queued: F64
    stops: F64
    starts: F64
    followed: F64
    moved_m: F64
    height_px: F64
    area: F64
    covered: Bool
    queues: tuple[tuple[int, Peak], ...]


# A picture in which nothing moved for longer is frozen, as the camera's health then says, or really stands.
LIVES_AFTER_S = 10.0


class Watch:
    """The trails of one camera's tracks, and what they add to the cells frame by frame."""

    def __init__(self, layout: Layout, sizes: Sizes, frame_size_px: tuple[int, int]) -> None:
        self._layout = layout
        self._sizes = sizes
        self._frame_size_px = frame_size_px
        self._points_px = np.concatenate([layout.lanes.sample_px, layout.detector_px])
        self._samples_of_lane = np.maximum(np.bincount(layout.lanes.sample_of, minlength=len(layout.lanes)), 1)
        self._last: Look | None = None
        self._free_since_s = np.full(layout.detectors, np.nan)
        self._first_s: float | None = None
        self._lived = False
        self.trails = Trails.none()

    def see(self, tracks: Tracks, media_s: float, step_s: float | None, cells: Cells) -> Look:
        """step_s: since the frame before; None at the first one and after a hole, when nothing can be followed."""
        lanes = self._layout.lanes
        dead = not self._lived
        lived = self._lives(media_s)
        # What was measured in a frozen picture says nothing of how fast anybody went.
        before = self.trails if step_s is not None and not (dead and lived) else Trails.none()
        self.trails = follow(before, tracks, media_s, step_s or 0.0, lanes, lived=lived)
        look = self._look(self.trails, media_s)
        cell = cells.at(media_s)
        fresh = not cell.lanes[:, 3].any()
        cell.lanes[:, 3] += look.present.sum(axis=1) if fresh else look.starts
        cell.stops += look.stops
        for lane, queue in look.queues:
            cell.peaks[lane] = longer(cell.peaks[lane], queue)
        self._mind_gaps(look.covered, media_s, cell, whole=step_s is not None)
        for part, here_s in cells.step(media_s - step_s, media_s) if step_s else ():
            _add(part, look, here_s, here_s / step_s if step_s else 0.0)
        self._last = look
        return look

    def _lives(self, media_s: float) -> bool:
        """Whether something has moved in this picture, or nothing for so long that it will not be a frozen one."""
        self._first_s = media_s if self._first_s is None else self._first_s
        measured = self._layout.lanes.plane is not None
        self._lived |= self.trails.surely_moves(measured=measured) or media_s - self._first_s >= LIVES_AFTER_S
        return self._lived

    def _look(self, trails: Trails, media_s: float) -> Look:
        """Rows are not taken out but put into lane -1, which counts nothing: far cheaper than sixteen new columns."""
        layout, count = self._layout, len(self._layout.lanes)
        present = trails.present(media_s)
        vehicles = present & (NOT_PEDESTRIAN[trails.kind] > 0)
        lane = np.where(present, trails.lane, -1)
        area, hit = self._covered(trails, vehicles)
        found = self._queues(trails, trails.stands & vehicles & (lane >= 0))
        queued = np.zeros((count, KINDS))
        for place, queue in found:
            queued[place] = queue.by_kind
        height_px = trails.box_px[:, 3] - trails.box_px[:, 1]
        return Look(
            present=_tally(lane, trails.kind, count),
            queued=queued,
            stops=_tally(np.where(trails.began, lane, -1), trails.kind, count),
            starts=_sum(lane, ~trails.followed, count),
            followed=_sum(lane, vehicles & trails.followed, count),
            moved_m=_sum(lane, _along(trails, vehicles, layout.lanes), count),
            height_px=_sum(lane, height_px, count),
            area=area,
            covered=hit,
            queues=found,
        )

    def _covered(self, trails: Trails, vehicles: Bool) -> tuple[F64, Bool]:
        """(l,) share of each lane's area, and (d,) detectors that vehicles cover."""
        layout = self._layout
        prints = footprints_px(trails, layout.lanes, self._sizes)
        hits = covered(prints if vehicles.all() else prints[vehicles], self._points_px)
        samples, points = hits[: len(layout.lanes.sample_px)], hits[len(layout.lanes.sample_px) :]
        area = _sum(layout.lanes.sample_of, samples, len(layout.lanes)) / self._samples_of_lane
        return area, _sum(layout.detector_of, points, layout.detectors) > 0

    def _queues(self, trails: Trails, standing: Bool) -> tuple[tuple[int, Peak], ...]:
        if not standing.any():
            return ()
        return tuple(queues(trails.take(standing), self._layout.lanes, self._sizes, self._frame_size_px))

    def _mind_gaps(self, now: Bool, media_s: float, cell: Cell, *, whole: bool) -> None:
        """A gap is the time in which a detector was free between two that covered it, with no hole in the watch."""
        before = self._last.covered if self._last is not None and whole else np.zeros_like(now)
        if not whole:
            self._free_since_s[:] = np.nan
        ends = now & ~before & np.isfinite(self._free_since_s)
        cell.detectors[ends, 1] += 1
        cell.detectors[ends, 2] += media_s - self._free_since_s[ends]
        self._free_since_s[now] = np.nan
        self._free_since_s[before & ~now] = media_s


def _add(cell: Cell, look: Look, here_s: float, share: float) -> None:
    """The part of a step that lies in one cell: `share` of it, `here_s` long."""
    cell.watched_s += here_s
    cell.present += look.present * here_s
    cell.queued += look.queued * here_s
    cell.detectors[:, 0] += look.covered * here_s
    cell.lanes[:, 0] += look.area * here_s
    cell.lanes[:, 1] += look.moved_m * share
    cell.lanes[:, 2] += look.followed * here_s
    cell.lanes[:, 4] += look.height_px * here_s


def _along(trails: Trails, vehicles: Bool, lanes: Lanes) -> F64:
    """(n,) metres along its lane that each vehicle came since the frame before; NaN: not measured."""
    if lanes.plane is None or not len(lanes):
        return np.full(len(trails), np.nan)
    moved_m = (trails.moved * lanes.axis_m[trails.lane]).sum(axis=1)
    return np.where(vehicles & trails.followed, moved_m, 0.0)


def _sum(lane: I64, values: F64 | F32 | Bool, count: int) -> F64:
    """(count,) the sum of the values in each lane; those in lane -1 are left out."""
    return np.asarray(np.bincount(lane + 1, values, count + 1)[1:], np.float64)


def _tally(lane: I64, kind: I8, count: int) -> F64:
    """(count, 6) how many of each kind in each lane; those in lane -1 are left out."""
    flat = np.bincount((lane + 1) * KINDS + kind, minlength=(count + 1) * KINDS)
    return flat.reshape(count + 1, KINDS)[1:].astype(np.float64)


def standing_in(trails: Trails, lanes: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """(track, kind) of the vehicles that stand in these lanes."""
    if not trails.stands.any():
        return
    inside = (trails.lane[:, None] == np.array(lanes, np.int64)).any(axis=1)
    rows = trails.stands & inside & (NOT_PEDESTRIAN[trails.kind] > 0)
    yield from zip(trails.id[rows].tolist(), trails.kind[rows].tolist(), strict=True)

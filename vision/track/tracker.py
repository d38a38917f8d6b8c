"""From detections to tracks with names that last: the two-stage association of ByteTrack (Zhang et al., ECCV 2022).

High-score detections choose their tracks first; tracks left over may continue on low-score ones, which are mostly
vehicles half hidden or far away. Each stage is one assignment over all pairs; no step loops over objects.
"""

import math
from dataclasses import replace

import numpy as np

from vision.arrays import F32, F64, I64, Bool
from vision.detections import Detections
from vision.track import lives as life
from vision.track import motion as moving
from vision.track.associate import assign, newcomers, second_boxes, similarity
from vision.track.settings import TrackerSettings
from vision.tracks import Tracks
from vision.vehicles import VehicleKind

FARTHEST_PX = 1e6
"""No picture is this large; a coordinate beyond it, or one that is not a number, is a fault of the detector."""


class Tracker:
    """The tracks of one camera since it started. Not for use from two threads at once."""

    def __init__(self, settings: TrackerSettings | None = None) -> None:
        self._settings = settings or TrackerSettings()
        nothing = Detections.empty()
        self._motion = moving.begin(nothing.xyxy_px, nothing.score, self._settings.motion)
        self._lives = life.begin(1, nothing, 0.0, self._settings)
        self._next_id = 1
        self._media_s = -math.inf

    def update(self, detections: Detections, media_s: float) -> Tracks:
        """The tracks after the frame shown at `media_s`; rows in order of id, hidden tracks with their predicted box.

        The result does not depend on the order of the detections. Rows without area, or with a coordinate that is no
        number or absurdly large, are ignored. Two frames may share one time (some streams stamp so). A pause longer
        than `lost_s` ends every moving track. Raises ValueError if `media_s` runs backwards or is not finite: after a
        seek or a restart the caller takes a new Tracker.
        """
        boxes = _usable(detections, self._settings)
        self._advance(media_s)
        unseen_s = media_s - self._lives.last_seen_s
        expired = self._end(unseen_s > self._patience_s())
        rows, columns = self._match(boxes)
        self._settle(rows, _rows(boxes, columns), media_s)
        unborn = self._end(~self._lives.confirmed & (self._lives.misses >= self._settings.unborn_misses))
        self._give_birth(boxes, columns, media_s)
        return self._tracks(np.concatenate([expired, unborn]), self._lives.misses == 0)

    def coast(self, media_s: float, *, still: bool = False) -> Tracks:
        """The tracks at `media_s`, at which nobody looked for objects: each at its predicted place, none `seen`.

        No track counts it as a miss, and none is born. `still`: the picture has not changed since the last look, so
        tracks seen then stay where they were and their patience does not run; the others go on as hidden. Raises
        ValueError as `update` does.
        """
        if still and len(self._lives):
            self._hold(media_s)
        else:
            self._advance(media_s)
        expired = self._end(media_s - self._lives.last_seen_s > self._patience_s())
        return self._tracks(expired, np.zeros(len(self._lives), np.bool_))

    def _hold(self, media_s: float) -> None:
        """Time passes, but not for the tracks that were seen last time."""
        before, before_s = self._motion, self._media_s
        self._advance(media_s)
        present = self._lives.misses == 0
        self._motion = before.where(present, self._motion)
        waited_s = np.where(present, media_s - before_s, 0.0)
        self._lives = replace(self._lives, last_seen_s=self._lives.last_seen_s + waited_s)

    def _advance(self, media_s: float) -> None:
        """Move every track to its predicted place at `media_s`."""
        if not (math.isfinite(media_s) and media_s >= self._media_s):
            raise ValueError(f"media_s: wanted a finite time not before {self._media_s}, found {media_s}")
        if len(self._lives):
            step_s = media_s - self._media_s
            self._motion = moving.predict(self._motion, step_s, self._lives.misses > 0, self._settings.motion)
        self._media_s = media_s

    def _patience_s(self) -> F64:
        standing = self._motion.speed_sizes() < self._settings.standing_speed
        return np.where(standing & self._lives.confirmed, self._settings.standing_lost_s, self._settings.lost_s)

    def _end(self, over: Bool) -> I64:
        """Forget the tracks that are `over` with all their state; their ids."""
        ended = self._lives.id[over]
        if len(ended):
            self._lives, self._motion = self._lives.take(~over), self._motion.take(~over)
        return ended

    def _margin_px(self) -> F32:
        """(n,) how far around its predicted place each track looks."""
        settings = self._settings
        known = self._lives.confirmed
        sigmas = np.where(known, settings.grow_sigmas, settings.unborn_grow_sigmas)
        limit = np.where(known, settings.grow_limit, settings.unborn_grow_limit)
        margin_px: F64 = np.minimum(sigmas * np.sqrt(self._motion.place_var), limit * self._motion.scale_px())
        return margin_px.astype(np.float32)

    def _match(self, boxes: Detections) -> tuple[I64, I64]:
        """Pairs of (track row, box row); no row of either occurs twice."""
        settings = self._settings
        if not (len(self._lives) and len(boxes)):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        pairs = similarity(self._motion.xyxy_px(), self._margin_px(), self._lives.kind, boxes, settings)
        strong = int(np.count_nonzero(boxes.score >= settings.high_score))
        rows, columns = assign(pairs.take(pairs.column < strong), settings.high_match)
        weak = _rows(boxes, slice(strong, None))
        if not len(weak):
            return rows, columns
        open_rows = np.ones(len(self._lives), np.bool_)
        open_rows[rows] = False
        open_columns = np.zeros(len(boxes), np.bool_)
        open_columns[strong:] = ~second_boxes(weak, _rows(boxes, columns), settings)
        weak_rows, weak_columns = assign(
            pairs.take(open_rows[pairs.row] & open_columns[pairs.column]), settings.low_match
        )
        return np.concatenate([rows, weak_rows]), np.concatenate([columns, weak_columns])

    def _settle(self, rows: I64, boxes: Detections, media_s: float) -> None:
        """Track `rows[i]` was seen as `boxes[i]`; the others were missed."""
        self._motion = moving.correct(self._motion, rows, boxes.xyxy_px, boxes.score, self._settings.motion)
        self._lives = life.see(self._lives, rows, boxes, media_s, self._settings)

    def _give_birth(self, boxes: Detections, taken: I64, media_s: float) -> None:
        """Start a track on each box that is good enough, was not `taken`, and is nobody's double."""
        able = boxes.score >= self._settings.birth_score
        able[taken] = False
        born = _rows(boxes, np.flatnonzero(able))
        if not len(born):
            return
        known = _rows(boxes, taken)
        born = _rows(born, newcomers(born, known, self._settings))
        self._motion = self._motion.join(moving.begin(born.xyxy_px, born.score, self._settings.motion))
        self._lives = self._lives.join(life.begin(self._next_id, born, media_s, self._settings))
        self._next_id += len(born)

    def _tracks(self, ended: I64, seen: Bool) -> Tracks:
        lives = self._lives
        return Tracks(
            id=lives.id,
            xyxy_px=np.where(seen[:, None], lives.last_px, self._motion.xyxy_px()),
            score=lives.score,
            kind=lives.kind,
            confirmed=lives.confirmed,
            seen=seen,
            ended=ended,
        )


def _usable(detections: Detections, settings: TrackerSettings) -> Detections:
    """The boxes with area and enough score, best first; ties fall by place, so the order given never matters."""
    if len(detections) and not (detections.kind.min() >= 0 and detections.kind.max() < len(VehicleKind)):
        raise ValueError(f"Detections.kind: wanted 0..{len(VehicleKind) - 1}, found {np.unique(detections.kind)}")
    x1, y1, x2, y2 = detections.xyxy_px.T
    sound = (np.abs(detections.xyxy_px) < FARTHEST_PX).all(1) & (x2 > x1) & (y2 > y1)
    rows = np.flatnonzero(sound & (detections.score >= settings.low_score))
    score = detections.score[rows]
    order = np.argsort(-score)
    if not np.diff(score[order]).all():
        order = np.lexsort((detections.kind[rows], *detections.xyxy_px[rows].T, -score))
    return _rows(detections, rows[order])


def _rows(boxes: Detections, rows: I64 | Bool | slice) -> Detections:
    return Detections(boxes.xyxy_px[rows], boxes.score[rows], boxes.kind[rows])
